"""Whose list of appointments is stale, and which appointments nobody has come to."""

from __future__ import annotations

import asyncio

import structlog

from foundation.database import DatabaseBusy
from scheduler.events import AppointmentChanged
from signalling.slices.appointments.parts import Parts

_log = structlog.get_logger("signalling.appointments")
_LOOK_SECONDS = 20.0


def follow(parts: Parts) -> None:
    """Follows the appointments: the point's and the centre's lists show a change."""

    async def changed(event: AppointmentChanged) -> None:
        parts.registry.invalidate(parts.readers.at(event.site_id, event.home_id), "appointments")

    parts.bus.subscribe(AppointmentChanged, changed)


async def watch_the_time(parts: Parts) -> None:
    """Counts those as missed to which nobody has come, and shows the lists of a new day; for ever."""
    day = parts.today()
    while True:
        try:
            await parts.appointments.lapse()
        except DatabaseBusy:
            # What is due stays due.
            _log.warning("lapse_kept_back")
        if day != (day := parts.today()):
            parts.registry.invalidate(parts.readers.everybody(), "appointments")
        await asyncio.sleep(_LOOK_SECONDS)
