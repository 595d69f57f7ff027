"""Telling people outside: what is due is sent, and with demonstration data it can be looked at."""

from __future__ import annotations

from signalling.slices.notices.http import ENDPOINTS
from signalling.slices.notices.parts import Parts
from signalling.transport.slice import Slice

__all__ = ("SLICE", "Parts")


async def send(parts: Parts) -> None:
    """Sends what is due, for ever."""
    await parts.dispatcher.run()


SLICE: Slice[Parts] = Slice("notices", endpoints=ENDPOINTS, work={"notices": send})
