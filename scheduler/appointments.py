"""Appointments: slots are looked up, booked, moved, given up, and become tickets at check-in."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import structlog

from directory.booked_visits import BookedVisit
from directory.principal import Permission, Principal, Visitor, permits, require
from foundation.database import WriteSession, take_turn
from foundation.errors import Language, Refusal
from foundation.vault import SealBroken
from scheduler.appointment_calendar import Calendar, cells_of, free_unit
from scheduler.appointment_notices import AppointmentNotices, Reach
from scheduler.errors import (
    AppointmentOver,
    BookedThatDay,
    BookedTooOften,
    NotYourAppointment,
    TooEarly,
)
from scheduler.events import AppointmentChanged
from scheduler.matchmaker import Matchmaker
from scheduler.ports import ItemFacts, Ports
from scheduler.queue_core.appointment_life import AppointmentState, Arrival, arrival
from scheduler.queue_core.slots import Slot
from scheduler.reception import Reception
from scheduler.records import Appointment, Ticket
from scheduler.store import appointments as store
from scheduler.store import tickets
from scheduler.views import BookAppointment, TakeTicket

_log = structlog.get_logger("scheduler.appointments")
_VISIT_LASTS = timedelta(hours=8)
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


class Appointments:
    """Books for the principals of points and centres."""

    def __init__(self, ports: Ports, reception: Reception, matchmaker: Matchmaker) -> None:
        self._ports = ports
        self._database = ports.database
        self._reception = reception
        self._matchmaker = matchmaker
        self._notices = AppointmentNotices(ports)

    async def slots(self, site_id: str, item_id: str, first: date, days: int) -> list[tuple[date, list[Slot]]]:
        """The free slots of so many days for an item at a site; raises the directory's `NotFound`."""
        calendar = await self._calendar(site_id, await self._ports.catalogue.item(item_id))
        async with self._database.read() as session:
            taken = await store.taken(session, calendar.unit_ids, first, days)
        wanted = [first + timedelta(days=ahead) for ahead in range(days)]
        return [(day, calendar.slots(day, taken)) for day in wanted if day in calendar.days]

    async def book(self, principal: Principal, request: BookAppointment) -> Booked:
        """Stores a new appointment at the worker's point; raises `NotBookable`, `SlotTaken`.

        Raises also `BookedThatDay` and `BookedTooOften`. What its person is told is stored with it.
        """
        require(principal, Permission.BOOK_APPOINTMENTS)
        item = await self._ports.catalogue.item(request.item_id)
        calendar = await self._calendar(principal.site_id, item)
        home = await self._ports.catalogue.home(principal.site_id)
        person = self._person(request.phone)
        async with self._database.write() as session:
            await _take_turns(session, person, home.id)
            await self._within_limits(session, person, request.starts)
            unit_id = await free_unit(session, calendar, request.starts)
            booked = await self._new(session, principal, request, (item, home.id, unit_id, person))
            link = ""
            if request.by_link:
                visitor_id, link = await self._ports.visits.admit(session, _visit(booked, request.name))
                booked = replace(booked, visitor_id=visitor_id)
            await store.add(session, booked)
            await store.take(session, booked.id, cells_of(calendar, unit_id, request.starts))
            await self._notices.booked(session, booked, self._reach(booked, link))
            await self._tell(session, booked)
        return Booked(booked, link)

    async def move(self, principal: Principal, appointment_id: str, starts: datetime) -> Appointment:
        """Gives the appointment another time; raises as `book`, `NotYourAppointment`, `NotInThisState`."""
        require(principal, Permission.KEEP_APPOINTMENTS)
        former = await self.appointment(principal, appointment_id)
        calendar = await self._calendar(former.site_id, await self._ports.catalogue.item(former.item_id))
        async with self._database.write() as session:
            await _take_turns(session, former.person, former.home_id)
            former = await store.appointment(session, appointment_id)
            await self._within_limits(session, former.person, starts, besides=former.id)
            await store.release(session, former.id)
            unit_id = await free_unit(session, calendar, starts)
            changes = {"unit_id": unit_id, "starts": starts}
            moved = await self._change(session, former, AppointmentState.BOOKED, **changes)
            await store.take(session, moved.id, cells_of(calendar, unit_id, starts))
            link = ""
            if moved.visitor_id is not None:
                link = await self._ports.visits.readmit(session, moved.visitor_id, moved.at + _VISIT_LASTS)
            await self._notices.moved(session, moved, self._reach(moved, link))
        return moved

    async def cancel(self, principal: Principal, appointment_id: str) -> Appointment:
        """Gives the time to others; raises `NotYourAppointment`, `NotInThisState`."""
        require(principal, Permission.KEEP_APPOINTMENTS)
        await self.appointment(principal, appointment_id)
        async with self._database.write() as session:
            former = await store.appointment(session, appointment_id)
            # As `move` does: cells first, so that the two never wait for one another.
            await store.release(session, former.id)
            cancelled = await self._change(session, former, AppointmentState.CANCELLED)
            await self._close_visit(session, cancelled)
            await self._notices.given_up(session, cancelled, self._reach(cancelled))
        return cancelled

    async def check_in(self, principal: Principal, appointment_id: str) -> Ticket:
        """Takes the appointment's ticket, which is offered at once; raises `TooEarly`, `AppointmentOver`.

        Raises also `NotYourAppointment`, `NotInThisState` and `TicketAlreadyOpen`. Who comes to the point although it
        was to be kept by video needs the link no more.
        """
        require(principal, Permission.BOOK_APPOINTMENTS)
        return await self._check_in(principal, appointment_id, {})

    async def check_in_by_link(self, visitor: Visitor, answers: Mapping[str, str]) -> Ticket:
        """As `check_in`, of the visitor's own one; these answers replace what was said at the booking."""
        require(visitor, Permission.TAKE_TICKET)
        return await self._check_in(visitor, visitor.appointment_id or "", answers)

    async def _check_in(self, principal: Principal, appointment_id: str, answers: Mapping[str, str]) -> Ticket:
        async with self._database.write() as session:
            booked = await store.appointment(session, appointment_id)
            by_link = isinstance(principal, Visitor)
            if principal.staff_id != booked.visitor_id if by_link else principal.site_id != booked.site_id:
                raise NotYourAppointment
            self._require_in_time(booked)
            details = self.details(booked)
            request = TakeTicket(item_id=booked.item_id, answers={**details.answers, **answers}, grants=details.grants)
            ticket = await self._reception.take_due(session, principal, request, booked.at)
            checked_in = await self._change(session, booked, AppointmentState.CHECKED_IN, ticket_id=ticket.id)
            await self._notices.over(session, checked_in)
            if not by_link:
                await self._close_visit(session, checked_in)
        await self._matchmaker.match()
        return ticket

    async def appointment(self, principal: Principal, appointment_id: str) -> Appointment:
        """One that the person may handle; raises `NoSuchAppointment`, `NotYourAppointment`."""
        async with self._database.read() as session:
            found = await store.appointment(session, appointment_id)
        serves = permits(principal, Permission.SERVE, department_id=found.department_id)
        if found.site_id != principal.site_id and not (serves and found.home_id == principal.site_id):
            raise NotYourAppointment
        return found

    async def of_visitor(self, visitor: Visitor) -> Appointment | None:
        """The one that the visitor's link is for; None where it is for none."""
        if visitor.appointment_id is None:
            return None
        async with self._database.read() as session:
            return await store.appointment(session, visitor.appointment_id)

    async def of_site(self, site_id: str) -> list[Appointment]:
        """Those of a point from today on."""
        async with self._database.read() as session:
            return await store.of_site(session, site_id, datetime.combine(self._today(), time()))

    async def of_clerk(self, principal: Principal) -> list[Appointment]:
        """Those of today for the departments whose business the clerk does at the own centre."""
        async with self._database.read() as session:
            return await store.of_home(session, principal.site_id, principal.department_ids, self._today())

    def checks_in(self, appointment: Appointment) -> tuple[datetime, datetime]:
        """From when on, and until when, somebody can check in."""
        rules = self._ports.rules
        early, late = timedelta(seconds=rules.appointment_early), timedelta(seconds=rules.appointment_late)
        return appointment.at - early, appointment.at + late

    def details(self, appointment: Appointment) -> Details:
        """Who comes; raises `SealBroken`."""
        opened = self._ports.vault.unseal(appointment.data_key, appointment.details, _sealed_as(appointment.id))
        return msgspec.json.decode(opened, type=Details)

    async def lapse(self) -> int:
        """Counts those as missed for whom nobody came in time; returns how many."""
        async with self._database.read() as session:
            begun = await store.booked_before(session, self._ports.rules.wall(self._ports.clock.now()))
        missed = [one for one in begun if self._arrival(one) is Arrival.MISSED]
        for one in missed:
            try:
                async with self._database.write() as session:
                    await self._notices.over(session, await self._change(session, one, AppointmentState.MISSED))
            except Refusal as refusal:
                # Somebody was faster, or the database is busy: what is still due will be seen at the next look.
                _log.info("lapse_overtaken", id=one.id, code=refusal.code)
        return len(missed)

    async def forget(self) -> int:
        """Erases how the people of former days' appointments are reached, of 200 at most; returns of how many."""
        async with self._database.read() as session:
            former = await store.remembered(session, datetime.combine(self._today(), time()))
        for one in former:
            try:
                kept = msgspec.structs.replace(self.details(one), phone="", email="", text_messages=False)
            except SealBroken as broken:
                # Nobody reads it any more, either.
                self._database.damaged("appointments", one.id, broken)
                sealed = b""
            else:
                sealed = self._sealed(one.id, one.data_key, kept)
            async with self._database.write() as session:
                await store.forget(session, one.id, sealed)
        return len(former)

    def _reach(self, appointment: Appointment, link: str = "") -> Reach:
        try:
            return self.details(appointment).reach(link)
        except SealBroken as broken:
            # Its time can still be given to others; nobody can be told.
            self._database.damaged("appointments", appointment.id, broken)
            return Reach()

    async def _close_visit(self, session: WriteSession, appointment: Appointment) -> None:
        if appointment.visitor_id is not None:
            await self._ports.visits.dismiss(session, appointment.visitor_id)

    async def _calendar(self, site_id: str, item: ItemFacts) -> Calendar:
        home = await self._ports.catalogue.home(site_id)
        units = await self._ports.catalogue.units(home.id, item.department_id)
        rules, today = self._ports.rules, self._today()
        return Calendar(
            units=units[: math.ceil(len(units) * rules.booked_share)],
            length=timedelta(minutes=item.expected_minutes),
            days=[today + timedelta(days=ahead) for ahead in range(rules.appointment_days)],
            zone=ZoneInfo(rules.zone),
            now=self._ports.clock.now(),
        )

    async def _within_limits(self, session: WriteSession, person: bytes, starts: datetime, besides: str = "") -> None:
        since = datetime.combine(self._today(), time())
        days = await store.booked_days(session, person, besides, since)
        if starts.date() in days:
            raise BookedThatDay
        if len(days) >= self._ports.rules.appointments_ahead:
            raise BookedTooOften(limit=self._ports.rules.appointments_ahead)

    async def _new(
        self,
        session: WriteSession,
        principal: Principal,
        request: BookAppointment,
        of: tuple[ItemFacts, str, str, bytes],
    ) -> Appointment:
        item, home_id, unit_id, person = of
        now, today = self._ports.clock.now(), self._today()
        issued = await tickets.next_number(session, f"{home_id}:appointments", today)
        new_id, data_key = self._ports.identifiers.new(), self._ports.vault.new_data_key()
        details = Details(
            phone=request.phone,
            answers=request.answers,
            grants=request.grants,
            text_messages=request.text_messages,
            email=request.email,
            language=request.language,
        )
        return Appointment(
            id=new_id,
            number=f"{today:%m%d}-{issued:03}",
            version=1,
            state=AppointmentState.BOOKED,
            state_since=now,
            booked_at=now,
            site_id=principal.site_id,
            home_id=home_id,
            department_id=item.department_id,
            item_id=item.id,
            worker_id=principal.staff_id,
            unit_id=unit_id,
            starts=request.starts,
            zone=self._ports.rules.zone,
            minutes=math.ceil(item.expected_minutes),
            person=person,
            ticket_id=None,
            data_key=data_key,
            details=self._sealed(new_id, data_key, details),
        )

    def _sealed(self, appointment_id: str, data_key: bytes, details: Details) -> bytes:
        return self._ports.vault.seal(data_key, msgspec.json.encode(details), _sealed_as(appointment_id))

    async def _change(
        self, session: WriteSession, former: Appointment, state: AppointmentState, **changes: object
    ) -> Appointment:
        changed = await store.move(session, former, state, self._ports.clock.now(), changes)
        await self._tell(session, changed)
        return changed

    async def _tell(self, session: WriteSession, appointment: Appointment) -> None:
        told = AppointmentChanged(
            appointment_id=appointment.id,
            version=appointment.version,
            state=appointment.state.value,
            site_id=appointment.site_id,
            home_id=appointment.home_id,
            department_id=appointment.department_id,
        )
        await self._ports.outbox.add(session, told)

    def _require_in_time(self, appointment: Appointment) -> None:
        found = self._arrival(appointment)
        if found is Arrival.EARLY:
            opens, _ = self.checks_in(appointment)
            raise TooEarly(clock=f"{opens.astimezone(ZoneInfo(appointment.zone)):%m-%d %H:%M}")
        if found is Arrival.MISSED:
            raise AppointmentOver

    def _arrival(self, appointment: Appointment) -> Arrival:
        rules, now = self._ports.rules, self._ports.clock.now()
        at = appointment.at.timestamp()
        return arrival(at, now.timestamp(), rules.appointment_early, rules.appointment_late)

    def _person(self, phone: str) -> bytes:
        """Tells persons apart without saying who they are: HMAC-SHA256 under a secret of the installation."""
        secret = self._ports.vault.secret("appointment-person")
        return hmac.new(secret, phone.encode(), hashlib.sha256).digest()

    def _today(self) -> date:
        return self._ports.rules.day(self._ports.clock.now())


async def _take_turns(session: WriteSession, person: bytes, home_id: str) -> None:
    """One at a time for a person, whose appointments are counted, and at a centre.

    Without it the key of a cell would still refuse who comes second, but not say which times are free.
    """
    await take_turn(session, f"appointments of {person.hex()}")
    await take_turn(session, f"appointments at {home_id}")


def _visit(booked: Appointment, name: str) -> BookedVisit:
    """At the centre: who works at the point where it was booked has no part in it."""
    return BookedVisit(
        appointment_id=booked.id,
        name=name,
        site_id=booked.home_id,
        item_id=booked.item_id,
        host_id=booked.worker_id,
        ends_at=booked.at + _VISIT_LASTS,
    )


def _sealed_as(appointment_id: str) -> str:
    return f"appointment {appointment_id}"
