"""What time alone brings about: decided from a picture of the hall, done by the timers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.ticket_life import IN_HAND, TicketState

PAGE_SILENT = "page_silent"
"""The reason of an interruption that ends by itself when both pages send heartbeats again."""


_CALLED = frozenset({TicketState.CALLED, TicketState.RECALLED, TicketState.CALLING_BACK})


class DueAction(StrEnum):
    """What is to be done."""

    EXPIRE_OFFER = "expire_offer"
    END_WRAP_UP = "end_wrap_up"
    LOSE_CLERK = "lose_clerk"
    FIND_CLERK = "find_clerk"
    INTERRUPT = "interrupt"
    RESUME = "resume"
    GIVE_BACK = "give_back"
    CLOSE_DAY = "close_day"
    MISS_CALLBACK = "miss_callback"
    EXPIRE_CALLBACK = "expire_callback"


class Due(NamedTuple):
    """An action and the identifier of the offer, clerk, ticket or callback it is about."""

    action: DueAction
    id: str


@dataclass(frozen=True, slots=True)
class OfferClock:
    """An open offer; all moments here are seconds on one scale."""

    id: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class DeskClock:
    """A desk on duty; `silent_for` is the silence of the clerk's page in seconds."""

    clerk_id: str
    state: ClerkState
    wrap_up_until: float | None
    silent_for: float


@dataclass(frozen=True, slots=True)
class TicketClock:
    """A ticket that is not over: the silences of the point's and of the clerk's page, and whether its day is over."""

    id: str
    state: TicketState
    reason: str | None
    grace_until: float | None
    point_silent_for: float
    clerk_silent_for: float
    past: bool


@dataclass(frozen=True, slots=True)
class CallbackClock:
    """A callback that is open and may be due; `rings_until` while it rings."""

    id: str
    deadline: float
    rings_until: float | None


@dataclass(frozen=True, slots=True)
class Hall:
    """The picture that is decided on."""

    offers: Sequence[OfferClock]
    desks: Sequence[DeskClock]
    tickets: Sequence[TicketClock]
    callbacks: Sequence[CallbackClock] = ()


def due(hall: Hall, now: float, silent_after: float) -> list[Due]:
    """Everything to be done at `now`, offers first, so that nobody rings at a clerk who is gone."""
    return [
        *(Due(DueAction.EXPIRE_OFFER, offer.id) for offer in hall.offers if offer.expires_at <= now),
        *_of_desks(hall.desks, now, silent_after),
        *_of_tickets(hall.tickets, now, silent_after),
        *_of_callbacks(hall.callbacks, now),
    ]


def _of_desks(desks: Iterable[DeskClock], now: float, silent_after: float) -> Iterable[Due]:
    for desk in desks:
        silent = desk.silent_for >= silent_after
        if silent and desk.state not in (ClerkState.LOST, ClerkState.SERVING):
            # A clerk in a session is lost only when its grace is over: the page may come back to it.
            yield Due(DueAction.LOSE_CLERK, desk.clerk_id)
        elif not silent and desk.state is ClerkState.LOST:
            yield Due(DueAction.FIND_CLERK, desk.clerk_id)
        elif desk.state is ClerkState.WRAP_UP and desk.wrap_up_until is not None and desk.wrap_up_until <= now:
            yield Due(DueAction.END_WRAP_UP, desk.clerk_id)


def _of_tickets(tickets: Iterable[TicketClock], now: float, silent_after: float) -> Iterable[Due]:
    for ticket in tickets:
        clerk_silent = ticket.clerk_silent_for >= silent_after
        silent = clerk_silent or ticket.point_silent_for >= silent_after
        if ticket.state is TicketState.INTERRUPTED:
            if ticket.reason == PAGE_SILENT and not silent:
                yield Due(DueAction.RESUME, ticket.id)
            elif ticket.grace_until is not None and ticket.grace_until <= now:
                yield Due(DueAction.GIVE_BACK, ticket.id)
        elif silent and ticket.state in (TicketState.SERVING, TicketState.ON_HOLD):
            yield Due(DueAction.INTERRUPT, ticket.id)
        elif clerk_silent and ticket.state in _CALLED:
            yield Due(DueAction.GIVE_BACK, ticket.id)
        elif ticket.past and ticket.state not in IN_HAND:
            # A session that runs past midnight is let to its end.
            yield Due(DueAction.CLOSE_DAY, ticket.id)


def _of_callbacks(callbacks: Iterable[CallbackClock], now: float) -> Iterable[Due]:
    for callback in callbacks:
        if callback.rings_until is not None:
            # It rings to its end, though the deadline passes meanwhile.
            if callback.rings_until <= now:
                yield Due(DueAction.MISS_CALLBACK, callback.id)
        elif callback.deadline <= now:
            yield Due(DueAction.EXPIRE_CALLBACK, callback.id)
