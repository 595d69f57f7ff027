"""The case of a ticket, for slices that open it, read it, or write into its history."""

from __future__ import annotations

from typing import Protocol

from document_relay.records import CaseRecord
from scheduler.views import TicketView


class Note(Protocol):
    """Writes an act of a person, by identifier and name, into the history of a ticket's case, if it has one."""

    async def __call__(self, ticket_id: str, who: tuple[str, str], act: str, **fields: str) -> None:
        """Writes it; raises as what is written into a case's log."""
        ...


class CaseOfTicket(Protocol):
    """Each ticket has one case."""

    async def open_case(self, ticket: TicketView) -> str:
        """Opens the ticket's case file, once; the case's identifier."""
        ...

    async def of_ticket(self, ticket_id: str) -> CaseRecord | None:
        """The ticket's case; None also when it is damaged, which keeps nobody's page from being shown."""
        ...

    async def note(self, ticket_id: str, who: tuple[str, str], act: str, **fields: str) -> None:
        """Writes an act of a person, by identifier and name, into the history of the ticket's case, if it has one."""
        ...
