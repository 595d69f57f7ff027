"""The hours of a window, as slots are found in them, are those by which it opens."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.demonstration.district import make_district
from directory.opening import is_open
from directory.records import CalendarYear
from directory.working_days import WorkCalendar, with_calendar
from scheduler.queue_core.slots import CELL, Unit, slots
from signalling.scheduler_catalogue import hours_of

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
