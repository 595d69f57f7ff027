"""What was written in one session, and how far each has read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from foundation.errors import Conflict
from signalling.identity.faces import Face

MESSAGES_AT_MOST = 500


class ChatFull(Conflict):
    """The session has as many messages as it may."""

    code = "chat_full"
    zh = "本次会话的文字消息已达上限（{most} 条）。"
    en = "This call has the most messages that one may have ({most})."


@dataclass(frozen=True)
class Message:
    """One message; `number` counts from 1 and is not given twice."""

    number: int
    person_id: str
    name: str
    face: Face
    text: str
    at: datetime


class Conversation:
    """The messages of a session, in the order of their numbers."""

    def __init__(self, messages: Iterable[Message] = ()) -> None:
        self._messages = {one.number: one for one in messages}
        self._numbers = max(self._messages, default=0)
        self._seen: dict[str, int] = {}

    @property
    def messages(self) -> Sequence[Message]:
        """All of them."""
        return [self._messages[number] for number in sorted(self._messages)]

    def next_number(self) -> int:
        """The number of the message that is written next, given once; raises `ChatFull`."""
        if self._numbers >= MESSAGES_AT_MOST:
            raise ChatFull(most=MESSAGES_AT_MOST)
        self._numbers += 1
        return self._numbers

    def add(self, message: Message) -> None:
        """Adds a message that is kept; who wrote it has seen it."""
        self._messages[message.number] = message
        self.mark_seen(message.person_id, message.number)

    def mark_seen(self, person_id: str, number: int) -> bool:
        """Notes how far a person has read; whether that is further than before."""
        number = min(number, self._numbers)
        further = number > self._seen.get(person_id, 0)
        if further:
            self._seen[person_id] = number
        return further

    def seen_by(self, person_id: str) -> int:
        """How far the person has read."""
        return self._seen.get(person_id, 0)
