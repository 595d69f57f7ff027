"""The rota as it is kept: by who may, within its bounds, in its order, whoever changes it at once."""

from __future__ import annotations

import asyncio
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from directory import duty_keeping
from directory.catalogue import Catalogue
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
from directory.duty_keeping import DutyKeeping, ExceptionWish, TurnWish
from directory.errors import HoursInvalid, NoSuchDepartment, NoSuchStaff
from directory.principal import Principal, Role, Staff
from directory.records import Department, Site, SiteKind, StaffMember
from directory.store import queries
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.errors import Forbidden
from foundation.identifiers import SeededIdentifiers

SITES = [
    Site(id="district", kind=SiteKind.DISTRICT_CENTRE, path="/district", name_zh="区", name_en="District"),
    Site(id="town-01", kind=SiteKind.TOWN_CENTRE, path="/district/town-01", name_zh="镇", name_en="Town"),
]
DEPARTMENTS = [Department(id=one, name_zh=one, name_en=one) for one in ("civil", "tax")]


def person(account: str, site_id: str = "town-01", role: str = "expert", **changes: Any) -> StaffMember:
    fields: dict[str, Any] = {"skills": {"civil": 3}, "password_hash": None, "demonstration": True} | changes
    return StaffMember(id=account, account=account, name=account, roles=[role], site_id=site_id, **fields)


STAFF = [
    person("ada"),
    person("ben", role="clerk"),
    person("cyd", site_id="district"),
    person("gone", disabled=True),
    person("worker", role="community_worker"),
]


def supervisor(site: Site) -> Principal:
    return Staff(
        person_id="sue",
        account="sue",
        name="Sue",
        roles=frozenset({Role.SUPERVISOR}),
        site_id=site.id,
        site_path=site.path,
        department_ids=frozenset(),
    )


OF_DISTRICT, OF_TOWN = supervisor(SITES[0]), supervisor(SITES[1])


@pytest.fixture
async def keeping(database: Database, clock: ManualClock, identifiers: SeededIdentifiers) -> DutyKeeping:
    async with database.write() as session:
        for records in (SITES, DEPARTMENTS, STAFF):
            await queries.add(session, records)
    catalogue = Catalogue(database)
    await catalogue.load()
    return DutyKeeping(
        database=database, catalogue=catalogue, clock=clock, identifiers=identifiers, zone="Asia/Shanghai"
    )


def wish(staff_id: str, begins: time = time(0), ends: time = time(0), place: int = 40) -> TurnWish:
    return TurnWish(staff_id=staff_id, weekdays=[6, 0, 1, 2, 3, 4, 5, 5], begins=begins, ends=ends, place=place)


def away(day: date, staff_id: str = "ada", stand_in_id: str | None = None) -> ExceptionWish:
    return ExceptionWish(day=day, staff_id=staff_id, stand_in_id=stand_in_id)


async def order(keeping: DutyKeeping) -> list[tuple[str, int]]:
    return [(one.staff_id, one.place) for one in (await keeping.rota("civil")).turns]


async def test_a_rota_is_kept_changed_and_emptied(keeping: DutyKeeping) -> None:
    with pytest.raises(RotaEmpty):
        await keeping.on_duty("civil")
    ada = await keeping.add_turn(OF_DISTRICT, "civil", wish("ada"))
    ben = await keeping.add_turn(OF_DISTRICT, "civil", wish("ben"))
    await keeping.add_turn(OF_DISTRICT, "civil", wish("cyd", place=2))
    assert await order(keeping) == [("ada", 1), ("cyd", 2), ("ben", 3)]
    assert (await keeping.rota("civil")).turns[0].weekdays == list(range(7))
    assert await keeping.on_duty("civil") == ["ada", "cyd", "ben"]
    assert await keeping.counts() == {"civil": 3}
    await keeping.change_turn(OF_DISTRICT, "civil", ben, wish("ben", place=1))
    await keeping.remove_turn(OF_DISTRICT, "civil", ada)
    assert await order(keeping) == [("ben", 1), ("cyd", 2)]
    with pytest.raises(NoSuchDutyTurn):
        await keeping.remove_turn(OF_DISTRICT, "civil", ada)
    with pytest.raises(NoSuchDutyTurn):
        await keeping.change_turn(OF_DISTRICT, "civil", ada, wish("ben"))


async def test_a_date_that_differs_holds_from_then_on_and_is_taken_back(keeping: DutyKeeping) -> None:
    await keeping.add_turn(OF_DISTRICT, "civil", wish("ada"))
    swapped = away(keeping.today, stand_in_id="cyd")
    await keeping.add_exception(OF_DISTRICT, "civil", away(keeping.today))
    with pytest.raises(NoDutyNow):
        await keeping.on_duty("civil")
    made = await keeping.add_exception(OF_DISTRICT, "civil", swapped)
    assert await keeping.on_duty("civil") == ["cyd"]
    assert len((await keeping.rota("civil")).exceptions) == 1, "in place of what was said before"
    await keeping.remove_exception(OF_DISTRICT, "civil", made)
    assert await keeping.on_duty("civil") == ["ada"]
    with pytest.raises(NoSuchDutyException):
        await keeping.remove_exception(OF_DISTRICT, "civil", made)


