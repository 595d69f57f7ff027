"""What callers of the scheduler give and get: requests and views, as plain values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import msgspec

from foundation.errors import Language
from scheduler.queue_core.wish_life import PartOfDay
from scheduler.records import DeskRecord, Offer, Ticket


class TakeTicket(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker asks for: the item, the answers to its situation questions, the reasons for priority.

    `grants` are keys of `rules.GRANTED_MINUTES`; `visit_id` adds a further ticket to a visit of the same site.
    """

    item_id: str
    answers: dict[str, str] = {}
    grants: tuple[str, ...] = ()
    visit_id: str | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for, at whatever time: the item, and what the ticket will say, as in `TakeTicket`.

    `phone` tells persons apart, and reaches them, by text message where `text_messages` are wanted. `email` may be
    empty. `by_link` is kept by video, from where the person is.
    """

    item_id: str
    phone: str
    name: str = ""
    answers: dict[str, str] = {}
    grants: tuple[str, ...] = ()
    text_messages: bool = False
    email: str = ""
    language: Language = "zh-CN"
    by_link: bool = False

    def at(self, starts: datetime, person_id: str | None = None) -> BookAppointment:
        """The booking of this time."""
        return BookAppointment(starts=starts, person_id=person_id, **self._asked())

    def on_one_of(self, days: tuple[date, ...], part: PartOfDay) -> JoinList:
        """The wish for a time on one of these days."""
        return JoinList(days=days, part=part, **self._asked())

    def _asked(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in Asked.__struct_fields__}


class BookAppointment(Asked, frozen=True, kw_only=True):
    """A booking; `starts` is on the clock of the wall, `person_id` who of the staff is booked, None for the windows."""

    starts: datetime
    person_id: str | None = None


class JoinList(Asked, frozen=True, kw_only=True):
    """A wish for a time on one of the days."""

    days: tuple[date, ...]
    part: PartOfDay


class TicketView(msgspec.Struct, frozen=True, kw_only=True):
    """One ticket as everybody concerned may see it; `state` is a `TicketState` value."""

    id: str
    visit_id: str
    number: str
    channel: str
    item_id: str
    department_id: str
    site_id: str
    home_id: str
    worker_id: str
    clerk_id: str | None
    window_id: str | None
    window_name: str | None
    state: str
    state_since: datetime
    reason: str | None
    """Why it is in this state, where there is something to say."""
    taken_at: datetime
    calls: int
    data_key: bytes
    answers: bytes
    handover: bytes | None
    kept_for: str | None
    grace_until: datetime | None
    not_before: datetime | None = None
    """Of a callback: when it is tried again at the earliest."""


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """What the clerk who transferred a ticket says to the next one."""

    by: str
    note: str


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A waiting ticket's place in its queue (1 is next) and the range of its waiting time, P50 to P90.

    Both minutes are None while nobody on duty can serve it.
    """

    position: int
    low_minutes: int | None
    high_minutes: int | None


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """A ticket ringing at a clerk."""

    id: str
    ticket: TicketView
    made_at: datetime
    expires_at: datetime


class DeskView(msgspec.Struct, frozen=True, kw_only=True):
    """A clerk's desk: window, chosen status, kept state, the offer that rings and the ticket in hand.

    `window_state` is a `WindowState` value, `status` and `state` those of `ClerkStatus` and `ClerkState`.
    """

    clerk_id: str
    site_id: str
    window_id: str | None
    window_name: str | None
    window_state: str
    status: str
    state: str
    state_since: datetime
    wrap_up_until: datetime | None
    offer: OfferView | None
    ticket: TicketView | None


def ticket_view(ticket: Ticket) -> TicketView:
    """The view of a stored ticket."""
    return TicketView(
        id=ticket.id,
        visit_id=ticket.visit_id,
        number=ticket.number,
        channel=ticket.channel,
        item_id=ticket.item_id,
        department_id=ticket.department_id,
        site_id=ticket.site_id,
        home_id=ticket.home_id,
        worker_id=ticket.worker_id,
        clerk_id=ticket.clerk_id,
        window_id=ticket.window_id,
        window_name=ticket.window_name,
        state=ticket.state.value,
        state_since=ticket.state_since,
        reason=ticket.reason,
        taken_at=ticket.taken_at,
        calls=ticket.calls,
        data_key=ticket.data_key,
        answers=ticket.answers,
        handover=ticket.handover,
        kept_for=ticket.kept_for,
        grace_until=ticket.grace_until,
        not_before=ticket.not_before,
    )


def offer_view(offer: Offer, ticket: Ticket) -> OfferView:
    """The view of a stored offer."""
    return OfferView(id=offer.id, ticket=ticket_view(ticket), made_at=offer.made_at, expires_at=offer.expires_at)


def desk_view(desk: DeskRecord, ringing: tuple[Offer, Ticket] | None, ticket: TicketView | None) -> DeskView:
    """The view of a stored desk, with the offer that rings there and the ticket in hand."""
    return DeskView(
        clerk_id=desk.clerk_id,
        site_id=desk.site_id,
        window_id=desk.window_id,
        window_name=desk.window_name,
        window_state=desk.window_state.value,
        status=desk.status.value,
        state=desk.state.value,
        state_since=desk.state_since,
        wrap_up_until=desk.wrap_up_until,
        offer=None if ringing is None else offer_view(*ringing),
        ticket=ticket,
    )
