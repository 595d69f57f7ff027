"""What the duty rota needs."""

from __future__ import annotations

from dataclasses import dataclass

from directory.catalogue import Catalogue
from directory.duty_keeping import DutyKeeping


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    catalogue: Catalogue
    keeping: DutyKeeping
