"""Whose lists of callbacks show a place that is another: shown again together, and not at every turn of the queue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

SECONDS: Final = 10.0
"""Each row of such a list is read and opened anew, and nobody waits before it."""


class BatchedPlaces:
    """Gathers who is to be shown something, and lets each of them go every ten seconds at most."""

    def __init__(self) -> None:
        self._stale: set[str] = set()
        self._shown_at: dict[str, float] = {}
        """Of those who were shown it in the last ten seconds."""

    def take(self, people: Iterable[str], now: float) -> set[str]:
        """Of these, and of all before who have waited, whose time it is at `now`, in monotonic seconds."""
        self._shown_at = {one: at for one, at in self._shown_at.items() if now - at < SECONDS}
        self._stale.update(people)
        taken = self._stale - self._shown_at.keys()
        self._stale -= taken
        self._shown_at.update(dict.fromkeys(taken, now))
        return taken
