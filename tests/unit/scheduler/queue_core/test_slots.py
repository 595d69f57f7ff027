"""Slots that may be booked, against a second way of finding them: from the moments to the wall, minute by minute."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.queue_core.slots import CELL, Hours, Slot, Span, Unit, bookable, cells, slots

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
"""Its clocks change by half an hour."""
MORNING, AFTERNOON = Span(time(8, 30), time(12)), Span(time(13, 30), time(17, 30))
EVENING = Span(time(17, 30), time(19, 30))
WEEK = dict.fromkeys(range(5), (MORNING, AFTERNOON)) | {1: (MORNING, AFTERNOON, EVENING)}
WINDOW = Unit("w1", Hours(WEEK))
MONDAY, TUESDAY, SATURDAY = date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 5)
HALF_HOUR = timedelta(minutes=30)
NINE = datetime.combine(MONDAY, time(9))


def starts(found: list[Slot]) -> list[str]:
    return [f"{slot.starts:%H:%M}" for slot in found]


def test_no_slot_lasts_into_lunch_or_beyond_the_close():
    found = starts(slots([WINDOW], MONDAY, HALF_HOUR, SHANGHAI))
    assert found[0] == "08:30"
    assert found[-1] == "17:00"
    assert "11:30" in found
    assert "11:45" not in found
    assert "12:00" not in found
    assert "13:30" in found


def test_the_tuesday_evening_follows_the_afternoon_without_a_seam():
    found = starts(slots([WINDOW], TUESDAY, HALF_HOUR, SHANGHAI))
    assert "17:15" in found
    assert found[-1] == "19:00"


def test_a_holiday_has_no_slots_and_a_saturday_worked_for_it_has_that_days():
    hours = Hours(WEEK, {MONDAY: (), SATURDAY: WEEK[0]})
    assert slots([Unit("w1", hours)], MONDAY, HALF_HOUR, SHANGHAI) == []
    saturday = slots([Unit("w1", hours)], SATURDAY, HALF_HOUR, SHANGHAI)
    assert starts(saturday) == starts(slots([WINDOW], MONDAY, HALF_HOUR, SHANGHAI))
    assert slots([WINDOW], SATURDAY, HALF_HOUR, SHANGHAI) == []


def test_each_slot_has_the_units_that_are_on_duty_and_free_for_all_of_it():
    late = Unit("w2", Hours({0: (Span(time(9), time(12)),)}))
    taken = {("w1", cell) for cell in cells(NINE, HALF_HOUR)}
    found = {f"{slot.starts:%H:%M}": slot.units for slot in slots([WINDOW, late], MONDAY, HALF_HOUR, SHANGHAI, taken)}
    assert found["08:30"] == ("w1",)
    assert found["09:00"] == ("w2",)
    assert found["09:30"] == ("w1", "w2")
    assert found["13:30"] == ("w1",)
    # It would be under way when the booked one begins.
    assert "08:45" not in found


def test_a_matter_takes_whole_cells():
    assert len(cells(NINE, timedelta(minutes=20))) == 2
    assert len(cells(NINE, timedelta(minutes=15))) == 1


def test_hours_off_the_grid_begin_with_the_first_whole_cell():
    odd = Unit("w1", Hours({0: (Span(time(8, 40), time(9, 40)),)}))
    assert starts(slots([odd], MONDAY, CELL, SHANGHAI)) == ["08:45", "09:00", "09:15"]


def test_hours_may_cross_midnight():
    night = Unit("w1", Hours({0: (Span(time(23, 30), time(0, 30)),)}))
    assert starts(slots([night], MONDAY, HALF_HOUR, SHANGHAI)) == ["23:30", "23:45"]
    assert starts(slots([night], TUESDAY, HALF_HOUR, SHANGHAI)) == ["00:00"]


def all_day(*spans: Span) -> Unit:
    return Unit("w1", Hours(dict.fromkeys(range(7), spans)))


def test_a_wall_time_that_does_not_exist_has_no_slot():
    found = slots([all_day(Span(time(1), time(4)))], date(2027, 3, 28), CELL, BERLIN)
    assert starts(found) == ["01:00", "01:15", "01:30", "01:45", "03:00", "03:15", "03:30", "03:45"]
    # Nothing lies between 1:45 and 3:00.
    assert found[4].at - found[3].at == CELL


def test_a_wall_time_that_comes_twice_has_one_slot_at_its_first():
    found = slots([all_day(Span(time(1), time(4)))], date(2026, 10, 25), CELL, BERLIN)
    assert starts(found).count("02:30") == 1
    two = next(slot for slot in found if f"{slot.starts:%H:%M}" == "02:30")
    assert two.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_no_slot_lasts_across_a_change_of_the_clocks():
    for day in (date(2027, 3, 28), date(2026, 10, 25)):
        found = starts(slots([all_day(Span(time(1), time(4)))], day, HALF_HOUR, BERLIN))
        assert ("01:45" in found) is (day.month == 10)
        assert ("02:45" in found) is False


def plain_slots(
    unit: Unit, first: date, days: int, length: timedelta, zone: ZoneInfo
) -> list[tuple[datetime, datetime]]:
    """Goes along the moments, asks of each quarter-hour whether the wall says open, and keeps the first of each."""
    moment = datetime.combine(first, time(), UTC) - timedelta(days=1)
    quarters: list[tuple[datetime, datetime]] = []
    seen: set[datetime] = set()
    for _ in range((days + 2) * 96):
        wall = moment.astimezone(zone).replace(tzinfo=None)
        if wall not in seen and all(on_duty(unit, wall + timedelta(minutes=five)) for five in (0, 5, 10)):
            quarters.append((wall, moment))
        seen.add(wall)
        moment += timedelta(minutes=15)
    known = dict(quarters)
    steps = [timedelta(minutes=15) * number for number in range(-(-length // timedelta(minutes=15)))]
    last = first + timedelta(days=days)
    return [
        (wall, at)
        for wall, at in quarters
        if first <= wall.date() < last and all(known.get(wall + step) == at + step for step in steps)
    ]


def on_duty(unit: Unit, wall: datetime) -> bool:
    for day in (wall.date() - timedelta(days=1), wall.date()):
        spans = unit.hours.differing.get(day)
        for span in unit.hours.week.get(day.weekday(), ()) if spans is None else spans:
            opens, closes = datetime.combine(day, span.opens), datetime.combine(day, span.closes)
            if opens <= wall < (closes if closes > opens else closes + timedelta(days=1)):
                return True
    return False


def some_spans(dice: random.Random) -> tuple[Span, ...]:
    clock = [time(hour, minute) for hour in range(24) for minute in (0, 5, 15, 30, 40, 45)]
    spans = []
    for _ in range(dice.choice((0, 1, 2, 2, 3))):
        opens, closes = sorted(dice.sample(clock, 2))
        spans.append(Span(closes, opens) if dice.random() < 0.1 else Span(opens, closes))
    return tuple(spans)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN, LORD_HOWE], ids=str)
def test_400_days_are_those_of_the_plain_way(zone: ZoneInfo, seed: int):
    dice = random.Random(seed)
    first, days = date(2026, 9, 1), 400
    differing = {first + timedelta(days=day): some_spans(dice) for day in dice.sample(range(days), 60)}
    # Nights of changed clocks are not left to chance.
    differing |= {day: (Span(time(0, 30), time(5, 15)),) for day in (date(2026, 10, 25), date(2027, 4, 4))}
    unit = Unit("w1", Hours({day: some_spans(dice) for day in range(7)}, differing))
    length = timedelta(minutes=dice.choice((10, 15, 40, 60)))
    found = [
        (slot.starts, slot.at)
        for ahead in range(days)
        for slot in slots([unit], first + timedelta(days=ahead), length, zone)
    ]
    assert len(found) > 1000
    assert found == plain_slots(unit, first, days, length, zone)


def test_the_bookable_windows_are_the_fewest_that_make_up_the_share():
    for windows in range(13):
        for percent in range(101):
            fewest = next(number for number in range(windows + 1) if number * 100 >= windows * percent)
            assert bookable(windows, percent) == fewest, (windows, percent)
