"""Who is on duty for a department, as a supervisor keeps it."""

from __future__ import annotations

from signalling.slices.duty_rota.commands import COMMANDS
from signalling.slices.duty_rota.http import ENDPOINTS
from signalling.slices.duty_rota.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice("duty_rota", commands=COMMANDS, endpoints=ENDPOINTS)
