"""The words of what applicants are told by notice of their case."""

from __future__ import annotations

from pathlib import Path

from foundation.notifying import TextLibrary


def notice_texts() -> TextLibrary:
    """The words of all of this package's notices."""
    return TextLibrary.read(Path(__file__).parent / "notice_texts")
