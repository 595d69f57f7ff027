"""Whose lists of callbacks show a place that is another: shown again together, and not at every turn of the queue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SECONDS: Final = 10.0
"""Each row of such a list is read and opened anew, and nobody waits before it."""


class Seldom:
    """Gathers who is to be shown something, and lets them go every ten seconds at most."""

    def __init__(self) -> None:
        self._stale: set[str] = set()
        self._shown_at = float("-inf")

    def take(self, people: Iterable[str], now: float) -> set[str]:
        """These and all before who are to be shown it at `now`, in monotonic seconds; nobody before it is time."""
        self._stale.update(people)
        if not self._stale or now - self._shown_at < SECONDS:
            return set()
        self._shown_at, taken, self._stale = now, self._stale, set()
        return taken
