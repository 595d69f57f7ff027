"""When a person can be booked: hours that cannot be are refused."""

from __future__ import annotations

import asyncio
from datetime import date, time

import pytest

from directory.catalogue import Catalogue
from directory.errors import HoursInvalid, HoursOverlap
from directory.person_hours import PersonHoursKeeping, check
from directory.records import OpeningException, OpeningHours, PersonHours, Site, SiteKind, StaffMember
from directory.store import queries
from foundation.database import Database

DAY = date(2026, 12, 1)
TOWN = Site(id="town-01", kind=SiteKind.TOWN_CENTRE, path="/town-01", name_zh="镇", name_en="Town")
CLERK = StaffMember(
    id="staff-clerk002",
    account="clerk002",
    name="Clerk",
    roles=["clerk"],
    site_id="town-01",
    skills={},
    password_hash=None,
    demonstration=True,
)


def hours(*spans: tuple[int, str, str], differing: tuple[tuple[str | None, str | None], ...] = ()) -> PersonHours:
    def at(text: str | None) -> time | None:
        return None if text is None else time.fromisoformat(text)

    return PersonHours(
        id="staff-clerk002",
        hours=[
            OpeningHours(weekday=day, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
            for day, opens, closes in spans
        ],
        exceptions=[OpeningException(day=DAY, opens=at(opens), closes=at(closes)) for opens, closes in differing],
        capacity=1,
    )


def test_spans_that_touch_and_those_of_other_days_are_kept() -> None:
    check(hours((1, "17:30", "19:30"), (1, "09:00", "17:30"), (2, "09:00", "20:00"), differing=(("09:00", "10:00"),)))


@pytest.mark.parametrize(("opens", "closes"), [("10:00", "10:00"), ("10:00", "09:00")])
def test_hours_that_end_before_they_begin_are_refused(opens: str, closes: str) -> None:
    with pytest.raises(HoursInvalid):
        check(hours((1, opens, closes)))
    with pytest.raises(HoursInvalid):
        check(hours(differing=((opens, closes),)))


def test_hours_that_meet_are_refused() -> None:
    with pytest.raises(HoursOverlap):
        check(hours((1, "09:00", "12:00"), (1, "11:45", "13:00")))
    with pytest.raises(HoursOverlap):
        check(hours(differing=(("09:00", "12:00"), (None, None))))


@pytest.mark.both_databases
async def test_of_many_saves_at_once_one_is_kept_and_it_is_followed(database: Database) -> None:
    catalogue = Catalogue(database)
    async with database.write() as session:
        await queries.add(session, [TOWN])
        await queries.add(session, [CLERK])
    keeping = PersonHoursKeeping(database=database, catalogue=catalogue)
    mornings = [hours((day, "09:00", "12:00")) for day in range(6)]
    await asyncio.gather(*map(keeping.keep, mornings))
    noted = catalogue.stored_hours(CLERK.id)
    await catalogue.load()
    assert noted in mornings
    assert catalogue.stored_hours(CLERK.id) == noted
