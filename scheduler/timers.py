"""The one loop that watches the time; all it knows is in the database, so a restart loses nothing."""

from __future__ import annotations

import asyncio

import structlog

from foundation.database import DatabaseBusy, told_if_damaged
from foundation.errors import Refusal
from scheduler.matchmaker import Matchmaker
from scheduler.open_desks import OpenDesks
from scheduler.ports import Ports
from scheduler.presence import point_page, window_page
from scheduler.queue_core.due import CallbackClock, DeskClock, Due, Hall, OfferClock, TicketClock, due
from scheduler.records import Callback, DeskRecord, Ticket
from scheduler.store import callbacks, desks, tickets
from scheduler.timeouts import Timeouts

_log = structlog.get_logger("scheduler.timers")
_SECONDS = 1.0


class Timers:
    """Looks at the hall once a second, does what is due, and lets everybody be matched who can be by now."""

    def __init__(self, ports: Ports, timeouts: Timeouts, matchmaker: Matchmaker, open_desks: OpenDesks) -> None:
        self._ports = ports
        self._open_desks = open_desks
        self._timeouts = timeouts
        self._matchmaker = matchmaker

    async def run(self) -> None:
        """Ticks for ever; what a busy database kept back is done at a later tick."""
        while True:
            try:
                await self.tick()
            except DatabaseBusy:
                _log.warning("tick_kept_back")
            await asyncio.sleep(_SECONDS)

    async def tick(self) -> list[Due]:
        """One look and its consequences; returns what was due. Thresholds of overflow open with time, too."""
        now = self._ports.clock.now().timestamp()
        found = due(await self._hall(), now, self._ports.rules.silent_after)
        for one in found:
            await self._do(one)
        await self._matchmaker.match()
        return found

    async def _do(self, one: Due) -> None:
        with told_if_damaged(self._ports.database.damaged, one.action, one.id):
            try:
                await self._timeouts.do(one)
            except Refusal as refusal:
                # Somebody was faster: what is still due will be seen at the next tick.
                _log.info("timeout_overtaken", action=one.action, id=one.id, code=refusal.code)

    async def _hall(self) -> Hall:
        async with self._ports.database.read() as session:
            offers = await desks.open_offers(session)
            on_duty = await self._open_desks.read(session)
            watched = await tickets.watched(session, self._ports.rules.day(self._ports.clock.now()))
            called_back = await callbacks.due(session, self._ports.clock.now())
        return Hall(
            offers=[OfferClock(offer.id, offer.expires_at.timestamp()) for offer in offers],
            desks=[await self._desk(desk) for desk in on_duty],
            tickets=[await self._ticket(ticket) for ticket in watched],
            callbacks=[_callback(callback) for callback in called_back],
        )

    async def _desk(self, desk: DeskRecord) -> DeskClock:
        until = None if desk.wrap_up_until is None else desk.wrap_up_until.timestamp()
        silent = await self._ports.presence.silent_for(window_page(desk.clerk_id))
        return DeskClock(desk.clerk_id, desk.state, until, silent)

    async def _ticket(self, ticket: Ticket) -> TicketClock:
        presence = self._ports.presence
        clerk = 0.0 if ticket.clerk_id is None else await presence.silent_for(window_page(ticket.clerk_id))
        return TicketClock(
            id=ticket.id,
            state=ticket.state,
            reason=ticket.reason,
            grace_until=None if ticket.grace_until is None else ticket.grace_until.timestamp(),
            point_silent_for=await presence.silent_for(point_page(ticket.worker_id)),
            clerk_silent_for=clerk,
            past=ticket.day < self._ports.rules.day(self._ports.clock.now()),
        )


def _callback(callback: Callback) -> CallbackClock:
    rings_until = None if callback.rings_until is None else callback.rings_until.timestamp()
    return CallbackClock(callback.id, callback.deadline.timestamp(), rings_until)
