"""What booking and the waiting list share: calendar, limits of a person, an appointment and who is told of it."""

from __future__ import annotations

import hashlib
import hmac
import math
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from directory.booked_visits import BookedVisit
from foundation.database import WriteSession, take_turn
from foundation.errors import Language
from foundation.vault import SealBroken
from scheduler.appointment_calendar import Calendar
from scheduler.appointment_notices import AppointmentNotices, Reach
from scheduler.errors import BookedThatDay, BookedTooOften
from scheduler.events import AppointmentChanged
from scheduler.ports import ItemFacts, Ports
from scheduler.queue_core.appointment_life import AppointmentState
from scheduler.queue_core.slots import bookable, cells, person_of
from scheduler.records import Appointment
from scheduler.store import appointments as store
from scheduler.store import tickets
from scheduler.views import BookAppointment

VISIT_LASTS = timedelta(hours=8)
"""From the due time: for who waits, the call, and what is left to say after it."""


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """Who comes, what they said, and how they are reached: sealed with the appointment.

    `phone` and `email` are empty once it is forgotten.
    """

    phone: str
    answers: dict[str, str]
    grants: tuple[str, ...]
    text_messages: bool = False
    email: str = ""
    language: Language = "zh-CN"

    def reach(self, link: str = "") -> Reach:
        """How to tell the person something."""
        phone = self.phone if self.text_messages else ""
        return Reach(phone=phone, email=self.email, language=self.language, link=link)


class Booked(NamedTuple):
    """A new appointment, and the address of its visit where it is kept by video: told this once, empty elsewhere."""

    appointment: Appointment
    link: str


class Place(NamedTuple):
    """Where and for what something is booked: the point, who sits there, the centre, the item, whose it is."""

    site_id: str
    worker_id: str
    home_id: str
    item: ItemFacts
    person: bytes


