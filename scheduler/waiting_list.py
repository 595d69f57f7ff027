"""The waiting list: who finds no time is offered the first that fits, and keeps it until they answer.

A free time goes to the list before it goes to anybody: whatever gives one up, and whatever books, serves the list in
the same transaction. What is held has its cells in the table of all cells, so that a time never has two people.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec
import structlog

from directory.principal import Permission, Principal, Visitor, require
from foundation.database import WriteSession, told_if_damaged
from foundation.errors import NotFound, Refusal
from foundation.vault import SealBroken
from scheduler.appointment_calendar import Calendar
from scheduler.appointment_notices import Reach, addresses
from scheduler.booking import Booked, Booking, Details, Place, around, take_turn_at, take_turns, visit_of
from scheduler.errors import (
    ListFull,
    NotBookable,
    NotInThisState,
    NotYourAppointment,
    OfferedTimeOver,
    TooManyWishes,
)
from scheduler.events import WishChanged
from scheduler.ports import Ports
from scheduler.queue_core.appointment_life import AppointmentState
from scheduler.queue_core.slots import open_until
from scheduler.queue_core.wish_life import WishState, crowded, place
from scheduler.records import Appointment, Wish
from scheduler.store import appointments as appointments_store
from scheduler.store import wishes as store
from scheduler.views import JoinList
from scheduler.wish_notices import WishNotices
from scheduler.wish_times import Calendars, WishTimes

_log = structlog.get_logger("scheduler.waiting_list")
_OVER = {"data_key": b"", "details": b"", "appointment_id": None, "answer_by": None}
"""Of a wish that is over nobody knows whose it was."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A wish that is open, its place, and the time that is held for it; None also where that is damaged."""

    wish: Wish
    place: int
    held: Appointment | None


