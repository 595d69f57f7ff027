"""The scheduler's stored values as the services read them: frozen, detached from any session."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from scheduler.queue_core.appointment_life import AppointmentState
from scheduler.queue_core.callback_life import CallbackState
from scheduler.queue_core.clerk_life import ClerkState, ClerkStatus
from scheduler.queue_core.overflow import Queue
from scheduler.queue_core.ticket_life import TicketState
from scheduler.queue_core.window_life import WindowState
from scheduler.queue_core.wish_life import PartOfDay, Wanted, WishState

SETTLED = "settled"
"""The reason of a completed ticket whose matter is done."""
LEFT = "applicant_left"
"""The reason of a completed ticket whose applicant ended the call."""
CALLBACK = "callback"
"""The channel of a ticket whose resident is to be called back; also shown among the reasons for its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One stored ticket; `version` grows with every move, `reason` tells why it is in its present state.

    `issuer_id` is the centre that gave the number, `home_id` and `home_path` the one whose windows serve it first: they
    differ once it was transferred. `clerk_id`, `window_id` and `window_name` are set from the offer on and cleared
    when the ticket waits again. `answers`, and the `handover` of a transfer, are sealed under the ticket's wrapped
    `data_key`: `Reception.answers` and `Reception.handover` open them. Until `kept_until` a waiting ticket is for the
    clerk `kept_for` alone. A callback is offered to nobody before `not_before`.
    """

    id: str
    visit_id: str
    day: date
    number: str
    channel: str
    state: TicketState
    state_since: datetime
    reason: str | None
    version: int
    site_id: str
    issuer_id: str
    home_id: str
    home_path: str
    department_id: str
    item_id: str
    worker_id: str
    taken_at: datetime
    credit_from: datetime
    expected_seconds: float
    calls: int
    clerk_id: str | None
    window_id: str | None
    window_name: str | None
    data_key: bytes
    answers: bytes
    handover: bytes | None
    grants: list[str]
    refused_by: list[str]
    kept_for: str | None
    kept_until: datetime | None
    grace_until: datetime | None
    not_before: datetime | None

    @property
    def is_callback(self) -> bool:
        """Whether its resident is to be called back: nobody sits there with it."""
        return self.channel == CALLBACK

    @property
    def is_settled(self) -> bool:
        """Whether it was completed and its matter is done; those completed before outcomes were asked for count."""
        return self.state is TicketState.COMPLETED and self.reason in (None, SETTLED)

    @property
    def queue(self) -> Queue:
        """The queue it waits in, with where its home is."""
        return Queue(self.queue_id, self.home_path, self.department_id)

    @property
    def queue_id(self) -> str:
        """The queue it waits in: one department's business at one home."""
        return queue_id(self.home_id, self.department_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One stored offer; `outcome` is "open" until it is accepted, rejected, timed_out, or withdrawn."""

    id: str
    ticket_id: str
    clerk_id: str
    made_at: datetime
    expires_at: datetime
    outcome: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRecord:
    """One stored desk: a clerk, the window, the three states; `path` is the window's site in the tree."""

    clerk_id: str
    version: int
    site_id: str
    path: str
    skills: Mapping[str, int]
    window_id: str
    window_name: str
    window_state: WindowState
    status: ClerkStatus
    state: ClerkState
    state_since: datetime
    wrap_up_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One stored appointment; `version` grows with every change.

    `starts` is what the clock on the wall of `zone` shows then; `unit_id` is the window that is kept for it. `person`
    is a keyed hash of who comes. Who that is and what they said is sealed under the wrapped `data_key`; how they are
    reached is `forgotten` after the day. `visitor_id` is who keeps it by video.
    """

    id: str
    number: str
    version: int
    state: AppointmentState
    state_since: datetime
    booked_at: datetime
    site_id: str
    home_id: str
    department_id: str
    item_id: str
    worker_id: str
    unit_id: str
    starts: datetime
    zone: str
    minutes: int
    person: bytes
    ticket_id: str | None
    data_key: bytes
    details: bytes
    visitor_id: str | None = None
    forgotten: bool = False

    @property
    def at(self) -> datetime:
        """The moment of `starts` in UTC, by the zone's rules of today."""
        return self.starts.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One stored wish for a time; `version` grows with every change, `offers` with every time that was held for it.

    `days` are calendar days of the hall, `passed` the wall times that were offered and not taken, both as ISO texts.
    While a time is held, `appointment_id` is its appointment and `answer_by` until when. Who waits and what they said
    is sealed under the wrapped `data_key`; both are empty once the wish is over.
    """

    id: str
    version: int
    state: WishState
    asked_at: datetime
    site_id: str
    home_id: str
    department_id: str
    item_id: str
    worker_id: str
    days: list[str]
    last_day: date
    part: PartOfDay
    passed: list[str]
    offers: int
    person: bytes
    appointment_id: str | None
    answer_by: datetime | None
    data_key: bytes
    details: bytes

    @property
    def wanted(self) -> Wanted:
        """Which times fit it."""
        passed = frozenset(map(datetime.fromisoformat, self.passed))
        return Wanted(frozenset(map(date.fromisoformat, self.days)), self.part, passed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One stored callback of a ticket; `version` grows with every change, and `attempts` with every ring in vain.

    `rings_at` is the point, or the visitor, that is called. `channel` is what the ticket goes back to. `rings_until`
    is set while it rings. `reason` says why it failed.
    """

    id: str
    ticket_id: str
    rings_at: str
    version: int
    state: CallbackState
    asked_at: datetime
    asked_by: str
    channel: str
    deadline: datetime
    attempts: int
    rings_until: datetime | None
    reason: str | None


def queue_id(home_id: str, department_id: str) -> str:
    """The name of a queue."""
    return f"{home_id}/{department_id}"
