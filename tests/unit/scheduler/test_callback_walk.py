"""Callbacks pressed at random for a long time: what must never happen never does, and every move of the table comes."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta

import pytest

from directory.principal import Principal
from foundation.clock import ManualClock
from foundation.database import Database, WriteSession
from foundation.errors import Refusal
from scheduler.queue_core.callback_life import TRANSITIONS, CallbackState
from scheduler.queue_core.clerk_life import ClerkState, ClerkStatus
from scheduler.queue_core.ticket_life import FINAL, IN_HAND, TicketState
from scheduler.records import Callback, Ticket
from scheduler.store import callbacks, desks, tickets
from scheduler.views import TakeTicket
from tests.support.hall import Hall

STEPS = 1000
CLERKS = ("ada", "ben")
_ACTS = (
    ("take", 6),
    ("ask", 10),
    ("accept", 12),
    ("reject", 1),
    ("answer", 3),
    ("postpone", 4),
    ("wait_again", 2),
    ("cancel", 3),
    ("finish", 6),
    ("rest", 4),
    ("come_back", 3),
    ("time", 10),
)


class Walk:
    """Three workers of a point and two clerks who press what comes to their minds."""

    def __init__(self, hall: Hall, clock: ManualClock, seed: int) -> None:
        self.hall = hall
        self.clock = clock
        self.draw = random.Random(seed)
        self.workers = [hall.worker(name=name) for name in ("wu", "vi", "xu")]
        self.credit: dict[str, datetime] = {}

    async def step(self) -> None:
        act = self.draw.choices([name for name, _ in _ACTS], [weight for _, weight in _ACTS])[0]
        try:
            await getattr(self, act)()
        except Refusal as refusal:
            refusal.sentence("zh-CN")

    async def take(self) -> None:
        taken = await self.hall.reception.take_ticket(self.worker(), TakeTicket(item_id="allowance"))
        async with self.hall.database.read() as session:
            self.credit[taken.id] = (await tickets.ticket(session, taken.id)).credit_from

    async def ask(self) -> None:
        until = self.clock.now() + timedelta(minutes=self.draw.choice((8, 400)))
        await self.hall.callbacks.ask(self.worker(), self.ticket(), until)

    async def accept(self) -> None:
        name = self.draw.choice(CLERKS)
        if offer := (await self.hall.seen(self.hall.clerk(name))).offer:
            await self.hall.desk.accept(self.hall.clerk(name), offer.id)

    async def reject(self) -> None:
        name = self.draw.choice(CLERKS)
        if offer := (await self.hall.seen(self.hall.clerk(name))).offer:
            await self.hall.desk.reject(self.hall.clerk(name), offer.id, "no")

    async def answer(self) -> None:
        worker, ticket_id = self.worker(), await self.ringing()
        await self.hall.callbacks.answer(worker, ticket_id)
        await self.hall.desk.enter_call(worker, ticket_id)

    async def postpone(self) -> None:
        await self.hall.callbacks.postpone(self.worker(), await self.ringing())

    async def wait_again(self) -> None:
        await self.hall.callbacks.wait_again(self.worker(), self.ticket())

    async def cancel(self) -> None:
        await self.hall.reception.cancel(self.worker(), self.draw.choice((self.ticket(), await self.ringing())))

    async def finish(self) -> None:
        name = self.draw.choice(CLERKS)
        desk = await self.hall.seen(self.hall.clerk(name))
        if desk.ticket is not None and desk.ticket.state in ("called", "serving"):
            await self.hall.desk.enter_call(self.worker(), desk.ticket.id)
            await self.hall.desk.finish(self.hall.clerk(name), desk.ticket.id)
            await self.hall.desk.end_wrap_up(self.hall.clerk(name))

    async def time(self) -> None:
        self.clock.advance(self.draw.choice((1, 14, 31, 120, 301)))
        gone = self.draw.choice((*CLERKS, "", "", ""))
        pages = [f"{name}:window" for name in CLERKS if name != gone]
        await self.hall.heartbeat(*pages, *(f"{worker.person_id}:point" for worker in self.workers))
        await self.hall.timers.tick()

    async def rest(self) -> None:
        await self.hall.desk.set_status(self.hall.clerk(self.draw.choice(CLERKS)), ClerkStatus.BREAK)

    async def come_back(self) -> None:
        await self.hall.open(self.draw.choice(CLERKS))

    def worker(self) -> Principal:
        return self.draw.choice(self.workers)

    def ticket(self) -> str:
        """One of the newest."""
        return self.draw.choice([*self.credit][-5:] or ["none"])

    async def ringing(self) -> str:
        async with self.hall.database.read() as session:
            found = await tickets.in_states(session, {TicketState.CALLING_BACK})
        return self.draw.choice(found).id if found else self.ticket()


async def sound(walk: Walk) -> None:
    """A clerk has one ticket, a callback one row, a ticket the credit of before."""
    async with walk.hall.database.read() as session:
        held = await tickets.in_states(session, set(TicketState))
        known, _ = await desks.sorted_out_desks(session)
        rows = (await callbacks.sorted_out_open(session))[0]
    busy = [one for one in held if one.state in IN_HAND | {TicketState.OFFERED}]
    assert len({one.clerk_id for one in busy}) == len(busy) <= len(CLERKS)
    working = {desk.clerk_id for desk in known if desk.state in (ClerkState.RINGING, ClerkState.SERVING)}
    assert working == {one.clerk_id for one in busy}
    of = {row.ticket_id: row for row in rows}
    open_tickets = {one.id: one for one in held if one.is_callback and one.state not in FINAL}
    assert of.keys() == open_tickets.keys()
    for row in rows:
        _fits(row, open_tickets[row.ticket_id], walk.hall.rules.callback_attempts)
    assert {one.id: one.credit_from for one in held} == walk.credit


def _fits(row: Callback, ticket: Ticket, at_most: int) -> None:
    assert (row.state is CallbackState.RINGING) == (ticket.state is TicketState.CALLING_BACK)
    assert (row.rings_until is not None) == (row.state is CallbackState.RINGING)
    assert row.attempts < at_most
    if row.attempts and ticket.state is TicketState.CALLBACK_SCHEDULED:
        assert ticket.not_before is not None


async def test_whatever_is_pressed_it_stays_sound_and_every_move_comes(
    database: Database, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Counter[tuple[CallbackState, CallbackState]] = Counter()
    move = callbacks.move

    async def counted(
        session: WriteSession, former: Callback, state: CallbackState, changes: dict[str, object]
    ) -> Callback:
        moved = await move(session, former, state, changes)
        seen[former.state, state] += 1
        return moved

    monkeypatch.setattr(callbacks, "move", counted)
    walk = Walk(Hall(database, clock), clock, 20)
    await walk.hall.open(*CLERKS)
    for _ in range(STEPS):
        await walk.step()
        await sound(walk)
    assert set(seen) == {(former, state) for former in TRANSITIONS for state in TRANSITIONS[former]}, seen