class WaitingList:
    """Keeps the lists of all centres."""

    def __init__(self, ports: Ports, booking: Booking) -> None:
        self._ports = ports
        self._database = ports.database
        self._booking = booking
        self._notices = WishNotices(ports)
        self._times = WishTimes(ports, booking)

    async def join(self, principal: Principal, request: JoinList) -> Listed:
        """Puts the worker's applicant at the end of the list; raises `NotBookable`, `TimesFree`, `ListFull`.

        Raises also `TooManyWishes` and the directory's `NotFound`.
        """
        require(principal, Permission.BOOK_APPOINTMENTS)
        item = await self._ports.catalogue.item(request.item_id)
        home = await self._ports.catalogue.home(principal.site_id)
        calendar = await self._booking.calendar(principal.site_id, item)
        if not request.days or not set(request.days) <= set(calendar.days):
            raise NotBookable
        where = Place(principal.site_id, principal.person_id, home.id, item, self._booking.person(request.phone))
        async with self._database.write() as session:
            await take_turns(session, where.person, home.id)
            await self.serve(session, home.id, frozenset(request.days))
            wish = self._new(where, request)
            await self._require_room(session, wish)
            await self._times.require_none_free(session, wish, calendar)
            queue = await store.in_queue(session, home.id)
            await store.add(session, wish)
            await self._notices.joined(session, wish, _reach(request))
            await self._tell(session, wish)
        return Listed(wish, _place(queue, wish), None)

    async def take(self, principal: Principal, wish_id: str) -> Booked:
        """Books the time that is held; raises `OfferedTimeOver`, `NotInThisState`, `NotYourAppointment`.

        Raises also `NoSuchWish`, `SealBroken`, and as `Appointments.book` for what was booked beside it.
        """
        return await self._take(await self._own(principal, wish_id))

    async def take_mine(self, visitor: Visitor) -> Booked:
        """As `take`, for who answers by the link that they were told with the time."""
        return await self._take(await self._mine(visitor), visitor.appointment_id)

    async def let_pass(self, principal: Principal, wish_id: str) -> Wish:
        """Gives the held time to the next and goes on waiting; raises as `take`, but for limits."""
        found = await self._own(principal, wish_id)
        async with self._database.write() as session:
            return await self._pass(session, await self._now(session, found))

    async def let_mine_pass(self, visitor: Visitor) -> Wish:
        """As `let_pass`, for who answers by the link."""
        found = await self._mine(visitor)
        async with self._database.write() as session:
            wish = await self._now(session, found)
            _require_held(wish, visitor.appointment_id)
            return await self._pass(session, wish)

    async def leave(self, principal: Principal, wish_id: str) -> Wish:
        """Takes the person off the list; a held time goes to the next. Raises as `let_pass`."""
        found = await self._own(principal, wish_id)
        async with self._database.write() as session:
            wish = await self._now(session, found)
            left = await store.move(session, wish, WishState.LEFT, _OVER)
            await self._notices.withdraw(session, wish)
            await self._tell(session, left)
            await self._release(session, wish)
        return left

    async def home_of(self, site_id: str) -> str:
        """The centre on whose list the people of a point are; raises the directory's `NotFound`."""
        return (await self._ports.catalogue.home(site_id)).id

    async def of_site(self, site_id: str) -> list[Listed]:
        """Those of a point that are open, with their places."""
        async with self._database.read() as session:
            mine = await store.of_site(session, site_id)
            queues = {home: await store.in_queue(session, home) for home in {one.home_id for one in mine}}
            ids = [one.appointment_id for one in mine if one.appointment_id is not None]
            held = {one.id: one for one in await appointments_store.named(session, ids)}
        return [Listed(one, _place(queues[one.home_id], one), held.get(one.appointment_id or "")) for one in mine]

    async def held_for(self, held: Appointment) -> Wish | None:
        """The wish for which it is held; None once it is answered for."""
        async with self._database.read() as session:
            return await store.of_appointment(session, held.id)

    def is_last_offer(self, wish: Wish) -> bool:
        """Whether a time is held after which no other one is offered."""
        return wish.state is WishState.OFFERED and wish.offers >= self._ports.rules.wish_offers

    def opened(self, wish: Wish) -> JoinList:
        """Who waits and what they said; raises `SealBroken`."""
        return msgspec.json.decode(
            self._ports.vault.unseal(wish.data_key, wish.details, _sealed_as(wish.id)), type=JoinList
        )

    async def serve(self, session: WriteSession, home_id: str, days: Set[date] | None = None) -> int:
        """Holds for each who waits, first come first, a free time that fits, of these days or any; returns how many.

        In the transaction of who has the centre's turn.
        """
        waiting = [one for one in await store.in_queue(session, home_id) if one.state is WishState.WAITING]
        calendars, held = Calendars(), 0
        for wish in waiting:
            if days is None or wish.wanted.days & days:
                held += await self._hold_for(session, wish, calendars, days)
        return held

    async def look(self) -> None:
        """Passes on what was not answered for, ends what is over, and serves every list with what was opened."""
        now, today = self._ports.clock.now(), self._booking.today()
        async with self._database.read() as session:
            due, homes = await store.due(session, now, today), await store.homes(session)
        for wish in due:
            with self._one_of_many("appointment_wishes", wish.id):
                async with self._database.write() as session:
                    await take_turns(session, wish.person, wish.home_id)
                    await self._expire(session, await store.wish(session, wish.id))
        for home_id in homes:
            with self._one_of_many("waiting_lists", home_id):
                async with self._database.write() as session:
                    await take_turn_at(session, home_id)
                    await self.serve(session, home_id)

    @contextmanager
    def _one_of_many(self, kind: str, identifier: str) -> Iterator[None]:
        """The others have their turn, whatever becomes of this one."""
        with told_if_damaged(self._database.damaged, kind, identifier):
            try:
                yield
            except Refusal as refusal:
                # Somebody was faster, or the database is busy: what is still due will be seen at the next look.
                _log.info("look_overtaken", kind=kind, id=identifier, code=refusal.code)

    async def _take(self, found: Wish, held_id: str | None = None) -> Booked:
        async with self._database.write() as session:
            wish = await self._now(session, found)
            _require_held(wish, held_id)
            if wish.answer_by is not None and wish.answer_by <= self._ports.clock.now():
                raise OfferedTimeOver
            taken = await store.move(session, wish, WishState.TAKEN, _OVER)
            held = await appointments_store.appointment(session, wish.appointment_id or "")
            await self._booking.within_limits(session, wish.person, held.starts, besides=held.id)
            request = self.opened(wish)
            booked = await self._booking.change(session, held, AppointmentState.BOOKED)
            # Whom a link told of it moves it, or gives it up, by the same one until then.
            await self._ports.visits.prolong(session, held.id, held.at)
            await self._notices.withdraw(session, wish)
            await self._tell(session, taken)
            return await self._booking.confirm(session, booked, request.name, request.by_link)

    async def _now(self, session: WriteSession, found: Wish) -> Wish:
        """The wish as it is once it has its turn."""
        await take_turns(session, found.person, found.home_id)
        return await store.wish(session, found.id)

    async def _expire(self, session: WriteSession, wish: Wish) -> None:
        if wish.state is WishState.OFFERED and wish.answer_by and wish.answer_by <= self._ports.clock.now():
            await self._pass(session, wish)
        elif wish.state is WishState.WAITING and wish.last_day < self._booking.today():
            await self._end(session, wish)

    async def _pass(self, session: WriteSession, wish: Wish) -> Wish:
        if wish.appointment_id is None:
            raise NotInThisState(former=wish.state, state=WishState.WAITING)
        if self.is_last_offer(wish):
            passed = await self._end(session, wish)
        else:
            held = await appointments_store.if_readable(session, wish.appointment_id)
            passed_times = wish.passed if held is None else [*wish.passed, held.starts.isoformat()]
            changes = {"passed": passed_times, "appointment_id": None, "answer_by": None}
            passed = await store.move(session, wish, WishState.WAITING, changes)
            await self._notices.withdraw(session, wish)
            await self._tell(session, passed)
        await self._release(session, wish)
        return passed

    async def _end(self, session: WriteSession, wish: Wish) -> Wish:
        ended = await store.move(session, wish, WishState.EXPIRED, _OVER)
        try:
            await self._notices.over(session, ended, _reach(self.opened(wish)))
        except NotFound as gone:
            # What has no name any more cannot be told of; it is over all the same.
            _log.warning("wish_over_untold", id=wish.id, code=gone.code)
        except SealBroken as broken:
            self._database.damaged("appointment_wishes", wish.id, broken)
        await self._tell(session, ended)
        return ended

    async def _release(self, session: WriteSession, wish: Wish) -> None:
        """Gives what was held for it to who is next; in its transaction, so that nobody else comes between."""
        if wish.appointment_id is None:
            return
        await appointments_store.release(session, wish.appointment_id)
        await self._ports.visits.forget(session, wish.appointment_id)
        if (held := await appointments_store.if_readable(session, wish.appointment_id)) is None:
            await appointments_store.write_off(session, wish.appointment_id, self._ports.clock.now())
            await self.serve(session, wish.home_id)
            return
        await self._booking.change(session, held, AppointmentState.RELEASED, details=self._nobody(held), forgotten=True)
        await self.serve(session, wish.home_id, around(held.starts))

    def _nobody(self, held: Appointment) -> bytes:
        """Details of what nobody comes to: how its person is reached stays with the wish."""
        try:
            return self._booking.sealed(held.id, held.data_key, Details(phone="", answers={}, grants=()))
        except SealBroken as broken:
            # Nobody reads it any more, but its time is free.
            self._database.damaged("appointments", held.id, broken)
            return b""

    async def _hold_for(self, session: WriteSession, wish: Wish, calendars: Calendars, days: Set[date] | None) -> bool:
        try:
            item = await self._times.item(wish, calendars)
            request = self.opened(wish)
        except NotFound:
            # The item is offered no longer; the wish ends with its days.
            return False
        except SealBroken as broken:
            # The others are served.
            self._database.damaged("appointment_wishes", wish.id, broken)
            return False
        slot = await self._times.first(session, wish, calendars, days)
        if slot is None:
            return False
        where = Place(wish.site_id, wish.worker_id, wish.home_id, item, wish.person)
        held = await self._booking.keep(session, where, request.at(slot.starts), slot.units[0], AppointmentState.HELD)
        calendars.slots.clear()
        answer_by = self._answer_by(calendars.items[wish.item_id][1], held)
        changes = {"appointment_id": held.id, "answer_by": answer_by, "offers": wish.offers + 1}
        offered = await store.move(session, wish, WishState.OFFERED, changes)
        await self._notices.offered(session, offered, await self._reach(session, held, request, answer_by), held)
        await self._tell(session, offered)
        return True

    async def _reach(self, session: WriteSession, held: Appointment, request: JoinList, answer_by: datetime) -> Reach:
        """How its person is told, with a link to answer by where anybody is told anything."""
        reach = _reach(request)
        if not self._ports.notifier.reaches(channel for channel, _ in addresses(reach)):
            return reach
        _, link = await self._ports.visits.admit(session, visit_of(held, request.name, answer_by))
        return msgspec.structs.replace(reach, link=link)

    def _answer_by(self, calendar: Calendar, held: Appointment) -> datetime:
        """Until when it is held: nobody can answer while the centre is closed, so that does not count."""
        rules = self._ports.rules
        latest = held.at - timedelta(seconds=rules.appointment_early)
        length = timedelta(seconds=rules.wish_answer)
        return open_until(calendar.units, self._ports.clock.now(), length, calendar.zone, latest)

    async def _require_room(self, session: WriteSession, wish: Wish) -> None:
        rules = self._ports.rules
        if await store.count_open(session, wish.person) >= rules.wishes_at_most:
            raise TooManyWishes(limit=rules.wishes_at_most)
        there = [
            one.wanted.days
            for one in await store.in_queue(session, wish.home_id)
            if one.department_id == wish.department_id
        ]
        if (day := crowded(there, wish.wanted.days, rules.wishes_a_day)) is not None:
            raise ListFull(day=day.isoformat())

    async def _own(self, principal: Principal, wish_id: str) -> Wish:
        require(principal, Permission.BOOK_APPOINTMENTS)
        async with self._database.read() as session:
            found = await store.wish(session, wish_id)
        if found.site_id != principal.site_id:
            raise NotYourAppointment
        return found

    async def _mine(self, visitor: Visitor) -> Wish:
        """The wish for which the visitor's time is held; raises `OfferedTimeOver`, `NotInThisState`."""
        require(visitor, Permission.KEEP_OWN_APPOINTMENT)
        async with self._database.read() as session:
            found = await store.of_appointment(session, visitor.appointment_id or "")
            if found is not None:
                return found
            held = await appointments_store.appointment(session, visitor.appointment_id or "")
        if held.state is AppointmentState.RELEASED:
            raise OfferedTimeOver
        # It was taken before, at the point or with the same link.
        raise NotInThisState(former=held.state, state=AppointmentState.BOOKED)

    def _new(self, where: Place, request: JoinList) -> Wish:
        new_id, data_key = self._ports.identifiers.new(), self._ports.vault.new_data_key()
        days = sorted(set(request.days))
        return Wish(
            id=new_id,
            version=1,
            state=WishState.WAITING,
            asked_at=self._ports.clock.now(),
            site_id=where.site_id,
            home_id=where.home_id,
            department_id=where.item.department_id,
            item_id=where.item.id,
            worker_id=where.worker_id,
            days=[day.isoformat() for day in days],
            last_day=days[-1],
            part=request.part,
            passed=[],
            offers=0,
            person=where.person,
            appointment_id=None,
            answer_by=None,
            data_key=data_key,
            details=self._ports.vault.seal(data_key, msgspec.json.encode(request), _sealed_as(new_id)),
        )

    async def _tell(self, session: WriteSession, wish: Wish) -> None:
        told = WishChanged(
            wish_id=wish.id, version=wish.version, state=wish.state.value, site_id=wish.site_id, home_id=wish.home_id
        )
        await self._ports.outbox.add(session, told)


def _require_held(wish: Wish, held_id: str | None) -> None:
    """Raises `OfferedTimeOver` where another time than `held_id` is held: who answers has not heard of that one."""
    if held_id is not None and wish.appointment_id not in (held_id, None):
        raise OfferedTimeOver


def _place(queue: Sequence[Wish], wish: Wish) -> int:
    """Among those who wait for the same department's times; asked first, or made first, is ahead."""
    ahead = (
        one.wanted
        for one in queue
        if one.department_id == wish.department_id
        and one.state is WishState.WAITING
        and (one.asked_at, one.id) < (wish.asked_at, wish.id)
    )
    return place(ahead, wish.wanted)


def _reach(request: JoinList) -> Reach:
    phone = request.phone if request.text_messages else ""
    return Reach(phone=phone, email=request.email, language=request.language)


def _sealed_as(wish_id: str) -> str:
    return f"wish {wish_id}"
