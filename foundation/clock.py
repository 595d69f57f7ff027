"""Time as an argument: nothing in the service reads the machine's clock but through this port."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the wall time and a steadily growing time."""

    def now(self) -> datetime:
        """The wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary origin; never goes back, whatever happens to the wall time."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The machine's wall time in UTC."""
        return datetime.now(UTC)

    # Itself and not a method around it: the media server asks for every burst.
    monotonic = staticmethod(time.monotonic)


class ManualClock:
    """A clock that stands still until it is advanced: for simulations and tests."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)) -> None:
        self._now = start
        self._monotonic = 0.0

    def now(self) -> datetime:
        """The wall time set so far."""
        return self._now

    def monotonic(self) -> float:
        """The seconds advanced so far."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Moves both times forward by `seconds`."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def set_wall(self, now: datetime) -> None:
        """Sets the wall time alone, as an operator or NTP would."""
        self._now = now
