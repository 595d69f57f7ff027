"""Open pages send heartbeats, so that their people count as present."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from signalling.transport.websocket.registry import Registry

_BEAT_SECONDS = 5.0


async def keep_heartbeats(registry: Registry, heartbeat: Callable[[str], Awaitable[None]]) -> None:
    """Passes on for ever what the WebSocket's own heartbeat tells: which pages are there."""
    while True:
        for connection in registry:
            await heartbeat(str(connection.participant))
        await asyncio.sleep(_BEAT_SECONDS)
