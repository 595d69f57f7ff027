"""Chat beside a call: for who cannot hear, and for a dead microphone."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from signalling.identity.faces import Face
from signalling.wire.commands import Command
from signalling.wire.values import Moment, SaidText, Value
from signalling.wire.views import View

Number = Annotated[int, Meta(ge=1, le=100_000)]
"""Counts the messages of a session from 1."""


class SayInChat(Command, frozen=True, kw_only=True):
    """Writes to the others in the call."""

    text: SaidText


class MarkChatSeen(Command, frozen=True, kw_only=True):
    """Says that the page has shown the messages up to this one."""

    number: Number


class ChatMessage(Value, frozen=True, kw_only=True):
    """One message; `mine` where who looks has written it."""

    message_id: str
    number: int
    mine: bool
    name: str
    face: Face
    text: str
    at: Moment


class ChatView(View, frozen=True, kw_only=True):
    """A change of the messages of the page's call, sent as `QueueView` is, with `gone` by `message_id`."""

    version: int
    whole: bool
    changed: list[ChatMessage]
    gone: list[str]
    session_id: str | None
    """The call; null where there is none."""
    may_write: bool
    """Those who only listen read."""
    seen_by_you: int
    """The number of the last message that the page has shown."""
    seen_by_others: int
    """The same of whoever else has read furthest."""