class Booking:
    """What is done to appointments in somebody's transaction."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self.notices = AppointmentNotices(ports)

    async def calendar(self, site_id: str, item: ItemFacts, person_id: str | None = None) -> Calendar:
        """What can be booked for an item at a site, or with one person; raises the directory's `NotFound`."""
        rules, today, catalogue = self._ports.rules, self.today(), self._ports.catalogue
        if person_id is None:
            home = await catalogue.home(site_id)
            windows = await catalogue.units(home.id, item.department_id)
            units = windows[: bookable(len(windows), await catalogue.booked_percent(item.department_id))]
        else:
            units = await catalogue.person_units(person_id, item.department_id)
        return Calendar(
            units=units,
            length=timedelta(minutes=item.expected_minutes),
            days=[today + timedelta(days=ahead) for ahead in range(rules.appointment_days)],
            zone=ZoneInfo(rules.zone),
            now=self._ports.clock.now(),
        )

    async def days_of(self, session: WriteSession, person: bytes, besides: str = "") -> list[date]:
        """The days from today on on which the person has an appointment, or one is held for them."""
        return await store.booked_days(session, person, besides, datetime.combine(self.today(), time()))

    async def within_limits(self, session: WriteSession, person: bytes, starts: datetime, besides: str = "") -> None:
        """Raises `BookedThatDay`, `BookedTooOften`."""
        days = await self.days_of(session, person, besides)
        if starts.date() in days:
            raise BookedThatDay
        if len(days) >= self._ports.rules.appointments_ahead:
            raise BookedTooOften(limit=self._ports.rules.appointments_ahead)

    async def keep(
        self, session: WriteSession, place: Place, request: BookAppointment, unit_id: str, state: AppointmentState
    ) -> Appointment:
        """Stores a new appointment with its cells; raises `MovedMeanwhile` where somebody has one of them."""
        new = await self._new(session, place, request, unit_id, state)
        await store.add(session, new)
        length = timedelta(minutes=place.item.expected_minutes)
        await store.take(session, new.id, [(unit_id, cell) for cell in cells(request.starts, length)])
        return new

    async def confirm(self, session: WriteSession, booked: Appointment, name: str, by_link: bool) -> Booked:
        """Lets who keeps it by video in, and tells its person and the pages of it."""
        link = ""
        if by_link:
            visitor_id, link = await self._ports.visits.admit(session, visit_of(booked, name, booked.at + VISIT_LASTS))
            booked = await store.keep_visitor(session, booked, visitor_id)
        await self.notices.booked(session, booked, self.reach(booked, link))
        await self.tell(session, booked, person_of(booked.unit_id))
        return Booked(booked, link)

    async def change(
        self, session: WriteSession, former: Appointment, state: AppointmentState, **changes: object
    ) -> Appointment:
        """Moves it by its table, and tells the pages; raises `NotInThisState`, `MovedMeanwhile`."""
        changed = await store.move(session, former, state, self._ports.clock.now(), changes)
        await self.tell(session, changed, person_of(former.unit_id))
        return changed

    async def tell(self, session: WriteSession, appointment: Appointment, person_id: str | None) -> None:
        """Says that it has changed, and to whom of the staff it showed."""
        told = AppointmentChanged(
            appointment_id=appointment.id,
            version=appointment.version,
            state=appointment.state.value,
            site_id=appointment.site_id,
            home_id=appointment.home_id,
            department_id=appointment.department_id,
            person_id=person_id,
        )
        await self._ports.outbox.add(session, told)

    def details(self, appointment: Appointment) -> Details:
        """Who comes; raises `SealBroken`."""
        opened = self._ports.vault.unseal(appointment.data_key, appointment.details, _sealed_as(appointment.id))
        return msgspec.json.decode(opened, type=Details)

    def sealed(self, appointment_id: str, data_key: bytes, details: Details) -> bytes:
        """Details as they are stored."""
        return self._ports.vault.seal(data_key, msgspec.json.encode(details), _sealed_as(appointment_id))

    def reach(self, appointment: Appointment, link: str = "") -> Reach:
        """How to tell its person something; nobody where the details are damaged."""
        try:
            return self.details(appointment).reach(link)
        except SealBroken as broken:
            # Its time can still be given to others; nobody can be told.
            self._ports.database.damaged("appointments", appointment.id, broken)
            return Reach()

    def person(self, phone: str) -> bytes:
        """Tells persons apart without saying who they are: HMAC-SHA256 under a secret of the installation."""
        secret = self._ports.vault.secret("appointment-person")
        return hmac.new(secret, phone.encode(), hashlib.sha256).digest()

    def today(self) -> date:
        """The hall's calendar day."""
        return self._ports.rules.day(self._ports.clock.now())

    async def _new(
        self, session: WriteSession, place: Place, request: BookAppointment, unit_id: str, state: AppointmentState
    ) -> Appointment:
        now, today = self._ports.clock.now(), self.today()
        issued = await tickets.next_number(session, f"{place.home_id}:appointments", today)
        new_id, data_key = self._ports.identifiers.new(), self._ports.vault.new_data_key()
        return Appointment(
            id=new_id,
            number=f"{today:%m%d}-{issued:03}",
            version=1,
            state=state,
            state_since=now,
            booked_at=now,
            site_id=place.site_id,
            home_id=place.home_id,
            department_id=place.item.department_id,
            item_id=place.item.id,
            worker_id=place.worker_id,
            unit_id=unit_id,
            starts=request.starts,
            zone=self._ports.rules.zone,
            minutes=math.ceil(place.item.expected_minutes),
            person=place.person,
            ticket_id=None,
            data_key=data_key,
            details=self.sealed(new_id, data_key, _details(request)),
        )


async def take_turns(session: WriteSession, person: bytes, home_id: str, with_id: str | None = None) -> None:
    """One at a time for a person, whose appointments are counted, at a centre, and with one of the staff.

    Without it the key of a cell would still refuse who comes second, but not say which times are free. One of the
    staff is booked from the points of several centres.
    """
    await take_turn(session, f"appointments of {person.hex()}")
    await take_turn_at(session, home_id)
    if with_id is not None:
        await take_turn(session, f"appointments with {with_id}")


async def take_turn_at(session: WriteSession, home_id: str) -> None:
    """One at a time at a centre, for who books for nobody in particular."""
    await take_turn(session, f"appointments at {home_id}")


def around(starts: datetime) -> frozenset[date]:
    """The days on which a time could meet one that begins then, with what crosses midnight."""
    return frozenset(starts.date() + timedelta(days=ahead) for ahead in (-1, 0, 1))


def _details(request: BookAppointment) -> Details:
    return Details(
        phone=request.phone,
        answers=request.answers,
        grants=request.grants,
        text_messages=request.text_messages,
        email=request.email,
        language=request.language,
    )


def visit_of(appointment: Appointment, name: str, ends_at: datetime) -> BookedVisit:
    """At the centre: who works at the point where it was booked has no part in it."""
    return BookedVisit(
        appointment_id=appointment.id,
        name=name,
        site_id=appointment.home_id,
        item_id=appointment.item_id,
        host_id=appointment.worker_id,
        ends_at=ends_at,
    )


def _sealed_as(appointment_id: str) -> str:
    return f"appointment {appointment_id}"
