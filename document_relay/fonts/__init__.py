"""The fonts of the service: which there are, what each covers, and what no font has (docs/decisions/0027)."""

from __future__ import annotations

from .coverage import Fonts
from .faces import CHAIN, Face, FontMissing

__all__ = ["CHAIN", "Face", "FontMissing", "Fonts"]
