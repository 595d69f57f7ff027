"""Whoever hears of an event twice, or late, ends with the same rows and histories as who heard all in order."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select

from document_relay.events import CASE_EVENTS
from document_relay.store.tables import CaseRow
from foundation.events import Bus, E, Event, Handler, LocalBus, Unheard
from scheduler.events import SCHEDULER_EVENTS
from scheduler.store.tables import TicketRow
from tests.integration.signalling.test_callbacks import TAKEN, opened
from tests.integration.signalling.test_consultations import asked_is, colleague_of
from tests.support.recorded_call import recorded_call
from tests.support.served import Served, served

_PATIENCE_SECONDS = 30.0
Told = dict[str, tuple[tuple[Any, ...], Counter[str]]]
"""By ticket's number: the rows of the ticket and its case, and how often each act stands in the case's history."""


class Late:
    """A bus on a bad day: some do not hear of an event at first, and are told later; everybody else hears it twice."""

    def __init__(self, bus: LocalBus, seed: int) -> None:
        self._bus = bus
        self._random = random.Random(seed)

    def subscribe(self, kind: type[E], handler: Handler[E]) -> Callable[[], None]:
        return self._bus.subscribe(kind, handler)

    async def publish(self, event: Event, to: Sequence[Handler[Any]] | None = None) -> None:
        told = list(self._bus._handlers[type(event)] if to is None else to)
        lost = [one for one in told if to is None and self._random.random() < 0.5]
        for _ in range(2):
            await self._bus.publish(event, [one for one in told if one not in lost])
        if lost:
            raise Unheard.of(event, [(one, RuntimeError("told later")) for one in lost])


async def used(site: Served, http: aiohttp.ClientSession, *, in_order: bool) -> None:
    """A call that goes from one clerk to another and is finished, and a callback that is asked for and given up."""
    async with recorded_call(site, 20.0) as call:
        await call.begin(consent=False)
        async with colleague_of(call) as other:
            await call.window.page.do("ask_colleague", ticket_id=call.session_id, staff_id="staff-clerk002")
            identifier = await other.answer(accept=True)
            await asked_is(call, "joined")
            if in_order:
                await settled(site)
            await call.window.page.do("hand_over", consultation_id=identifier)
            await other.page.see("desk", ticket__ticket_id=call.session_id)
            point = await opened(site, http, "point002")
            waits = (await point.do("take_ticket", **TAKEN))["ticket_id"]
            await has_case(site, waits)
            await point.do("request_callback", ticket_id=waits)
            await point.do("wait_again", ticket_id=waits)
            await point.do("cancel_ticket", ticket_id=waits)
            await other.page.do("finish_ticket", ticket_id=call.session_id)
            await settled(site)


async def has_case(site: Served, ticket_id: str) -> None:
    """Waits until the case is there that the acts of the ticket are noted in."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while await site.features.documents.case_files.of_ticket(ticket_id) is None:
            await asyncio.sleep(0.05)


async def settled(site: Served) -> None:
    """Waits until everybody has heard everything."""
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while await site.features.ground.outbox.oldest() is not None:
            await asyncio.sleep(0.05)


async def told(site: Served) -> Told:
    found: Told = {}
    async with site.features.ground.database.read() as session:
        rows = (
            await session.execute(select(TicketRow, CaseRow).join(CaseRow, CaseRow.ticket_id == TicketRow.id))
        ).all()
    for ticket, case in rows:
        history = (await site.features.documents.case_files.whole(case.id)).history
        row = (ticket.state, ticket.clerk_id, case.state, case.clerk_id, case.worker_id, case.left_at is None)
        found[ticket.number] = row, Counter(entry.act for entry in history)
    return found


def recorded(bus: Bus) -> list[Event]:
    """Everything that is told from now on."""
    heard: list[Event] = []

    async def hear(event: Event) -> None:
        heard.append(event)

    for kind in (*SCHEDULER_EVENTS, *CASE_EVENTS):
        bus.subscribe(kind, hear)
    return heard


async def test_events_heard_again_and_late_change_nothing(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    async with served(tmp_path / "plain", wrap_up_seconds=0.0) as site:
        heard = recorded(site.features.ground.bus)
        await used(site, http, in_order=True)
        plain = await told(site)
        assert [rows[3] for rows, _ in plain.values()] == ["staff-clerk002", None]
        order = random.Random(1)
        for _ in range(3):
            # All of what a killed process had told and not noted, in the order of no day.
            for event in order.sample(heard, len(heard)):
                await site.features.ground.bus.publish(event)
        await settled(site)
        assert await told(site) == plain
    async with served(tmp_path / "late", wrap_up_seconds=0.0) as site:
        bus = site.features.ground.bus
        assert isinstance(bus, LocalBus)
        site.features.ground.outbox._bus = Late(bus, seed=1)
        await used(site, http, in_order=False)
        late = await told(site)
    assert {number: rows for number, (rows, _) in late.items()} == {number: rows for number, (rows, _) in plain.items()}
    for number, (_, acts) in late.items():
        # Of who had the case for less time than its event took to come, the history says nothing.
        missing = plain[number][1] - acts
        assert not acts - plain[number][1], number
        assert missing.keys() <= {"clerk_assigned"}, missing
