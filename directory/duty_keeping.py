"""Keeps the duty rota of each department as data; what is changed holds for the next who asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from directory.catalogue import Catalogue
from directory.duty import Rota, goes_on, numbered, on_duty, placed
from directory.duty_errors import (
    DutyDayInvalid,
    NoDutyNow,
    NoSuchDutyException,
    NoSuchDutyTurn,
    NotOfDepartment,
    NotOnRota,
    RotaEmpty,
    StandInThemselves,
    TooManyDutyExceptions,
    TooManyDutyTurns,
)
from directory.errors import HoursInvalid, NoSuchDepartment, NoSuchStaff
from directory.principal import Permission, Principal, require, roles_permit
from directory.records import DutyException, DutyTurn, StaffMember
from directory.store import duty as store
from foundation.clock import Clock
from foundation.database import Database, WriteSession, take_turn
from foundation.identifiers import Identifiers

TURNS_AT_MOST: Final = 40
EXCEPTIONS_AT_MOST: Final = 100
_AHEAD = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class TurnWish:
    """A turn as somebody wants it; `place` is when they are asked, from 1."""

    staff_id: str
    weekdays: list[int]
    begins: time
    ends: time
    place: int


@dataclass(frozen=True, kw_only=True)
class ExceptionWish:
    """Whose turns of a day are somebody else's; nobody's where `stand_in_id` is None."""

    day: date
    staff_id: str
    stand_in_id: str | None


@dataclass(frozen=True, kw_only=True)
class DutyKeeping:
    """Reads and changes the rotas; `zone` is the district's. Who changes one needs the right at the person's site."""

    database: Database
    catalogue: Catalogue
    clock: Clock
    identifiers: Identifiers
    zone: str

    @property
    def today(self) -> date:
        """The date on the wall."""
        return self.clock.now().astimezone(ZoneInfo(self.zone)).date()

    async def now(self, department_id: str, rota: Rota) -> list[str]:
        """Who of the department's rota is on duty now, in order; nobody who could not be put on it any more."""
        there = on_duty(rota, self.clock.now(), self.zone)
        return [one for one in there if _does(await self.catalogue.staff(one), department_id)]

    async def rota(self, department_id: str) -> Rota:
        """What is kept of the department."""
        async with self.database.read() as session:
            return await store.rota(session, department_id)

    async def counts(self) -> dict[str, int]:
        """How many turns each department has that has any."""
        async with self.database.read() as session:
            return await store.counts(session)

    async def on_duty(self, department_id: str) -> list[str]:
        """Who is on duty for the department now, in order; raises `RotaEmpty`, `NoDutyNow`."""
        rota = await self.rota(department_id)
        if not rota.turns:
            raise RotaEmpty
        if not (found := await self.now(department_id, rota)):
            raise NoDutyNow
        return found

    async def everywhere(self, people: Iterable[StaffMember]) -> dict[str, list[str]]:
        """Who of these people is on duty now, in order, by department; no department where nobody is."""
        known = {one.id: one for one in people}
        async with self.database.read() as session:
            rotas = await store.rotas_on(session, self.today)
        found = {}
        for department_id, rota in rotas.items():
            there = on_duty(rota, self.clock.now(), self.zone)
            if able := [one for one in there if one in known and _does(known[one], department_id)]:
                found[department_id] = able
        return found

    async def add_turn(self, by: Principal, department_id: str, wish: TurnWish) -> str:
        """Adds a turn; its identifier. Raises as `_check`, `TooManyDutyTurns`."""
        turn = await self._check(by, department_id, self.identifiers.new(), wish)
        async with self.database.write() as session:
            former = await self._begin(session, department_id)
            if len(former.turns) >= TURNS_AT_MOST:
                raise TooManyDutyTurns(most=TURNS_AT_MOST)
            await store.keep_turns(session, former.turns, placed(former.turns, turn))
        return turn.id

    async def change_turn(self, by: Principal, department_id: str, turn_id: str, wish: TurnWish) -> None:
        """Puts the turn as wanted in place of what it was; raises as `_check`, `NoSuchDutyTurn`."""
        turn = await self._check(by, department_id, turn_id, wish)
        whose = await self._own_turn(by, department_id, turn_id)
        async with self.database.write() as session:
            former = await self._begin(session, department_id)
            _turn(former, turn_id, whose)
            await store.keep_turns(session, former.turns, placed(former.turns, turn))

    async def remove_turn(self, by: Principal, department_id: str, turn_id: str) -> None:
        """Removes it; raises `NoSuchDutyTurn`, `Forbidden`."""
        whose = await self._own_turn(by, department_id, turn_id)
        async with self.database.write() as session:
            former = await self._begin(session, department_id)
            gone = _turn(former, turn_id, whose)
            await store.keep_turns(session, former.turns, numbered([one for one in former.turns if one != gone]))

    async def add_exception(self, by: Principal, department_id: str, wish: ExceptionWish) -> str:
        """Adds it in place of the person's other of the day; its identifier.

        Raises as `_colleague`, `DutyDayInvalid`, `NotOnRota`, `StandInThemselves`, `TooManyDutyExceptions`.
        """
        today = self.today
        if not today <= wish.day <= today + _AHEAD:
            raise DutyDayInvalid(day=wish.day.isoformat())
        if wish.stand_in_id == wish.staff_id:
            raise StandInThemselves
        await self._may(by, wish.staff_id)
        if wish.stand_in_id is not None:
            await self._colleague(by, department_id, wish.stand_in_id)
        new = DutyException(
            id=self.identifiers.new(),
            department_id=department_id,
            day=wish.day,
            staff_id=wish.staff_id,
            stand_in_id=wish.stand_in_id,
        )
        async with self.database.write() as session:
            rota = await self._begin(session, department_id)
            if wish.staff_id not in {one.staff_id for one in rota.turns}:
                raise NotOnRota
            others = [one for one in rota.exceptions if (one.day, one.staff_id) != (new.day, new.staff_id)]
            if sum(one.day >= today for one in others) >= EXCEPTIONS_AT_MOST:
                raise TooManyDutyExceptions(most=EXCEPTIONS_AT_MOST)
            await store.forget_before(session, department_id, today)
            await store.add_exception(session, new)
        return new.id

    async def remove_exception(self, by: Principal, department_id: str, exception_id: str) -> None:
        """Removes it; raises `NoSuchDutyException`, `Forbidden`."""
        await self._may(by, _exception(await self.rota(department_id), exception_id).staff_id)
        async with self.database.write() as session:
            _exception(await self._begin(session, department_id), exception_id)
            await store.remove_exception(session, exception_id)

    async def _begin(self, session: WriteSession, department_id: str) -> Rota:
        """The rota, which nobody else changes until the transaction ends."""
        await take_turn(session, f"duty of {department_id}")
        return await store.rota(session, department_id)

    async def _check(self, by: Principal, department_id: str, turn_id: str, wish: TurnWish) -> DutyTurn:
        """The turn as it would be; raises as `_colleague`, `HoursInvalid`."""
        turn = DutyTurn(
            id=turn_id,
            department_id=department_id,
            staff_id=wish.staff_id,
            weekdays=sorted(set(wish.weekdays)),
            begins=wish.begins,
            ends=wish.ends,
            place=wish.place,
        )
        if not goes_on(turn):
            raise HoursInvalid(clock=f"{wish.begins:%H:%M}–{wish.ends:%H:%M}")
        await self._colleague(by, department_id, wish.staff_id)
        return turn

    async def _colleague(self, by: Principal, department_id: str, staff_id: str) -> None:
        """Raises `NoSuchDepartment`, `NoSuchStaff`, `NotOfDepartment`, `Forbidden` where they cannot be put on duty."""
        if department_id not in self.catalogue.department_ids:
            raise NoSuchDepartment(department=department_id)
        person = await self.catalogue.staff(staff_id)
        await self._may(by, staff_id)
        if person.disabled:
            raise NoSuchStaff
        if not _does(person, department_id):
            raise NotOfDepartment

    async def _own_turn(self, by: Principal, department_id: str, turn_id: str) -> str:
        """Whose it is; raises `NoSuchDutyTurn`, `Forbidden`."""
        whose = _turn(await self.rota(department_id), turn_id).staff_id
        await self._may(by, whose)
        return whose

    async def _may(self, by: Principal, staff_id: str) -> None:
        person = await self.catalogue.staff(staff_id)
        require(by, Permission.KEEP_ROTA, self.catalogue.site(person.site_id).path)


def _does(person: StaffMember, department_id: str) -> bool:
    """Whether somebody can be asked about the department's business."""
    return not person.disabled and department_id in person.skills and roles_permit(person.roles, Permission.CONSULT)


def _turn(rota: Rota, turn_id: str, whose: str | None = None) -> DutyTurn:
    """The turn, while it is this person's where one is named: it may have changed hands since they were looked up."""
    found = next((one for one in rota.turns if one.id == turn_id), None)
    if found is None or whose not in (None, found.staff_id):
        raise NoSuchDutyTurn
    return found


def _exception(rota: Rota, exception_id: str) -> DutyException:
    if (found := next((one for one in rota.exceptions if one.id == exception_id), None)) is None:
        raise NoSuchDutyException
    return found


def monday(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def in_reach(day: date, today: date) -> bool:
    """Whether the week of the day can be looked at: from this week until a year ahead."""
    return monday(today) <= day <= today + _AHEAD
