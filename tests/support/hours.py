"""Hours of windows, changed as an administrator would, before a service begins on the data."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo


def _by_day() -> ZoneInfo:
    """The product's own zone by day, by night one where it is day now.

    What a test books, or has called back, must find room on the same day.
    """
    home = ZoneInfo("Asia/Shanghai")
    return home if 5 <= datetime.now(home).hour < 20 else ZoneInfo("Etc/GMT+4")


ZONE = _by_day()
"""Of the halls that tests serve."""


def open_always(data_dir: Path) -> None:
    """Opens every window on every day from midnight to midnight, so that a test does not depend on when it runs."""
    hours = [{"weekday": day, "opens": "00:00:00", "closes": "00:00:00"} for day in range(7)]
    with closing(sqlite3.connect(data_dir / "cloud-window.db")) as database, database:
        database.execute("UPDATE windows SET hours = ?, exceptions = '[]'", (json.dumps(hours),))
    keep_years(data_dir, 2)


def open_briefly(data_dir: Path) -> None:
    """As `open_always` today and tomorrow, later for two hours a day: a day that a test books up is soon full."""
    near = {(today() + timedelta(days=ahead)).weekday() for ahead in range(2)}
    spans = [("00:00:00", "00:00:00") if day in near else ("09:00:00", "11:00:00") for day in range(7)]
    hours = [{"weekday": day, "opens": opens, "closes": closes} for day, (opens, closes) in enumerate(spans)]
    with closing(sqlite3.connect(data_dir / "cloud-window.db")) as database, database:
        database.execute("UPDATE windows SET hours = ?", (json.dumps(hours),))


def today() -> date:
    """The date on the wall of the hall, which is another one once a run has gone past its midnight."""
    return datetime.now(ZONE).date()


def keep_years(data_dir: Path, count: int, holidays: Sequence[date] = ()) -> None:
    """Gives the installation tables of its own of the working days of so many years, this one first."""
    this = today().year
    with closing(sqlite3.connect(data_dir / "cloud-window.db")) as database, database:
        for year in range(this, this + count):
            days = json.dumps([day.isoformat() for day in holidays if day.year == year])
            database.execute(
                "INSERT OR REPLACE INTO calendar_years (id, holidays, worked) VALUES (?, ?, '[]')", (str(year), days)
            )


def working_day(after: date, days: int, holidays: Container[date] = ()) -> date:
    """The last of so many working days after a day, counted plainly."""
    day = after
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in holidays
    return day
