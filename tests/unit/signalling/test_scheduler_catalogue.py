"""The hours of a window, as slots are found in them, are those by which it opens; those of a person are their own."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from directory.catalogue import Catalogue
from directory.demonstration.district import make_district
from directory.opening import is_open
from directory.person_hours import check
from directory.records import CalendarYear, OpeningException, OpeningHours, PersonHours
from directory.store import queries
from directory.working_days import WorkCalendar, with_calendar
from foundation.database import Database
from scheduler.queue_core.slots import CELL, Cell, Slot, Unit, cells, slots
from signalling.scheduler_catalogue import SchedulerCatalogue, hours_of
from tests.unit.directory.test_person_hours import CLERK, TOWN

ZONE = "Asia/Shanghai"
HOLIDAY, WORKED_SATURDAY, TUESDAY = date(2027, 2, 8), date(2027, 2, 20), date(2027, 2, 16)


def test_slots_lie_where_the_window_is_open_and_nowhere_else() -> None:
    window = make_district().windows[0]
    year = CalendarYear(id="2027", holidays=[HOLIDAY], worked=[WORKED_SATURDAY])
    window = with_calendar(window, WorkCalendar([year]))
    unit = Unit(window.id, hours_of(window))
    found = {
        day: slots([unit], day, CELL, ZoneInfo(ZONE))
        for day in (date(2027, 2, 1) + timedelta(days=ahead) for ahead in range(28))
    }
    for day, free in found.items():
        midnight = datetime.combine(day, time(), ZoneInfo(ZONE))
        quarters = [midnight + CELL * number for number in range(96)]
        assert [slot.at for slot in free] == [moment for moment in quarters if is_open(window, moment, ZONE)], day
    assert found[HOLIDAY] == []
    assert len(found[WORKED_SATURDAY]) == 30
    assert f"{found[TUESDAY][-1].starts:%H:%M}" == "19:15"


FIRST, DAYS = date(2027, 2, 1), 70
HEAD = msgspec.structs.replace(CLERK, skills={"civil": 1})
_QUARTER = timedelta(minutes=15)
_MINUTE = timedelta(minutes=1)
Booked = tuple[int, datetime, datetime]
"""The number of one of a person's places, and from when to when on the wall it is taken."""


def some_hours(dice: random.Random, holidays: Sequence[date]) -> PersonHours:
    days = [FIRST + timedelta(days=ahead) for ahead in dice.sample(range(DAYS), 12)]
    # A night of changed clocks, and a holiday that is worked.
    days = sorted({*days, date(2027, 3, 28), holidays[0]} - {holidays[1]})
    exceptions = []
    for day in days:
        spans = list(some_spans(dice)) or [(None, None)]
        exceptions += [OpeningException(day=day, opens=opens, closes=closes) for opens, closes in spans]
    hours = PersonHours(
        id=HEAD.id,
        hours=[
            OpeningHours(weekday=day, opens=one, closes=other) for day in range(7) for one, other in some_spans(dice)
        ],
        exceptions=exceptions,
        capacity=dice.randint(2, 4),
    )
    check(hours)
    return hours


def some_spans(dice: random.Random) -> Iterator[tuple[time, time]]:
    clock = [time(hour, minute) for hour in range(24) for minute in (0, 5, 15, 30, 40, 45)]
    ends = sorted(dice.sample(clock, 2 * dice.choice((0, 1, 2, 3))))
    for number in range(0, len(ends), 2):
        # Some begin as the one before ends.
        touches = number and dice.random() < 0.3
        yield ends[number - 1 if touches else number], ends[number + 1]


def in_plain_words(
    kept: PersonHours, holidays: Sequence[date], day: date, length: timedelta, zone: ZoneInfo, booked: Sequence[Booked]
) -> list[Slot]:
    """Goes along the moments and asks, minute by minute, what the wall shows and whether the person is there."""
    own = [one for one in kept.exceptions if one.day == day]
    week = [] if day in holidays else [one for one in kept.hours if one.weekday == day.weekday()]
    spans = [(one.opens, one.closes) for one in own or week if one.opens is not None and one.closes is not None]
    there = {
        minute
        for minute in (datetime.combine(day, time()) + _MINUTE * number for number in range(24 * 60))
        if any(opens <= minute.time() < closes for opens, closes in spans)
    }
    lasts = -(-length // _QUARTER) * 15
    found, seen = list[Slot](), set[datetime]()
    moment = datetime.combine(day - timedelta(days=1), time(), UTC)
    for at in (moment + _QUARTER * number for number in range(3 * 96)):
        wall = at.astimezone(zone).replace(tzinfo=None)
        if wall in seen or wall not in there:
            continue
        seen.add(wall)
        minutes = [wall + _MINUTE * number for number in range(lasts)]
        shown = [(at + _MINUTE * number).astimezone(zone).replace(tzinfo=None) for number in range(lasts)]
        if shown != minutes or not there.issuperset(minutes):
            continue
        busy = {place for place, begins, ends in booked if begins < wall + _MINUTE * lasts and wall < ends}
        free = tuple(f"{kept.id}:{place}" for place in range(1, kept.capacity + 1) if place not in busy)
        if free:
            found.append(Slot(wall, at, free))
    return found


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("zone", [ZONE, "Europe/Berlin"])
async def test_a_persons_slots_and_places_are_those_of_the_plain_way(database: Database, zone: str, seed: int) -> None:
    dice, where = random.Random(seed), ZoneInfo(zone)
    holidays = [FIRST + timedelta(days=ahead) for ahead in dice.sample(range(DAYS), 6)]
    catalogue = Catalogue(database)
    catalogue.calendar = WorkCalendar([CalendarYear(id="2027", holidays=holidays, worked=[WORKED_SATURDAY])])
    async with database.write() as session:
        await queries.add(session, [TOWN])
        await queries.add(session, [HEAD])
    catalogue.note_hours(kept := some_hours(dice, holidays))
    units = await SchedulerCatalogue(catalogue).person_units(HEAD.id, "civil")
    assert await SchedulerCatalogue(catalogue).person_units(HEAD.id, "tax") == []
    offered, taken, booked = 0, set[Cell](), list[Booked]()
    for day in (FIRST + timedelta(days=ahead) for ahead in range(DAYS)):
        for _ in range(3):
            length = timedelta(minutes=dice.choice((10, 15, 40, 60)))
            found = slots(units, day, length, where, taken)
            assert found == in_plain_words(kept, holidays, day, length, where, booked)
            offered += len(found)
            for slot in dice.sample(found, min(4, len(found))):
                unit, needed = dice.choice(slot.units), cells(slot.starts, length)
                if not any((unit, cell) in taken for cell in needed):
                    taken |= {(unit, cell) for cell in needed}
                    booked.append((int(unit.rpartition(":")[2]), slot.starts, slot.starts + length))
    assert offered > 500
    assert len(booked) > 100
