"""Appointments: the times that are free, booking one, and coming to it."""

from __future__ import annotations

from typing import Literal

import msgspec

from signalling.wire.commands import AskForTime, Command
from signalling.wire.values import (
    Bilingual,
    Identifier,
    Moment,
    ShortText,
    Value,
    WallTime,
)
from signalling.wire.views import View

AppointmentState = Literal["booked", "checked_in", "cancelled", "missed"]


class BookAppointment(AskForTime, frozen=True, kw_only=True):
    """Books a time for an item, with all that `take_ticket` asks for; answers `AppointmentBooked`.

    `phone` is a mobile number, or a landline with its area code.
    """

    starts: WallTime
    with_id: Identifier | None = None
    """Who of the staff is booked, see `BookablePeopleBody`; null for the windows."""


class AppointmentBooked(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `book_appointment`; `link` is where a visit by video opens, told this once; None elsewhere."""

    appointment_id: str
    number: str
    link: str | None


class MoveAppointment(Command, frozen=True, kw_only=True):
    """Gives a booked appointment another time."""

    appointment_id: Identifier
    starts: WallTime


class CancelAppointment(Command, frozen=True, kw_only=True):
    """Gives the time of a booked appointment to others."""

    appointment_id: Identifier


class CheckInAppointment(Command, frozen=True, kw_only=True):
    """Takes the ticket of an appointment, which waits from the due time; answers `AppointmentCheckedIn`."""

    appointment_id: Identifier


class CheckInVisit(Command, frozen=True, kw_only=True):
    """Takes the ticket of the appointment that the visitor's link is for; answers `AppointmentCheckedIn`."""

    consent_to_recording: bool
    wish: ShortText


class MoveMyAppointment(Command, frozen=True, kw_only=True):
    """Gives the appointment that the visitor's link is for another time, see `visit/appointment-slots`.

    Answers `OwnAppointmentChanged`.
    """

    starts: WallTime


class CancelMyAppointment(Command, frozen=True, kw_only=True):
    """Gives the time of the appointment that the visitor's link is for to others; the link ends with it.

    Answers `OwnAppointmentChanged`.
    """


class OwnAppointmentChanged(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `move_my_appointment` and `cancel_my_appointment`; the audit log names the appointment by it."""

    appointment_id: str


class AppointmentCheckedIn(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `check_in_appointment` and `check_in_visit`."""

    ticket_id: str
    number: str


class SlotBody(Value, frozen=True, kw_only=True):
    """A time that can be booked, and for how many."""

    starts: WallTime
    places: int


class SlotDayBody(Value, frozen=True, kw_only=True):
    """A day with its free times; none where it is closed or full."""

    day: str
    """As 2026-03-02."""
    slots: list[SlotBody]


class AppointmentSlotsBody(Value, frozen=True, kw_only=True):
    """The days from the one asked for on, as far as they can be booked."""

    days: list[SlotDayBody]
    minutes: int
    """How long the item takes."""
    channels: list[Literal["sms", "email"]]
    """How the applicant can be told of the appointment."""


class AppointmentView(Value, frozen=True, kw_only=True):
    """An appointment; `starts` is on the wall of the hall, `at` the same moment in UTC."""

    appointment_id: str
    number: str
    state: AppointmentState
    item_id: str
    item_name: Bilingual
    applicant_name: str
    phone: str
    """All but its first three and last four digits are hidden."""
    site_name: Bilingual
    home_name: Bilingual
    window_name: Bilingual
    """The window, or the person, that is kept for it; another one may call."""
    starts: WallTime
    at: Moment
    minutes: int
    checks_in_from: Moment
    checks_in_until: Moment
    by_link: bool
    """Kept by video: the applicant comes by a link."""
    with_id: str | None
    """With whom of the staff another time is: who is booked; null for the windows, also once that one has no hours."""


class AppointmentsView(View, frozen=True, kw_only=True):
    """The earliest first: a point's from today on, or those of today in the departments of a clerk or with them."""

    appointments: list[AppointmentView]
