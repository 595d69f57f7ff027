"""The case file of each ticket that pages ask about, in memory until an event tells of a change."""

from __future__ import annotations

from collections import OrderedDict

from document_relay.case_files import CaseFiles
from document_relay.events import CASE_EVENTS, CaseEvent, CaseOpened
from document_relay.records import CaseRecord
from foundation.events import Bus

_AT_MOST = 4096


class CaseIndex:
    """Reads a ticket's case file once, and again after each event of the case."""

    def __init__(self, case_files: CaseFiles) -> None:
        self._case_files = case_files
        self._known: OrderedDict[str, CaseRecord | None] = OrderedDict()
        self._tickets: dict[str, str] = {}
        """The ticket of each case that is known."""
        self._told = 0

    def follow(self, bus: Bus) -> None:
        """Hears the events; subscribe who reads the index after this."""
        for kind in CASE_EVENTS:
            bus.subscribe(kind, self._hear)

    async def of_ticket(self, ticket_id: str) -> CaseRecord | None:
        """The ticket's case file, None before it is opened; raises what reading a damaged one raises."""
        if ticket_id in self._known:
            return self._known[ticket_id]
        told = self._told
        case = await self._case_files.of_ticket(ticket_id)
        if told == self._told:
            # Else what was read may be from before the event.
            self._keep(ticket_id, case)
        return case

    def _keep(self, ticket_id: str, case: CaseRecord | None) -> None:
        self._known[ticket_id] = case
        if case is not None:
            self._tickets[case.id] = ticket_id
        while len(self._known) > _AT_MOST:
            _, oldest = self._known.popitem(last=False)
            if oldest is not None:
                self._tickets.pop(oldest.id, None)

    async def _hear(self, event: CaseEvent) -> None:
        self._told += 1
        ticket_id = event.ticket_id if isinstance(event, CaseOpened) else self._tickets.pop(event.case_id, None)
        if ticket_id is not None:
            self._known.pop(ticket_id, None)
