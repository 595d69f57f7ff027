"""Hours of windows, changed as an administrator would, before a service begins on the data."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path


def open_always(data_dir: Path) -> None:
    """Opens every window on every day from midnight to midnight, so that a test does not depend on when it runs."""
    hours = [{"weekday": day, "opens": "00:00:00", "closes": "00:00:00"} for day in range(7)]
    with closing(sqlite3.connect(data_dir / "cloud-window.db")) as database, database:
        database.execute("UPDATE windows SET hours = ?, exceptions = '[]'", (json.dumps(hours),))
        year = datetime.now(UTC).year
        keep_year(database, year)
        keep_year(database, year + 1)


def keep_year(
    database: sqlite3.Connection, year: int, holidays: Sequence[date] = (), worked: Sequence[date] = ()
) -> None:
    """Gives the installation a table of its own of a year's working days."""
    days = (json.dumps([day.isoformat() for day in some]) for some in (holidays, worked))
    database.execute(
        "INSERT OR REPLACE INTO calendar_years (id, holidays, worked) VALUES (?, ?, ?)", (str(year), *days)
    )
