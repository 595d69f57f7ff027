"""Transfers: a clerk gives the ticket in hand on to another window or to a queue."""

from __future__ import annotations

from document_relay.case_core.history import Act
from signalling.slices.transfers.commands import COMMANDS, TRANSFERRED
from signalling.slices.transfers.http import ENDPOINTS
from signalling.slices.transfers.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice(
    "transfers",
    commands=COMMANDS,
    endpoints=ENDPOINTS,
    acts=(Act(TRANSFERRED, "转交至{to}", "Gave the ticket on to {to}"),),
)
