"""Hours of windows, changed as an administrator would, before a service begins on the data."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path


def open_always(data_dir: Path) -> None:
    """Opens every window on every day from midnight to midnight, so that a time can be booked whenever a test runs."""
    hours = [{"weekday": day, "opens": "00:00:00", "closes": "00:00:00"} for day in range(7)]
    with sqlite3.connect(data_dir / "cloud-window.db") as database:
        database.execute("UPDATE windows SET hours = ?, exceptions = '[]'", (json.dumps(hours),))
    database.close()
