"""When people of the staff can be booked, beside the windows."""

from __future__ import annotations

from signalling.slices.bookable_hours.commands import COMMANDS
from signalling.slices.bookable_hours.http import ENDPOINTS
from signalling.slices.bookable_hours.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice("bookable_hours", commands=COMMANDS, endpoints=ENDPOINTS)
