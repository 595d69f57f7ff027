"""A supervisor sees the calls of their sites, listens to them and speaks in them."""

from __future__ import annotations

from typing import Literal

from signalling.wire.commands import Command
from signalling.wire.values import Identifier, StaffView, Value
from signalling.wire.views import SessionView, TicketView, View


class ListenTo(Command, frozen=True, kw_only=True):
    """Lets the supervisor's page see and hear the call of a ticket, which both sides are told; null ends it."""

    ticket_id: Identifier | None


class WhisperToClerk(Command, frozen=True, kw_only=True):
    """Lets the clerk alone hear the supervisor, who listens to the call of this ticket; nothing of it is recorded."""

    ticket_id: Identifier


class JoinCall(Command, frozen=True, kw_only=True):
    """Lets everybody see and hear the supervisor, who listens to the call of this ticket."""

    ticket_id: Identifier


class OnlyListen(Command, frozen=True, kw_only=True):
    """Ends a whisper or a part in the call; the supervisor goes on listening."""

    ticket_id: Identifier


class CallView(Value, frozen=True, kw_only=True):
    """A ticket that a clerk has in hand, and its session."""

    ticket: TicketView
    session: SessionView


class SupervisionView(View, frozen=True, kw_only=True):
    """A supervisor's own state."""

    staff: StaffView
    listening_to: str | None
    """The ticket whose call the page is in."""
    stance: Literal["away", "listening", "whispering", "joined"]


class CallsView(View, frozen=True, kw_only=True):
    """A change of the list of calls at the supervisor's sites; as in `QueueView`, with `gone` by ticket."""

    version: int
    whole: bool
    changed: list[CallView]
    gone: list[str]
