"""What is due of chores with periods, however irregularly somebody comes to ask."""

from __future__ import annotations

from typing import Final

_SECONDS: Final = 0.02


class Ticker:
    """Counts ticks of 20 ms; a chore of so many ticks is due once in each such period that somebody asks in."""

    __slots__ = ("_before", "_count")

    def __init__(self) -> None:
        self._before = self._count = 0

    def advance(self, now: float) -> bool:
        """Whether a tick has passed since the last time; `now` in seconds of a clock that never goes back."""
        count = int(now / _SECONDS)
        if count == self._count:
            return False
        self._before, self._count = self._count, count
        return True

    def due(self, ticks: int, turn: int = 0) -> bool:
        """Whether a period of so many ticks has passed with the last tick; another `turn` is due at another time."""
        return (self._count + turn) // ticks != (self._before + turn) // ticks
