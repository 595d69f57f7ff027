"""The desk of a clerk: the window, the queue, the ticket in hand."""

from __future__ import annotations

from typing import Literal

import msgspec

from signalling.wire.commands import Command
from signalling.wire.values import (
    Bilingual,
    ClerkState,
    ClerkStatus,
    CreditReason,
    Identifier,
    LongText,
    Moment,
    ShortText,
    StaffView,
    Value,
    WindowState,
)
from signalling.wire.views import SessionView, TicketView, View

VisitOutcome = Literal["settled", "supplement", "referred", "not_settled"]


class OpenWindow(Command, frozen=True, kw_only=True):
    """Opens a window and sits the clerk down at it."""

    window_id: Identifier


class CloseWindow(Command, frozen=True, kw_only=True):
    """Closes the clerk's window."""


class SetStatus(Command, frozen=True, kw_only=True):
    """Sets the clerk's own status."""

    status: ClerkStatus


class CallNext(Command, frozen=True, kw_only=True):
    """Calls the best ticket at once, without ringing; answers `Called`, with no ticket when nobody waits."""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `call_next`."""

    ticket_id: str | None


class AcceptOffer(Command, frozen=True, kw_only=True):
    """Takes the ticket that was offered."""

    offer_id: Identifier


class RejectOffer(Command, frozen=True, kw_only=True):
    """Lets the offered ticket go back to its place."""

    offer_id: Identifier
    reason: ShortText


class RecallTicket(Command, frozen=True, kw_only=True):
    """Calls once more a resident who has not come to the screen."""

    ticket_id: Identifier


class MarkNoShow(Command, frozen=True, kw_only=True):
    """Ends the call of a resident who does not come."""

    ticket_id: Identifier


class HoldTicket(Command, frozen=True, kw_only=True):
    """Puts the session on hold: neither side sees or hears the other."""

    ticket_id: Identifier


class ResumeTicket(Command, frozen=True, kw_only=True):
    """Ends the hold."""

    ticket_id: Identifier


class FinishTicket(Command, frozen=True, kw_only=True):
    """Completes the ticket and begins the clerk's wrap-up; `outcome` says what came of the visit.

    With what was `agreed` the summary of the visit is made, a sealed paper that who came can take along.
    """

    ticket_id: Identifier
    outcome: VisitOutcome = "settled"
    agreed: LongText = ""


class EndWrapUp(Command, frozen=True, kw_only=True):
    """Ends the wrap-up before its time."""


class ExtendWrapUp(Command, frozen=True, kw_only=True):
    """Lets the wrap-up end later, within limits."""


class WindowView(Value, frozen=True, kw_only=True):
    """A window that the clerk may open."""

    window_id: str
    name: Bilingual
    state: WindowState
    within_hours: bool


class HandoverView(Value, frozen=True, kw_only=True):
    """What the clerk says who gave the ticket on; the note may be empty."""

    by: str
    note: str


class CallbackAttemptView(Value, frozen=True, kw_only=True):
    """That a ticket is a callback: which attempt it is, of how many; `rings_until` while its point or visitor rings."""

    attempt: int
    attempts_at_most: int
    rings_until: Moment | None


class OfferView(Value, frozen=True, kw_only=True):
    """A ticket that rings at the clerk's desk until `until`; `handover` where another clerk gave it on."""

    offer_id: str
    until: Moment
    ticket: TicketView
    handover: HandoverView | None
    callback: CallbackAttemptView | None
    """Where nobody sits there yet: who accepts lets it ring."""


class DeskView(View, frozen=True, kw_only=True):
    """All that the clerk's page shows besides the queue and the case."""

    staff: StaffView
    windows: list[WindowView]
    window_id: str | None
    status: ClerkStatus
    state: ClerkState
    wrap_up_until: Moment | None
    wrap_up_case_id: str | None
    """In wrap-up: the case of the ticket before."""
    applicant_left: bool
    """In wrap-up: whether the applicant's side ended the call."""
    offer: OfferView | None
    ticket: TicketView | None
    handover: HandoverView | None
    """Of the ticket in hand, where another clerk gave it on."""
    callback: CallbackAttemptView | None
    """Of the ticket in hand, while it rings."""
    session: SessionView | None
    case_id: str | None
    served_today: int
    """Those whose matter is done."""


class WaitingView(Value, frozen=True, kw_only=True):
    """One card of the queue; `credit_from`, and then `ticket_id`, orders it."""

    ticket_id: str
    number: str
    applicant_name: str
    item_name: Bilingual
    site_name: Bilingual
    taken_at: Moment
    credit_from: Moment
    credit_reasons: list[CreditReason]
    visitor: bool
    """Whether they come by a link, from where they are."""


class QueueView(View, frozen=True, kw_only=True):
    """A change of the queue that the clerk may serve: its first cards.

    With `whole` it is all of `changed`; else `changed` are cards that are new or others, and `gone` those that are
    there no longer, by ticket. `version` counts the changes from 1; who misses one connects anew.
    """

    version: int
    whole: bool
    changed: list[WaitingView]
    gone: list[str]
    waiting: int
    """How many wait, cards or not."""
    longest_since: Moment | None
    """When the first of them took the ticket."""
