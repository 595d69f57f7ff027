"""Places that few have at once and many wait for: who is still waited for goes before who is not."""

from __future__ import annotations

import asyncio
from collections import deque
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Asker:
    """Whoever waits for a piece of work; `gone` once they do not any more."""

    gone: bool = False


ASKER: ContextVar[Asker | None] = ContextVar("asker", default=None)
"""Who waits for what runs now; None for work that nobody asked for, which waits in turn as if somebody did."""


@dataclass(eq=False)
class _Waiting:
    asker: Asker | None
    called: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    @property
    def alone(self) -> bool:
        return self.asker is not None and self.asker.gone


class Turns:
    """So many places; those who wait are called in the order they came, those whose asker is gone last of all."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: deque[_Waiting] = deque()

    @property
    def free(self) -> bool:
        """Whether the next who comes need not wait."""
        return self._free > 0

    async def take(self) -> None:
        """Waits for a place; whoever is cancelled meanwhile takes none."""
        if self._free:
            self._free -= 1
            return
        waiting = _Waiting(ASKER.get())
        self._waiting.append(waiting)
        try:
            await waiting.called
        except asyncio.CancelledError:
            if waiting in self._waiting:
                self._waiting.remove(waiting)
            else:
                # Called in the same moment: the place is another's.
                self.give_back()
            raise

    def give_back(self) -> None:
        """Leaves a place to the next."""
        # One that was cancelled in this moment has not left the queue yet.
        waiting = [one for one in self._waiting if not one.called.done()]
        if not waiting:
            self._free += 1
            return
        called = next((one for one in waiting if not one.alone), waiting[0])
        self._waiting.remove(called)
        called.called.set_result(None)
