"""Whether a window is open, or a person can be booked, at a moment: weekly hours, and dates that differ."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory.records import PersonHours, Window

_DAYS_AHEAD = 30
"""As far as an opening is looked for: beyond the longest holidays."""


def is_open(window: Window | PersonHours, moment: datetime, zone: str) -> bool:
    """Whether the window's hours say open at `moment`; the closing minute is closed.

    Hours that close no later than they open end on the next day: 22:00 to 02:00, 9:00 to 0:00, 0:00 to 0:00.
    """
    local = moment.astimezone(ZoneInfo(zone))
    clock, today = local.time().replace(tzinfo=None), local.date()
    if any(opens <= clock and (clock < closes or closes <= opens) for opens, closes in _hours(window, today)):
        return True
    return any(clock < closes <= opens for opens, closes in _hours(window, today - timedelta(days=1)))


def next_opening(windows: Iterable[Window | PersonHours], moment: datetime, zone: str) -> datetime | None:
    """When the first of the windows opens after `moment`, in UTC; None while one is open, or with no hours ahead."""
    here = ZoneInfo(zone)
    today = moment.astimezone(here).date()
    windows = tuple(windows)
    if any(is_open(window, moment, zone) for window in windows):
        return None
    for ahead in range(_DAYS_AHEAD):
        day = today + timedelta(days=ahead)
        starts = [datetime.combine(day, opens, here) for window in windows for opens, _ in _hours(window, day)]
        later = [start for start in starts if start > moment]
        if later:
            return min(later).astimezone(UTC)
    return None


def _hours(window: Window | PersonHours, day: date) -> list[tuple[time, time]]:
    differing = [one for one in window.exceptions if one.day == day]
    if differing:
        return [(one.opens, one.closes) for one in differing if one.opens is not None and one.closes is not None]
    return [(one.opens, one.closes) for one in window.hours if one.weekday == day.weekday()]
