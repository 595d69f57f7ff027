"""What bookable hours need."""

from __future__ import annotations

from dataclasses import dataclass

from directory.booked_share import BookedShareKeeping
from directory.catalogue import Catalogue
from directory.person_hours import PersonHoursKeeping


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    catalogue: Catalogue
    keeping: PersonHoursKeeping
    shares: BookedShareKeeping