async def test_dates_that_are_over_are_forgotten(keeping: DutyKeeping, clock: ManualClock) -> None:
    await keeping.add_turn(OF_DISTRICT, "civil", wish("ada"))
    await keeping.add_exception(OF_DISTRICT, "civil", away(keeping.today))
    clock.advance(86_400.0)
    await keeping.add_exception(OF_DISTRICT, "civil", away(keeping.today))
    assert [one.day for one in (await keeping.rota("civil")).exceptions] == [keeping.today]


async def test_what_cannot_be_is_refused(keeping: DutyKeeping) -> None:
    for hours in ((time(9), time(9)), (time(9), time(8, 59))):
        with pytest.raises(HoursInvalid):
            await keeping.add_turn(OF_DISTRICT, "civil", wish("ada", *hours))
    for staff_id, refused in (("nobody", NoSuchStaff), ("gone", NoSuchStaff), ("worker", NotOfDepartment)):
        with pytest.raises(refused):
            await keeping.add_turn(OF_DISTRICT, "civil", wish(staff_id))
    with pytest.raises(NotOfDepartment):
        await keeping.add_turn(OF_DISTRICT, "tax", wish("ada"))
    with pytest.raises(NoSuchDepartment):
        await keeping.add_turn(OF_DISTRICT, "moon", wish("ada"))
    with pytest.raises(NotOnRota):
        await keeping.add_exception(OF_DISTRICT, "civil", away(keeping.today))
    with pytest.raises(StandInThemselves):
        await keeping.add_exception(OF_DISTRICT, "civil", away(keeping.today, stand_in_id="ada"))
    for ahead in (-1, 367):
        with pytest.raises(DutyDayInvalid):
            await keeping.add_exception(OF_DISTRICT, "civil", away(keeping.today + timedelta(days=ahead)))


async def test_a_supervisor_keeps_those_of_the_own_sites(keeping: DutyKeeping) -> None:
    own = await keeping.add_turn(OF_TOWN, "civil", wish("ada"))
    other = await keeping.add_turn(OF_DISTRICT, "civil", wish("cyd"))
    with pytest.raises(Forbidden):
        await keeping.add_turn(OF_TOWN, "civil", wish("cyd"))
    with pytest.raises(Forbidden):
        await keeping.change_turn(OF_TOWN, "civil", own, wish("cyd"))
    with pytest.raises(Forbidden):
        await keeping.change_turn(OF_TOWN, "civil", other, wish("ada"))
    with pytest.raises(Forbidden):
        await keeping.remove_turn(OF_TOWN, "civil", other)
    with pytest.raises(Forbidden):
        await keeping.add_exception(OF_TOWN, "civil", away(keeping.today, "cyd"))
    with pytest.raises(Forbidden):
        await keeping.add_exception(OF_TOWN, "civil", away(keeping.today, stand_in_id="cyd"))
    made = await keeping.add_exception(OF_DISTRICT, "civil", away(keeping.today, "cyd"))
    with pytest.raises(Forbidden):
        await keeping.remove_exception(OF_TOWN, "civil", made)
    assert await keeping.on_duty("civil") == ["ada"]


@pytest.mark.parametrize("change", ["disabled = true", "skills = '{\"tax\": 3}'", "roles = '[\"supervisor\"]'"])
async def test_who_does_the_business_no_more_is_not_asked(keeping: DutyKeeping, change: str) -> None:
    await keeping.add_turn(OF_DISTRICT, "civil", wish("ada"))
    await keeping.add_turn(OF_DISTRICT, "civil", wish("cyd"))
    async with keeping.database.write() as session:
        await session.execute(text(f"UPDATE staff SET {change} WHERE id = 'ada'"))
    assert await keeping.on_duty("civil") == ["cyd"]
    async with keeping.database.write() as session:
        await session.execute(text(f"UPDATE staff SET {change} WHERE id = 'cyd'"))
    with pytest.raises(NoDutyNow):
        await keeping.on_duty("civil")


async def test_a_rota_has_bounds(keeping: DutyKeeping, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duty_keeping, "TURNS_AT_MOST", 2)
    monkeypatch.setattr(duty_keeping, "EXCEPTIONS_AT_MOST", 1)
    for _ in range(2):
        await keeping.add_turn(OF_DISTRICT, "civil", wish("ada"))
    with pytest.raises(TooManyDutyTurns):
        await keeping.add_turn(OF_DISTRICT, "civil", wish("ada"))
    for _ in range(2):
        await keeping.add_exception(OF_DISTRICT, "civil", away(keeping.today))
    with pytest.raises(TooManyDutyExceptions):
        await keeping.add_exception(OF_DISTRICT, "civil", away(keeping.today + timedelta(days=1)))


@pytest.mark.both_databases
async def test_of_many_changes_at_once_none_is_lost(keeping: DutyKeeping) -> None:
    added = await asyncio.gather(*(keeping.add_turn(OF_DISTRICT, "civil", wish("ada", place=1)) for _ in range(6)))
    today = keeping.today
    await asyncio.gather(
        *(keeping.add_exception(OF_DISTRICT, "civil", away(today, stand_in_id=who)) for who in ("ben", "cyd", None)),
        *(keeping.change_turn(OF_DISTRICT, "civil", one, wish("ben", place=1)) for one in added[:3]),
        keeping.remove_turn(OF_DISTRICT, "civil", added[5]),
    )
    rota = await keeping.rota("civil")
    assert [one.place for one in rota.turns] == [1, 2, 3, 4, 5]
    assert {one.id: one.staff_id for one in rota.turns} == dict.fromkeys(added[:3], "ben") | dict.fromkeys(
        added[3:5], "ada"
    )
    assert len(rota.exceptions) == 1
