"""Working days: weekdays but for holidays, and the weekend days that are worked for them (调休). Pure.

The State Council's General Office names them for a year in the November before, and no rule foretells them: what lies
beyond the tables is refused. A year's table may name the last days of the year before it: the one of 2012 gave
31 December 2011 to be worked, the one of 2008 the 29th. Those three days are known with the next table alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from msgspec.structs import replace

from directory.errors import CalendarTooShort
from directory.records import CalendarYear, OpeningException, Window

_DAY = timedelta(days=1)
_SATURDAY = 5
_NEXT_TABLE = (12, 29)
"""From this day of a year on, the next year's table has a word."""
MOST = 1_000
"""Working days that are counted at once: four years."""


class WorkCalendar:
    """The working days of the years whose tables are known; of two tables of a year the later one holds."""

    def __init__(self, years: Iterable[CalendarYear]) -> None:
        known = {year.year: year for year in years}
        self._years = known.keys()
        self.holidays = frozenset(day for year in known.values() for day in year.holidays)
        self.worked = frozenset(day for year in known.values() for day in year.worked)

    def is_working(self, day: date) -> bool:
        """Whether offices work on this day; raises `CalendarTooShort`."""
        if day.year not in self._years or ((day.month, day.day) >= _NEXT_TABLE and day.year + 1 not in self._years):
            raise CalendarTooShort(day=day.isoformat())
        return day in self.worked or (day.weekday() < _SATURDAY and day not in self.holidays)

    def after(self, day: date, count: int) -> date:
        """The working day that is `count` working days after `day`, which is not counted; `count` from 1 to `MOST`.

        Raises `CalendarTooShort`; ValueError for another count.
        """
        if not 1 <= count <= MOST:
            raise ValueError(count)
        while count:
            day += _DAY
            count -= self.is_working(day)
        return day

    def between(self, first: date, last: date) -> int:
        """The working days after `first` up to `last`, which is counted; negative where `last` is earlier.

        Raises `CalendarTooShort`.
        """
        if last < first:
            return -self.between(last, first)
        days = (last - first).days
        return sum(self.is_working(first + ahead * _DAY) for ahead in range(1, days + 1))


def with_calendar(window: Window, calendar: WorkCalendar) -> Window:
    """The window closed on holidays and open on worked weekend days, but for days of which it says itself.

    A worked weekend day has the hours of the first weekday that has any.
    """
    own = {one.day for one in window.exceptions}
    hours = {day: [one for one in window.hours if one.weekday == day] for day in range(7)}
    usual = next((hours[day] for day in range(_SATURDAY) if hours[day]), [])
    closed = [
        OpeningException(day=day, opens=None, closes=None)
        for day in sorted(calendar.holidays - own)
        if hours[day.weekday()]
    ]
    worked = [
        OpeningException(day=day, opens=one.opens, closes=one.closes)
        for day in sorted(calendar.worked - own)
        if not hours[day.weekday()]
        for one in usual
    ]
    return replace(window, exceptions=[*window.exceptions, *closed, *worked])
