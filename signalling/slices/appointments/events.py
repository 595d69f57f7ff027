"""Whose list of appointments is stale, and which appointments nobody has come to."""

from __future__ import annotations

import asyncio
from datetime import date

import structlog

from foundation.database import DatabaseBusy
from scheduler.events import AppointmentChanged
from signalling.slices.appointments.parts import Parts

_log = structlog.get_logger("signalling.appointments")
_LOOK_SECONDS = 20.0


def follow(parts: Parts) -> None:
    """Follows the appointments: the point's, the centre's and the booked person's lists show a change."""

    async def changed(event: AppointmentChanged) -> None:
        readers = parts.readers.at(event.site_id, event.home_id)
        parts.registry.invalidate((*readers, event.person_id), "appointments")

    parts.bus.subscribe(AppointmentChanged, changed)


async def watch_the_time(parts: Parts) -> None:
    """Looks at the time again and again, for ever."""
    day = None
    while True:
        try:
            day = await look(parts, day)
        except DatabaseBusy:
            # What is due stays due.
            _log.warning("lapse_kept_back")
        await asyncio.sleep(_LOOK_SECONDS)


async def look(parts: Parts, day: date | None) -> date:
    """Counts those as missed to which nobody has come; returns today.

    When `day` is over, and at first, it is forgotten how the people of former days are reached, and all lists are shown
    again.
    """
    await parts.appointments.expire()
    if day != (today := parts.today()):
        while await parts.appointments.forget():
            pass
        parts.registry.invalidate(parts.readers.everybody(), "appointments")
    return today
