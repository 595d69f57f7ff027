"""Appointments: slots are looked up, booked, moved, given up, and become tickets at check-in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import structlog

from directory.principal import Permission, Principal, Visitor, permits, require
from foundation.database import WriteSession
from foundation.errors import Refusal
from foundation.vault import SealBroken
from scheduler.appointment_calendar import cells_of, free_unit
from scheduler.booking import VISIT_LASTS, Booked, Booking, Details, Place, around, take_turns
from scheduler.errors import (
    AppointmentGivenUp,
    AppointmentOver,
    ChangedTooOften,
    NotInThisState,
    NotYourAppointment,
    TimeNotHeld,
    TooEarly,
)
from scheduler.matchmaker import Matchmaker
from scheduler.open_desks import OpenDesks
from scheduler.phone_codes import PhoneCodes
from scheduler.ports import Ports
from scheduler.queue_core.appointment_life import AppointmentState, Arrival, arrival
from scheduler.queue_core.overflow import Queue
from scheduler.queue_core.slots import Slot, person_of
from scheduler.reception import Due, Kept, Reception
from scheduler.records import Appointment, Ticket
from scheduler.store import appointments as store
from scheduler.views import BookAppointment, TakeTicket
from scheduler.waiting_list import WaitingList

_log = structlog.get_logger("scheduler.appointments")


class Through(NamedTuple):
    """What makes a ticket of an appointment: who takes it in, and who is there to serve it."""

    reception: Reception
    open_desks: OpenDesks


class Appointments:
    """Books for the principals of points and centres."""

    def __init__(
        self, ports: Ports, through: Through, matchmaker: Matchmaker, booking: Booking, waiting: WaitingList
    ) -> None:
        self._ports = ports
        self._database = ports.database
        self._reception, self._open_desks = through
        self._matchmaker = matchmaker
        self._booking = booking
        self._waiting = waiting
        self.phone_codes = PhoneCodes(ports, booking)

    async def slots(
        self, site_id: str, item_id: str, first: date, days: int, person_id: str | None = None
    ) -> list[tuple[date, list[Slot]]]:
        """The free slots of so many days for an item at a site, or with a person; raises the directory's `NotFound`."""
        calendar = await self._booking.calendar(site_id, await self._ports.catalogue.item(item_id), person_id)
        wanted = [day for day in calendar.days if 0 <= (day - first).days < days]
        if not wanted:
            return []
        async with self._database.read() as session:
            taken = await store.taken(session, calendar.unit_ids, wanted[0], len(wanted))
        return [(day, calendar.slots(day, taken)) for day in wanted]

    async def slots_of_mine(self, visitor: Visitor, first: date, days: int) -> list[tuple[date, list[Slot]]]:
        """As `slots`, for another time of the visitor's own; raises `NoSuchAppointment`."""
        mine = await self._mine(visitor)
        return await self.slots(mine.site_id, mine.item_id, first, days, await self.moves_with(mine))

    async def book(self, principal: Principal, request: BookAppointment) -> Booked:
        """Stores a new appointment at the worker's point; raises `NotBookable`, `SlotTaken`.

        Raises also `BookedThatDay` and `BookedTooOften`. What its person is told is stored with it.
        """
        require(principal, Permission.BOOK_APPOINTMENTS)
        return await self._book(principal.site_id, principal.person_id, request)

    async def book_alone(self, site_id: str, host_id: str, request: BookAppointment, code_id: str) -> Booked:
        """As `book`, by the person alone, whose telephone the code has proven; it is used up with the booking.

        Raises also `PhoneCodeWrong` where it was used meanwhile. What is refused leaves the code good.
        """
        return await self._book(site_id, host_id, request, lambda session: self.phone_codes.use(session, code_id))

    async def _book(
        self,
        site_id: str,
        worker_id: str,
        request: BookAppointment,
        first: Callable[[WriteSession], Awaitable[None]] | None = None,
    ) -> Booked:
        item = await self._ports.catalogue.item(request.item_id)
        calendar = await self._booking.calendar(site_id, item, request.person_id)
        calendar.require_day(request.starts.date())
        home = await self._ports.catalogue.home(site_id)
        person = self._booking.person(request.phone)
        place = Place(site_id, worker_id, home.id, item, person)
        async with self._database.write() as session:
            if first is not None:
                await first(session)
            await take_turns(session, person, home.id, request.person_id)
            # Who waits on the list comes first.
            await self._waiting.serve(session, home.id, around(request.starts))
            await self._booking.within_limits(session, person, request.starts)
            unit_id = await free_unit(session, calendar, request.starts)
            booked = await self._booking.keep(session, place, request, unit_id, AppointmentState.BOOKED)
            return await self._booking.confirm(session, booked, request.name, request.by_link)

    async def move(self, principal: Principal, appointment_id: str, starts: datetime) -> Appointment:
        """Gives the appointment another time; raises as `book`, `NotYourAppointment`, `NotInThisState`."""
        require(principal, Permission.KEEP_APPOINTMENTS)
        return await self._move(await self.appointment(principal, appointment_id), starts)

    async def move_mine(self, visitor: Visitor, starts: datetime) -> Appointment:
        """As `move`, of the one that the visitor's link is for; raises `ChangedTooOften`."""
        return await self._move(await self._mine(visitor), starts, from_home=True)

    async def _move(self, former: Appointment, starts: datetime, *, from_home: bool = False) -> Appointment:
        item = await self._ports.catalogue.item(former.item_id)
        calendar = await self._booking.calendar(former.site_id, item, await self.moves_with(former))
        calendar.require_day(starts.date())
        async with self._database.write() as session:
            await take_turns(session, former.person, former.home_id, person_of(former.unit_id))
            former = await store.appointment(session, former.id)
            if former.state is AppointmentState.HELD:
                # It belongs to the waiting list, whose page takes it or lets it pass.
                raise NotInThisState(former=former.state, state=AppointmentState.BOOKED)
            if from_home and former.state is AppointmentState.BOOKED and not self.moves_from_home(former):
                raise ChangedTooOften
            await self._waiting.serve(session, former.home_id, around(starts))
            await self._booking.within_limits(session, former.person, starts, besides=former.id)
            await store.release(session, former.id)
            unit_id = await free_unit(session, calendar, starts)
            changes = {"unit_id": unit_id, "starts": starts}
            moved = await self._booking.change(session, former, AppointmentState.BOOKED, **changes)
            await store.take(session, moved.id, cells_of(calendar, unit_id, starts))
            link = ""
            if moved.visitor_id is not None:
                link = await self._ports.visits.readmit(session, moved.visitor_id, moved.at + VISIT_LASTS)
            else:
                await self._ports.visits.prolong(session, moved.id, moved.at)
            await self._booking.notices.moved(session, moved, self._booking.reach(moved, link))
            await self._waiting.serve(session, former.home_id, around(former.starts))
        return moved

    async def cancel(self, principal: Principal, appointment_id: str) -> Appointment:
        """Gives the time to who waits for it, or to others; raises `NotYourAppointment`, `NotInThisState`."""
        require(principal, Permission.KEEP_APPOINTMENTS)
        return await self._cancel(await self.appointment(principal, appointment_id))

    async def cancel_mine(self, visitor: Visitor) -> Appointment:
        """As `cancel`, of the one that the visitor's link is for."""
        return await self._cancel(await self._mine(visitor))

    async def _cancel(self, found: Appointment) -> Appointment:
        async with self._database.write() as session:
            # As `_move` does: turns first, then cells, so that the two never wait for one another.
            await take_turns(session, found.person, found.home_id, person_of(found.unit_id))
            former = await store.appointment(session, found.id)
            await store.release(session, former.id)
            cancelled = await self._booking.change(session, former, AppointmentState.CANCELLED)
            await self._ports.visits.dismiss(session, cancelled.id)
            await self._booking.notices.given_up(session, cancelled, self._booking.reach(cancelled))
            await self._waiting.serve(session, former.home_id, around(former.starts))
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
            if principal.person_id != booked.visitor_id if by_link else principal.site_id != booked.site_id:
                raise NotYourAppointment
            self._require_in_time(booked)
            details = self.details(booked)
            request = TakeTicket(item_id=booked.item_id, answers={**details.answers, **answers}, grants=details.grants)
            due = Due(booked.at, await self._kept(session, booked))
            ticket = await self._reception.take_due(session, principal, request, due)
            checked_in = await self._booking.change(session, booked, AppointmentState.CHECKED_IN, ticket_id=ticket.id)
            await self._booking.notices.over(session, checked_in)
            if not by_link:
                await self._ports.visits.dismiss(session, checked_in.id)
        await self._matchmaker.match()
        return ticket

    async def appointment(self, principal: Principal, appointment_id: str) -> Appointment:
        """One that the person may handle; raises `NoSuchAppointment`, `NotYourAppointment`."""
        async with self._database.read() as session:
            found = await store.appointment(session, appointment_id)
        serves = permits(principal, Permission.SERVE, department_id=found.department_id)
        with_them = person_of(found.unit_id) == principal.person_id
        if not (with_them or found.site_id == principal.site_id or (serves and found.home_id == principal.site_id)):
            raise NotYourAppointment
        return found

    async def moves_with(self, appointment: Appointment) -> str | None:
        """With whom of the staff another time is; None for the windows, also where that person is booked no more."""
        if (person_id := person_of(appointment.unit_id)) is None:
            return None
        item = await self._ports.catalogue.item(appointment.item_id)
        return person_id if await self._ports.catalogue.person_units(person_id, item.department_id) else None

    async def of_visitor(self, visitor: Visitor) -> Appointment | None:
        """The one that the visitor's link is for; None where it is for none."""
        if visitor.appointment_id is None:
            return None
        async with self._database.read() as session:
            return await store.appointment(session, visitor.appointment_id)

    async def require_not_lost(self, appointment_id: str) -> None:
        """Raises `TimeNotHeld`, `AppointmentGivenUp` where others can have the time that a link was for."""
        async with self._database.read() as session:
            state = (await store.appointment(session, appointment_id)).state
        if state in (AppointmentState.HELD, AppointmentState.RELEASED):
            # Still held for a moment, its time to answer is over.
            raise TimeNotHeld
        if state is AppointmentState.CANCELLED:
            raise AppointmentGivenUp

    async def of_site(self, site_id: str) -> list[Appointment]:
        """Those of a point from today on."""
        async with self._database.read() as session:
            return await store.of_site(session, site_id, datetime.combine(self._today(), time()))

    async def of_clerk(self, principal: Principal) -> list[Appointment]:
        """Those of today in the departments of the clerk at the own centre, and those with the clerk."""
        today = self._today()
        async with self._database.read() as session:
            there = await store.of_home(session, principal.site_id, principal.department_ids, today)
            mine = await store.of_person(session, principal.person_id, today)
        found = {one.id: one for one in (*there, *mine)}
        return sorted(found.values(), key=lambda one: (one.starts, one.id))

    def moves_from_home(self, appointment: Appointment) -> bool:
        """Whether who has it by a link can give it another time there."""
        changed = appointment.version >= self._ports.rules.changes_from_home
        return appointment.state is AppointmentState.BOOKED and not changed

    def checks_in(self, appointment: Appointment) -> tuple[datetime, datetime]:
        """From when on, and until when, somebody can check in."""
        rules = self._ports.rules
        early, late = timedelta(seconds=rules.appointment_early), timedelta(seconds=rules.appointment_late)
        return appointment.at - early, appointment.at + late

    def details(self, appointment: Appointment) -> Details:
        """Who comes; raises `SealBroken`."""
        return self._booking.details(appointment)

    async def expire(self) -> int:
        """Counts those as missed for whom nobody came in time; returns how many."""
        async with self._database.read() as session:
            begun = await store.booked_before(session, self._ports.rules.wall(self._ports.clock.now()))
        missed = [one for one in begun if self._arrival(one) is Arrival.MISSED]
        for one in missed:
            try:
                async with self._database.write() as session:
                    await self._booking.notices.over(
                        session, await self._booking.change(session, one, AppointmentState.MISSED)
                    )
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
                sealed = self._booking.sealed(one.id, one.data_key, kept)
            async with self._database.write() as session:
                await store.forget(session, one.id, sealed)
        return len(former)

    async def _mine(self, visitor: Visitor) -> Appointment:
        require(visitor, Permission.KEEP_OWN_APPOINTMENT)
        async with self._database.read() as session:
            return await store.appointment(session, visitor.appointment_id or "")

    async def _kept(self, session: WriteSession, booked: Appointment) -> Kept | None:
        """For whom the ticket is first, and where: at the person's own site while its queue is served there."""
        if (person_id := person_of(booked.unit_id)) is None:
            return None
        patience = timedelta(seconds=self._ports.rules.kept_for_person)
        until = max(booked.at, self._ports.clock.now()) + patience
        site = await self._ports.catalogue.site_of(person_id)
        there = Queue(site.id, site.path, booked.department_id)
        served = await self._open_desks.is_served(session, there)
        return Kept(person_id, until, site if served else await self._ports.catalogue.home(booked.site_id))

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

    def _today(self) -> date:
        return self._booking.today()
