"""Keeps a year's working days: what `cloud-window calendar set` does. A running service follows at its next start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from directory.audit import COMMAND, DONE, AuditLog, Entry
from directory.errors import CalendarEmpty, CalendarInvalid
from directory.records import CalendarYear
from directory.store import queries
from foundation.database import Database
from foundation.errors import Refusal

_SATURDAY = 5


@dataclass(frozen=True, kw_only=True)
class CalendarKeeping:
    """Changes the tables, each change with its audit entry in one transaction; `by` runs the command."""

    database: Database
    audit: AuditLog
    by: str

    async def note_refusal(self, act: str, about: str, refusal: Refusal) -> None:
        """Writes into the audit log that a command was refused; `about` is the year."""
        await self.audit.record(self._entry(act, refusal.code, about))

    async def keep(self, year: CalendarYear) -> None:
        """Keeps the table in place of any other of the year; raises as `check`."""
        check(year)
        async with self.database.write() as session:
            await queries.remove_year(session, year.id)
            await queries.add(session, [year])
            await self.audit.append(session, self._entry("calendar_set", DONE, year.id))

    def _entry(self, act: str, outcome: str, year: str) -> Entry:
        return Entry(who=COMMAND, account=self.by, act=act, outcome=outcome, what={"year": year})


def check(year: CalendarYear) -> None:
    """Raises `CalendarInvalid` for the first day that cannot be, `CalendarEmpty` for a table without holidays.

    Days are of the year, or the last three of the one before; a worked one is of a weekend and no holiday.
    """
    for day in sorted((*year.holidays, *year.worked)):
        if not date(year.year - 1, 12, 29) <= day <= date(year.year, 12, 31):
            raise CalendarInvalid(day=day.isoformat())
    for day in sorted(year.worked):
        if day in year.holidays or day.weekday() < _SATURDAY:
            raise CalendarInvalid(day=day.isoformat())
    if not year.holidays:
        raise CalendarEmpty(year=year.id)
