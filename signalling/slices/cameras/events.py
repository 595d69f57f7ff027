"""Looking ends with the call, and with the camera."""

from __future__ import annotations

import asyncio

import structlog

from document_relay.case_files import SYSTEM
from foundation.database import DatabaseBusy
from rtc_server.sessions.errors import MediaUnavailable
from scheduler.events import TicketMoved
from scheduler.queue_core.ticket_life import FINAL
from signalling.slices.calls.ports import TOGETHER
from signalling.slices.cameras.looking import end_removed, note_end
from signalling.slices.cameras.parts import Parts

_log = structlog.get_logger("signalling.cameras")
_CAMERAS_SECONDS = 3.0


def follow(parts: Parts) -> None:
    """Follows the tickets."""

    async def moved(event: TicketMoved) -> None:
        ticket = await parts.board.as_of(event)
        if ticket.state not in TOGETHER:
            await note_end(parts, ticket, SYSTEM)
        if ticket.state in FINAL:
            parts.rooms.allow(ticket.id, allowed=True)

    parts.bus.subscribe(TicketMoved, moved)


async def follow_cameras(parts: Parts) -> None:
    """Looks for cameras that a command has added or removed, in a process of its own; for ever."""
    while True:
        await asyncio.sleep(_CAMERAS_SECONDS)
        try:
            if await parts.cameras.load():
                # The pages hear first, so that none asks again for what is taken from it.
                parts.hall_changes.tell(None)
            await _end_views(parts)
        except (DatabaseBusy, MediaUnavailable):
            _log.warning("camera_still_watched")


async def _end_views(parts: Parts) -> None:
    """Ends looks through cameras that were removed, and into rooms that the point is not told of.

    A media node that goes on while the service starts again shows a room that nobody knows to be seen.
    """
    known = frozenset(camera.id for camera in parts.cameras.every())
    for page in parts.registry:
        participant = str(page.participant)
        view = parts.media.live_view(participant)
        may = parts.rooms.seen() if page.face == "window" else known
        if view is not None and view.camera_id not in may & known:
            await parts.media.watch(participant, None)
    await end_removed(parts, known)
