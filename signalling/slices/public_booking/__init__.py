"""Booking a time by video without a worker: open to everybody at the centres that a supervisor opens."""

from __future__ import annotations

from signalling.slices.public_booking.commands import COMMANDS
from signalling.slices.public_booking.http import ENDPOINTS
from signalling.slices.public_booking.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice("public_booking", commands=COMMANDS, endpoints=ENDPOINTS)
