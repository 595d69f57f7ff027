"""Who at a point has asked for help in a call, and who comes: in memory, by ticket. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class HelpRequest:
    """A call from which somebody has asked for a supervisor."""

    ticket_id: str
    asked_by: str
    """The name of who sits there."""
    asked_at: datetime
    answered_by: str | None = None
    """The name of the supervisor who comes."""


class HelpRequests:
    """The requests of now: at most one for each ticket in hand. A restart forgets them, and the point asks again."""

    def __init__(self) -> None:
        self._of: dict[str, HelpRequest] = {}

    def __iter__(self) -> Iterator[HelpRequest]:
        return iter(self._of.values())

    def of(self, ticket_id: str) -> HelpRequest | None:
        """The ticket's request."""
        return self._of.get(ticket_id)

    def ask(self, ticket_id: str, name: str, at: datetime) -> bool:
        """Notes the request; False when the ticket has one."""
        if ticket_id in self._of:
            return False
        self._of[ticket_id] = HelpRequest(ticket_id, name, at)
        return True

    def answer(self, ticket_id: str, name: str) -> bool:
        """Notes who comes; False when nobody asks there, or somebody comes already."""
        asked = self._of.get(ticket_id)
        if asked is None or asked.answered_by is not None:
            return False
        self._of[ticket_id] = replace(asked, answered_by=name)
        return True

    def end(self, ticket_id: str) -> bool:
        """Forgets the request; False when there was none."""
        return self._of.pop(ticket_id, None) is not None
