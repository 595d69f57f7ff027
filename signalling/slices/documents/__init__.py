"""The documents of a case: forms, receipts, notices and uploaded PDFs, shown, signed, sealed and decided upon."""

from __future__ import annotations

from signalling.slices.documents.commands import COMMANDS
from signalling.slices.documents.http import ENDPOINTS
from signalling.slices.documents.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")

SLICE: Slice[Parts] = Slice("documents", commands=COMMANDS, endpoints=ENDPOINTS)
