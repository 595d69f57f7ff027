"""What clerks have written to those who wait: in memory, by ticket; the case's history keeps it. Pure."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from document_relay.records import EntryRecord

TOLD = "waiting_told"
"""The act in the case's history; it holds the message."""
SHOWN_AT_MOST = 10
"""The newest that the point is shown; a resident who waits reads no more."""


@dataclass(frozen=True)
class Message:
    """One message; `number` counts those of its ticket from 1."""

    number: int
    name: str
    """Of the clerk."""
    text: str
    at: datetime

    @property
    def details(self) -> dict[str, str]:
        """As the case's history keeps it."""
        return {"text": self.text, "number": str(self.number), "at": self.at.isoformat()}


class ClerkMessages:
    """The newest messages of each ticket that is not over."""

    def __init__(self) -> None:
        self._of: defaultdict[str, deque[Message]] = defaultdict(lambda: deque(maxlen=SHOWN_AT_MOST))

    def of(self, ticket_id: str) -> Sequence[Message]:
        """The ticket's messages, the oldest first."""
        return tuple(self._of.get(ticket_id, ()))

    def add(self, ticket_id: str, name: str, text: str, at: datetime) -> Message:
        """Adds a message of a clerk of this name."""
        kept = self._of[ticket_id]
        message = Message(kept[-1].number + 1 if kept else 1, name, text, at)
        kept.append(message)
        return message

    def take_up(self, ticket_id: str, history: Iterable[EntryRecord]) -> None:
        """Reads from the case's history what was written before the service was started again."""
        said = [entry for entry in history if entry.act == TOLD and "number" in entry.details]
        self._of[ticket_id].extend(_message(entry) for entry in said)

    def forget(self, ticket_id: str) -> None:
        """Lets go of a ticket that is over."""
        self._of.pop(ticket_id, None)


def _message(entry: EntryRecord) -> Message:
    said = entry.details
    return Message(int(said["number"]), entry.who, said["text"], datetime.fromisoformat(said["at"]))
