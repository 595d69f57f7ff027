"""Keeps and lists the tables of working days."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from directory.audit import AuditLog
from directory.calendar_keeping import CalendarKeeping
from directory.published_days import PUBLISHED
from directory.records import CalendarYear
from directory.store import queries
from foundation.settings import Settings
from signalling.cli.opened import opened

Span = tuple[date, date]


def keep(settings: Settings, year: int, holidays: Sequence[Span], worked: Sequence[Span]) -> int:
    """Keeps a year's table; raises `CalendarInvalid`, `CalendarEmpty`."""
    table = CalendarYear(id=str(year), holidays=_days(holidays), worked=_days(worked))

    async def run() -> None:
        async with opened(settings) as on:

            def make(audit: AuditLog) -> CalendarKeeping:
                return CalendarKeeping(database=on.database, audit=audit, by=getpass.getuser())

            await on.change(make, ("calendar_set", table.id), lambda keeping: keeping.keep(table))

    asyncio.run(run())
    print("A running service counts by it after its next start.", file=sys.stderr)
    return 0


def list_all(settings: Settings) -> int:
    """Prints a line for each year: whose table it is, holidays, worked weekend days."""

    async def run() -> dict[int, tuple[str, CalendarYear]]:
        async with opened(settings) as on, on.database.read() as session:
            own = await queries.every(session, CalendarYear)
        return {one.year: ("published", one) for one in PUBLISHED} | {one.year: ("own", one) for one in own}

    for year, (whose, table) in sorted(asyncio.run(run()).items()):
        print(f"{year}  {whose:<10} {_said(table.holidays)}  worked: {_said(table.worked)}")
    return 0


def _days(spans: Iterable[Span]) -> list[date]:
    days = {first + timedelta(days=more) for first, last in spans for more in range((last - first).days + 1)}
    return sorted(days)


def _said(days: Iterable[date]) -> str:
    return " ".join(f"{day:%m-%d}" for day in days) or "none"
