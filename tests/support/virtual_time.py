"""A loop whose time passes only when nobody has anything to do: whole calls over real sockets, in milliseconds.

Datagrams on loopback are there as soon as they are sent. So once nothing is readable, nothing will be before the next
timer, and the time is moved there.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

_BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
T = TypeVar("T")


class _Impatient(selectors.DefaultSelector):
    """Never waits."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready:
            if timeout is None:
                raise RuntimeError("nothing will ever happen: there is no timer and nothing to read")
            self.now += max(timeout, 0.0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time, which begins at 0; threads and other processes have no part in it."""

    def __init__(self) -> None:
        self._impatient = _Impatient()
        super().__init__(self._impatient)

    def time(self) -> float:
        """Virtual seconds."""
        return self._impatient.now


class VirtualClock:
    """The loop's time as the house's clock."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        """A wall time that goes with the loop's."""
        return _BEGIN + timedelta(seconds=self._loop.time())

    def monotonic(self) -> float:
        """The loop's time in seconds."""
        return self._loop.time()


def run_virtually(work: Coroutine[Any, Any, T]) -> T:
    """Runs it to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(work)
