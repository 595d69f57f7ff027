"""The conversations of the sessions in hand: kept in memory, and read again from the cases when the service starts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from document_relay.records import EntryRecord
from signalling.identity.faces import Face
from signalling.slices.chat.conversation import Conversation, Message

SAID = "chat_said"
"""The act in the case's history; it holds the whole message."""


class Conversations:
    """By session."""

    def __init__(self) -> None:
        self._of: dict[str, Conversation] = {}

    def of(self, session_id: str) -> Conversation:
        """The session's conversation, empty where nothing was written."""
        return self._of.get(session_id) or Conversation()

    def begin(self, session_id: str) -> Conversation:
        """The session's conversation, to be written into."""
        return self._of.setdefault(session_id, Conversation())

    def take_up(self, session_id: str, history: Iterable[EntryRecord]) -> None:
        """Reads from the case's history what was written before the service was started again."""
        messages = [_message(entry) for entry in history if entry.act == SAID and "number" in entry.details]
        if messages:
            self._of[session_id] = Conversation(messages)

    def forget(self, session_id: str) -> None:
        """Lets go of a session that is over: its case keeps the messages."""
        self._of.pop(session_id, None)


def details_of(message: Message) -> dict[str, str]:
    """The message as the case's history keeps it."""
    return {
        "text": message.text,
        "number": str(message.number),
        "person": message.person_id,
        "face": message.face,
        "at": message.at.isoformat(),
    }


def _message(entry: EntryRecord) -> Message:
    said = entry.details
    return Message(
        number=int(said["number"]),
        person_id=said["person"],
        name=entry.who,
        face=cast(Face, said["face"]),
        text=said["text"],
        at=datetime.fromisoformat(said["at"]),
    )
