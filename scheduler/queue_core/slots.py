"""Slots that may be booked: when a window, or a person, is on duty for as long as a matter takes.

Hours are those of the clock on the wall. Every duty is cut into cells of one grid that begins at midnight, so that
bookings of any length meet in the same cells, however the hours lie. Moments follow from wall times and the zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

CELL = timedelta(minutes=15)
_DAY = timedelta(days=1)
Cell = tuple[str, datetime]
"""A unit, and the wall time at which the cell begins."""


@dataclass(frozen=True, slots=True)
class Span:
    """Hours of one day; those that close no later than they open end on the next day."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of each weekday (0 is Monday), and the days that have others.

    A holiday has none; a Saturday that is worked for another day (调休) has that day's. The gap between two spans is
    the lunch.
    """

    week: Mapping[int, Sequence[Span]]
    differing: Mapping[date, Sequence[Span]] = field(default_factory=dict)

    def of(self, day: date) -> Sequence[Span]:
        """The spans that begin on this day."""
        return self.differing[day] if day in self.differing else self.week.get(day.weekday(), ())


@dataclass(frozen=True, slots=True)
class Unit:
    """What serves one booking at a time: a window, or a person."""

    id: str
    hours: Hours


def bookable(windows: int, percent: int) -> int:
    """How many of so many windows can be booked: so many percent of them, rounded up to whole windows."""
    return -(-windows * percent // 100)


def person_unit(staff_id: str, number: int) -> str:
    """The unit of a person who can be booked; one for each at a time, from 1."""
    return f"{staff_id}:{number}"


def person_of(unit_id: str) -> str | None:
    """Whose unit it is; None for a window's."""
    staff_id, colon, _ = unit_id.rpartition(":")
    return staff_id if colon else None


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that may be booked: on the wall, as a moment in UTC, and the units that are free then."""

    starts: datetime
    at: datetime
    units: tuple[str, ...]


def slots(
    units: Sequence[Unit], day: date, length: timedelta, zone: tzinfo, taken: Set[Cell] = frozenset()
) -> list[Slot]:
    """The slots that begin on `day` and last `length`, the earliest first, each with the units not `taken` then.

    A slot that nobody is free for is left out. A wall time that does not exist on this day has no slot, one that comes
    twice has the first, and none lasts across a change of the clocks.
    """
    free: dict[datetime, list[str]] = {}
    for unit in units:
        open_cells = _cells_around(unit.hours, day)
        for start in sorted(cell for cell in open_cells if cell.date() == day):
            needed = cells(start, length)
            if open_cells.issuperset(needed) and not any((unit.id, cell) in taken for cell in needed):
                free.setdefault(start, []).append(unit.id)
    moments = {start: _moment_of_all(cells(start, length), zone) for start in free}
    return [Slot(start, at, tuple(free[start])) for start in sorted(free) if (at := moments[start]) is not None]


def cells(starts: datetime, length: timedelta) -> list[datetime]:
    """The wall times of the cells that a booking takes; one that needs a part of a cell takes all of it."""
    return [starts + CELL * number for number in range(-(-length // CELL))]


def last_close(units: Iterable[Unit], day: date, zone: tzinfo) -> datetime | None:
    """The moment in UTC at which the last span that begins on `day` ends; None on a day without hours."""
    walls = [_as_walls(span, day)[1] for unit in units for span in unit.hours.of(day)]
    return max(walls).replace(tzinfo=zone).astimezone(UTC) if walls else None


def open_until(units: Iterable[Unit], since: datetime, length: timedelta, zone: tzinfo, latest: datetime) -> datetime:
    """The moment in UTC at which one of the units or another was open for `length` after `since`; `latest` at most."""
    first = since.astimezone(zone).date() - _DAY
    days = [first + timedelta(days=ahead) for ahead in range((latest.astimezone(zone).date() - first).days + 1)]
    left = length
    for span in _merged(_as_walls(span, day) for unit in units for day in days for span in unit.hours.of(day)):
        opens, closes = (wall.replace(tzinfo=zone).astimezone(UTC) for wall in span)
        begins = max(opens, since)
        if begins + left <= closes:
            return min(begins + left, latest)
        left -= max(closes - begins, timedelta())
    return latest


def moment(wall: datetime, zone: tzinfo) -> datetime | None:
    """The moment in UTC at which clocks in the zone first show this; None where they skip it."""
    at = wall.replace(tzinfo=zone).astimezone(UTC)
    return at if at.astimezone(zone).replace(tzinfo=None) == wall else None


def _moment_of_all(walls: Sequence[datetime], zone: tzinfo) -> datetime | None:
    """The moment of the first; None unless the others follow it one by one."""
    first = moment(walls[0], zone)
    if first is None or any(moment(wall, zone) != first + CELL * number for number, wall in enumerate(walls)):
        return None
    return first


def _cells_around(hours: Hours, day: date) -> set[datetime]:
    """The cells that are open from the day before to the day after, for what crosses midnight."""
    spans = [_as_walls(span, one) for one in (day - _DAY, day, day + _DAY) for span in hours.of(one)]
    return {cell for opens, closes in _merged(spans) for cell in _cells_within(opens, closes)}


def _as_walls(span: Span, day: date) -> tuple[datetime, datetime]:
    ends = day if span.closes > span.opens else day + _DAY
    return datetime.combine(day, span.opens), datetime.combine(ends, span.closes)


def _merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The same hours without seams: what overlaps or touches is one span."""
    merged: list[tuple[datetime, datetime]] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(closes, merged[-1][1])
        else:
            merged.append((opens, closes))
    return merged


def _cells_within(opens: datetime, closes: datetime) -> Iterable[datetime]:
    midnight = datetime.combine(opens.date(), time())
    start = midnight + CELL * -(-(opens - midnight) // CELL)
    while start + CELL <= closes:
        yield start
        start += CELL
