"""What happens in the scheduler, told to the rest of the service through the outbox."""

from __future__ import annotations

from datetime import datetime

from foundation.events import Event


class TicketEvent(Event, frozen=True):
    """Something happened to a ticket; `worker_id` is who took it, clerk and window are those of the moment.

    `version` is the ticket's since then: whoever knows a later one knows of this event.
    """

    at: datetime
    ticket_id: str
    version: int
    visit_id: str
    number: str
    item_id: str
    department_id: str
    site_id: str
    worker_id: str
    clerk_id: str | None
    window_id: str | None


class TicketMoved(TicketEvent, frozen=True):
    """Every transition tells this one, beside the fact that names it: for live views."""

    former: str
    state: str


class TicketTaken(TicketEvent, frozen=True):
    """A ticket was taken and waits."""


class TicketOffered(TicketEvent, frozen=True):
    """The ticket rings at a clerk until `expires_at`."""

    offer_id: str
    expires_at: datetime


class OfferWithdrawn(TicketEvent, frozen=True):
    """The offer ended without acceptance: "rejected", "timed_out", "clerk_lost", "clerk_left" or "ticket_left"."""

    offer_id: str
    outcome: str


class TicketCalled(TicketEvent, frozen=True):
    """A clerk accepted, or who was called back answered; the point is asked to enter the call."""


class TicketRecalled(TicketEvent, frozen=True):
    """The clerk called once more; `calls` counts all calls so far."""

    calls: int


class TicketServing(TicketEvent, frozen=True):
    """The point has entered: the session runs."""


class TicketHeld(TicketEvent, frozen=True):
    """The session was put on hold."""


class TicketInterrupted(TicketEvent, frozen=True):
    """One side's link is gone; the session is kept until `until`."""

    until: datetime


class TicketResumed(TicketEvent, frozen=True):
    """The session runs again, after a hold or an interruption."""


class TicketReturned(TicketEvent, frozen=True):
    """The ticket waits again at its old place; its session, if it had one, is over."""

    reason: str


class TicketNotShown(TicketEvent, frozen=True):
    """Nobody came when the ticket was called."""


class TicketCompleted(TicketEvent, frozen=True):
    """The clerk finished the matter."""


class TicketTransferred(TicketEvent, frozen=True):
    """The clerk gave the ticket on: to a queue, and first to the clerk `to_clerk_id` where one is named."""

    to_home_id: str
    to_department_id: str
    to_clerk_id: str | None


class TicketHandedOver(TicketEvent, frozen=True):
    """The ticket went from one clerk to another within its session, which goes on; `clerk_id` is who has it now."""

    former_clerk_id: str


class TicketCancelled(TicketEvent, frozen=True):
    """The resident gave the ticket up."""


class TicketExpired(TicketEvent, frozen=True):
    """The day closed before the ticket's turn came, or its resident was not reached."""


class CallbackAsked(TicketEvent, frozen=True):
    """The resident is to be called back, until `until` at the latest; nobody has to sit there meanwhile."""

    until: datetime


class CallbackRings(TicketEvent, frozen=True):
    """A clerk accepted; the point or the visitor rings until `until`."""

    until: datetime


class CallbackMissed(TicketEvent, frozen=True):
    """Nobody answered, for the `attempts`-th time; it is tried again."""

    attempts: int


class CallbackWithdrawn(TicketEvent, frozen=True):
    """The resident is back, at `worker_id`'s page, and waits again with the credit of before."""


class DeskChanged(Event, frozen=True):
    """A clerk's status, state, window, offer or ticket changed; `version` is the desk's since then."""

    clerk_id: str
    version: int
    window_id: str | None


class AppointmentChanged(Event, frozen=True):
    """An appointment was booked, moved, cancelled, checked in or missed; `version` is the appointment's since then."""

    appointment_id: str
    version: int
    state: str
    site_id: str
    home_id: str
    department_id: str
    person_id: str | None = None
    """Who of the staff it is with, or was until it was moved to the windows; None for what is only theirs."""


class WishChanged(Event, frozen=True):
    """Somebody is on the waiting list, was offered a time, took it, or is off the list; `version` is the wish's."""

    wish_id: str
    version: int
    state: str
    site_id: str
    home_id: str


SCHEDULER_EVENTS: tuple[type[Event], ...] = (
    TicketMoved,
    TicketTaken,
    TicketOffered,
    OfferWithdrawn,
    TicketCalled,
    TicketRecalled,
    TicketServing,
    TicketHeld,
    TicketInterrupted,
    TicketResumed,
    TicketReturned,
    TicketNotShown,
    TicketCompleted,
    TicketTransferred,
    TicketHandedOver,
    TicketCancelled,
    TicketExpired,
    CallbackAsked,
    CallbackRings,
    CallbackMissed,
    CallbackWithdrawn,
    DeskChanged,
    AppointmentChanged,
    WishChanged,
)
"""All kinds, for the outbox of a restarted process."""
