"""An invented district to try the product on: the sites of a real one in number, nobody's real name."""

from __future__ import annotations

from directory.demonstration.district import District, make_district
from directory.demonstration.seeding import DEMONSTRATION_PASSWORD, seed

__all__ = ["DEMONSTRATION_PASSWORD", "District", "make_district", "seed"]
