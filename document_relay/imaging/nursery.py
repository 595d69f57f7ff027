"""Where children come from: one stem, made anew when it has ended or when a child of it has crashed."""

from __future__ import annotations

import asyncio

from .child import Child
from .errors import ImagingInterrupted
from .limits import Limits
from .stem import Stem


class Nursery:
    """Starts the stem with the first child."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._one_stem = asyncio.Lock()
        self._stem: Stem | None = None
        self._retired: list[Stem] = []
        self._closed = False

    async def child(self) -> Child:
        """A child that is ready; raises what `Stem.start` and `Child.start` raise, ImagingInterrupted once closed."""
        async with self._one_stem:
            stem = await self._fresh_stem()
        return await Child.start(stem, self._limits)

    async def close(self) -> None:
        """Ends everything that came from here."""
        self._closed = True
        stems = [*self._retired, *([self._stem] if self._stem is not None else [])]
        await asyncio.gather(*(stem.end() for stem in stems))

    async def _fresh_stem(self) -> Stem:
        if self._stem is not None and not self._stem.fresh:
            self._stem.retire()
            self._retired.append(self._stem)
            self._stem = None
        if self._stem is None:
            stem = await Stem.start(self._limits)
            if self._closed:
                await stem.end()
                raise ImagingInterrupted
            self._stem = stem
        return self._stem
