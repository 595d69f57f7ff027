"""A sign-in session that ends takes its pages with it at once."""

from __future__ import annotations

import asyncio

import structlog

from directory.principal import Principal
from foundation.database import DatabaseBusy
from signalling.slices.accounts.parts import Parts

_log = structlog.get_logger("signalling.accounts")
_SESSIONS_SECONDS = 2.0


def follow(parts: Parts) -> None:
    """Follows the ends of sessions."""

    def ended(session_id: str, _principal: Principal) -> None:
        parts.registry.end_session(session_id)

    parts.sessions.on_end(ended)


async def follow_sessions(parts: Parts) -> None:
    """Looks for sessions that a command has ended, in a process of its own, as when a person is disabled."""
    while True:
        await asyncio.sleep(_SESSIONS_SECONDS)
        try:
            await parts.sessions.follow()
        except DatabaseBusy:
            _log.warning("ended_sessions_not_looked_for")
