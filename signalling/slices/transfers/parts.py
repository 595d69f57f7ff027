"""What transfers need."""

from __future__ import annotations

from dataclasses import dataclass

from directory.catalogue import Catalogue
from scheduler.board import Board
from scheduler.transfers import Transfers
from signalling.slices.cases.ports import Note


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    transfers: Transfers
    board: Board
    catalogue: Catalogue
    note: Note
    """Writes into the history of a ticket's case."""
