"""Keeps when a person can be booked, as data: a week, days that differ, and by how many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time

from directory.catalogue import Catalogue, serves
from directory.errors import HoursInvalid, HoursOverlap, NotAClerk
from directory.records import PersonHours
from directory.store import queries
from foundation.database import Database, take_turn

_Span = tuple[time, time]


@dataclass(frozen=True, kw_only=True)
class PersonHoursKeeping:
    """Changes them; a running service follows at once."""

    database: Database
    catalogue: Catalogue
    _noting: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    async def keep(self, hours: PersonHours) -> None:
        """Keeps the hours in place of any others of the person; raises as `check`, `NoSuchStaff`, `NotAClerk`."""
        check(hours)
        if not serves(await self.catalogue.staff(hours.id)):
            raise NotAClerk
        # What is stored last is noted last.
        async with self._noting:
            async with self.database.write() as session:
                # Another process may keep them too: of two that remove nothing the second could add nothing.
                await take_turn(session, f"hours of {hours.id}")
                await queries.remove_person_hours(session, hours.id)
                await queries.add(session, [hours])
            self.catalogue.note_hours(hours)


def check(hours: PersonHours) -> None:
    """Raises `HoursInvalid` for hours that end before they begin, `HoursOverlap` for two that meet on a day."""
    week = [(str(one.weekday), (one.opens, one.closes)) for one in hours.hours]
    days: list[tuple[str, _Span]] = []
    closed: set[date] = set()
    for one in hours.exceptions:
        if one.opens is None or one.closes is None:
            closed.add(one.day)
        else:
            days.append((one.day.isoformat(), (one.opens, one.closes)))
    for named in (week, days):
        _check(named)
    if meets := sorted(closed.intersection(date.fromisoformat(day) for day, _ in days)):
        raise HoursOverlap(clock=meets[0].isoformat())


def _check(named: Iterable[tuple[str, _Span]]) -> None:
    last: dict[str, time] = {}
    for day, (opens, closes) in sorted(named):
        if closes <= opens:
            raise HoursInvalid(clock=f"{opens:%H:%M}–{closes:%H:%M}")
        if day in last and opens < last[day]:
            raise HoursOverlap(clock=f"{opens:%H:%M}–{closes:%H:%M}")
        last[day] = max(closes, last.get(day, closes))
