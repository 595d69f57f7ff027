"""What many pages show and much changes: it is shown again at most once a second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

_REST_SECONDS = 1.0


class Pace:
    """The first change is shown at once, what follows within a second together."""

    def __init__(self, rest_seconds: float = _REST_SECONDS) -> None:
        self._rest_seconds = rest_seconds
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Has it shown."""
        self._changed.set()

    def take(self) -> bool:
        """Whether there was a change since this was asked last."""
        changed = self._changed.is_set()
        self._changed.clear()
        return changed

    async def run(self, show: Callable[[], Awaitable[None]], again: Callable[[], float | None]) -> None:
        """Calls `show` after changes, for ever; also without one after the seconds that `again` gives."""
        while True:
            await self._wait(again())
            self.take()
            await show()
            await asyncio.sleep(self._rest_seconds)

    async def _wait(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        except TimeoutError:
            return


def never() -> None:
    """Nothing is shown without a change."""
