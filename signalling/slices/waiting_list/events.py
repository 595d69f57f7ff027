"""Whose waiting list is stale, and whose time to answer is over."""

from __future__ import annotations

import asyncio

import structlog

from foundation.database import DatabaseBusy
from scheduler.events import WishChanged
from signalling.slices.waiting_list.parts import Parts

_log = structlog.get_logger("signalling.waiting_list")
_LOOK_SECONDS = 20.0


def follow(parts: Parts) -> None:
    """Follows the wishes: who is ahead of others changes the places at every point of the centre."""

    async def changed(event: WishChanged) -> None:
        parts.registry.invalidate(parts.readers.at(event.home_id), "waiting_list")

    parts.bus.subscribe(WishChanged, changed)


async def watch_the_time(parts: Parts) -> None:
    """Looks at the time again and again, for ever."""
    while True:
        try:
            await parts.waiting_list.look()
        except DatabaseBusy:
            # What is due stays due.
            _log.warning("waiting_list_kept_back")
        await asyncio.sleep(_LOOK_SECONDS)
