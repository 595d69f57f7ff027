"""Whether a window is open at a moment: weekly hours, and dates that differ."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from directory.records import Window


def is_open(window: Window, moment: datetime, zone: str) -> bool:
    """Whether the window's hours say open at `moment`; the closing minute is closed."""
    local = moment.astimezone(ZoneInfo(zone))
    clock = local.time().replace(tzinfo=None)
    today = [exception for exception in window.exceptions if exception.day == local.date()]
    if today:
        spans = [(one.opens, one.closes) for one in today if one.opens is not None and one.closes is not None]
    else:
        spans = [(hours.opens, hours.closes) for hours in window.hours if hours.weekday == local.weekday()]
    return any(opens <= clock < closes for opens, closes in spans)
