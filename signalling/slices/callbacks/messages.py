"""Being called back instead of waiting."""

from __future__ import annotations

from typing import Literal

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, Identifier, Moment, Place, Value
from signalling.wire.views import View

CallbackState = Literal["scheduled", "ringing", "failed"]
LapseReason = Literal["callback_not_reached", "callback_too_late", "day_closed", "set_aside"]


class RequestCallback(Command, frozen=True, kw_only=True):
    """Has a waiting ticket called back when its turn comes, so that nobody has to sit there; asked twice, it is one.

    `until` is when the resident can be called at the latest; null for as long as windows are open today.
    """

    ticket_id: Identifier
    until: Moment | None = None


class AnswerCallback(Command, frozen=True, kw_only=True):
    """Answers a callback that rings: the ticket is called, at the page that answers."""

    ticket_id: Identifier


class PostponeCallback(Command, frozen=True, kw_only=True):
    """Lets a callback that rings come again later; it counts as an attempt."""

    ticket_id: Identifier


class WaitAgain(Command, frozen=True, kw_only=True):
    """Has a ticket that is to be called back wait in the queue again, at its old place, with the page that asks."""

    ticket_id: Identifier


class CallbackView(Value, frozen=True, kw_only=True):
    """A callback that rings at this point or visitor, or that reached nobody today.

    `attempts` counts the rings in vain; the next one comes not before `not_before`. `window_name` and `clerk_name` say
    who calls while it rings. `reason` says why it failed.
    """

    ticket_id: str
    number: str
    item_name: Bilingual
    applicant_name: str
    state: CallbackState
    asked_at: Moment
    deadline: Moment
    attempts: int
    attempts_at_most: int
    not_before: Moment | None
    rings_until: Moment | None
    window_name: Bilingual | None
    clerk_name: str | None
    place: Place | None
    reason: LapseReason | None


class CallbacksView(View, frozen=True, kw_only=True):
    """The callbacks of the point, or of the visitor, the newest first.

    `latest` is until when the page's own waiting ticket can be called back today; null where it cannot.
    """

    callbacks: list[CallbackView]
    latest: Moment | None
