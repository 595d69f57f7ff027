"""A call of two modelled browsers through the real media server, one of them behind a bad line, in virtual time."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from foundation.tasks import Tasks
from rtc_server.sessions.interface import MediaSettings
from rtc_server.sessions.server import MediaServer
from tests.support.modelled_browser import ModelledBrowser
from tests.support.relay import Relay
from tests.support.virtual_time import VirtualClock
from tests.support.weather import Weather

DELAY = 0.05
"""Seconds one way: 100 ms of round trip."""
_NOBODY = ("127.0.0.1", 9)
_SETTLE = 5.0


@dataclass(frozen=True)
class Seen:
    """How a party saw the other for a while."""

    pictures_per_second: float
    longest_freeze: float
    """Seconds between two pictures."""


class VirtualCall:
    """The point is behind the line, the window beside the server."""

    def __init__(self, line: Relay, point: ModelledBrowser, window: ModelledBrowser) -> None:
        self.line = line
        self.point, self.window = point, window
        self._now = asyncio.get_running_loop().time

    async def settle(self, up: Weather, down: Weather | None = None) -> None:
        """Changes the line, and waits until everybody knows."""
        self.line.change(up, down)
        await asyncio.sleep(_SETTLE)

    async def watch(self, seconds: float) -> tuple[Seen, Seen]:
        """How point and window see each other from now on for so long."""
        began = self._now()
        await asyncio.sleep(seconds)
        return self._seen(self.point, began), self._seen(self.window, began)

    async def cut(self, seconds: float) -> tuple[float, float]:
        """Cuts the line for so long; seconds from its return until pictures come again at point and window."""
        self.line.cut()
        await asyncio.sleep(seconds)
        mended = self._now()
        self.line.mend()
        await asyncio.sleep(_SETTLE)
        back = [min(at for at in party.receiver.shown if at > mended) for party in (self.point, self.window)]
        return back[0] - mended, back[1] - mended

    def _seen(self, party: ModelledBrowser, began: float) -> Seen:
        now = self._now()
        shown = [at for at in party.receiver.shown if began <= at <= now]
        gaps = [after - before for before, after in itertools.pairwise([began, *shown, now])]
        return Seen(len(shown) / (now - began), max(gaps))


@asynccontextmanager
async def virtual_call(seed: int) -> AsyncIterator[VirtualCall]:
    """A call that has just begun, over a good line with 100 ms of round trip."""
    tasks = Tasks()
    clock = VirtualClock(asyncio.get_running_loop())
    server = MediaServer(MediaSettings(host="127.0.0.1", port=0), clock, tasks, secrets.token_bytes)
    await server.start()
    line = Relay(_NOBODY, ("127.0.0.1", server.port), seed)
    point, window = ModelledBrowser(seed), ModelledBrowser(seed + 1)
    try:
        await line.open()
        line.change(Weather(delay=DELAY))
        for name, party, port in (("point", point, line.media_port), ("window", window, server.port)):
            server.admit("call", name)
            await party.join(server, name, port)
        yield VirtualCall(line, point, window)
    finally:
        point.close()
        window.close()
        await line.close()
        await server.close()
        await tasks.close()
