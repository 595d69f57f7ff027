"""Anything anybody may do, in any order, on a real database: what must never happen never does."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from foundation.clock import ManualClock
from foundation.database import Base, Database
from foundation.errors import Refusal
from scheduler.board import Board
from scheduler.open_desks import OpenDesks
from scheduler.queue_core import ticket_life
from scheduler.queue_core.callback_life import CallbackState
from scheduler.queue_core.clerk_life import ClerkState, ClerkStatus
from scheduler.queue_core.ticket_life import FINAL, IN_HAND, TicketState
from scheduler.records import Callback, DeskRecord, Ticket
from scheduler.store import callbacks, desks, tickets
from scheduler.views import TakeTicket
from tests.support.hall import Hall

T = TypeVar("T")
CLERKS = ("ada", "ben", "dora")
POINTS = (("point-1", "wu"), ("point-1", "vi"), ("point-2", "xu"), ("point-3", "zu"))


class TicketMachine(RuleBasedStateMachine):
    """Four workers and three clerks press whatever they like; refusals are fine, broken promises are not."""

    @initialize()
    def start(self) -> None:
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database.open(f"sqlite:///{Path(self.folder.name) / 'hall.db'}")
        self.clock = ManualClock()
        self.hall = Hall(self.database, self.clock)
        self.run(self._create())
        self.hall.scheduler.board.follow(self.hall.bus)
        self.known: list[str] = []
        self.credit: dict[str, datetime] = {}

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.run(self.database.close())
            self.runner.close()
            self.folder.cleanup()

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(doing)

    def attempt(self, doing: Coroutine[Any, Any, T]) -> T | None:
        try:
            return self.run(doing)
        except Refusal as refusal:
            # The sentences fill their places, whatever was refused.
            refusal.sentence("zh-CN")
            refusal.sentence("en")
            return None

    async def _create(self) -> None:
        async with self.database.write() as session:
            await session.run_sync(lambda inner: Base.metadata.create_all(inner.connection()))

    @rule(point=st.sampled_from(POINTS), grant=st.sampled_from([(), ("over_70",), ("disabled", "veteran")]))
    def take(self, point: tuple[str, str], grant: tuple[str, ...]) -> None:
        request = TakeTicket(item_id="allowance", grants=grant)
        taken = self.attempt(self.hall.reception.take_ticket(self.hall.worker(*point), request))
        if taken is not None:
            self.known.append(taken.id)
            self.credit[taken.id] = self.run(self._history(taken.id))[0].credit_from

    @rule(name=st.sampled_from(CLERKS))
    def open_window(self, name: str) -> None:
        self.attempt(self.hall.desk.open_window(self.hall.clerk(name), f"window-{name}"))

    @rule(name=st.sampled_from(CLERKS), answer=st.sampled_from(["accept", "reject"]))
    def answer(self, name: str, answer: str) -> None:
        clerk = self.hall.clerk(name)
        view = self.run(self.hall.desk_of(clerk))
        if view is not None and view.offer is not None:
            if answer == "accept":
                self.attempt(self.hall.desk.accept(clerk, view.offer.id))
            else:
                self.attempt(self.hall.desk.reject(clerk, view.offer.id, "no"))

    @rule(
        name=st.sampled_from(CLERKS),
        action=st.sampled_from(["call_next", "end_wrap_up", "close_window"]),
    )
    def clerk_acts(self, name: str, action: str) -> None:
        self.attempt(getattr(self.hall.desk, action)(self.hall.clerk(name)))

    @rule(
        name=st.sampled_from(CLERKS),
        action=st.sampled_from(["recall", "no_show", "hold", "resume", "finish"]),
        late=st.booleans(),
        data=st.data(),
    )
    def clerk_acts_on_ticket(self, name: str, action: str, late: bool, data: st.DataObject) -> None:
        view = self.run(self.hall.desk_of(self.hall.clerk(name)))
        in_hand = view.ticket.id if view is not None and view.ticket is not None else None
        ticket_id = data.draw(st.sampled_from(self.known)) if late and self.known else in_hand
        if ticket_id is not None:
            done = self.attempt(getattr(self.hall.desk, action)(self.hall.clerk(name), ticket_id))
            assert done is None or ticket_id == in_hand

    @rule(name=st.sampled_from(CLERKS), to=st.sampled_from([*CLERKS, "town-1", "town-2", "district"]), data=st.data())
    def give_on(self, name: str, to: str, data: st.DataObject) -> None:
        view = self.run(self.hall.desk_of(self.hall.clerk(name)))
        if view is None or view.ticket is None:
            return
        clerk, former = self.hall.clerk(name), view.ticket
        if to in CLERKS:
            self.attempt(self.hall.transfers.to_clerk(clerk, former.id, to))
        else:
            department = data.draw(st.sampled_from(["civil", "tax"]))
            self.attempt(self.hall.transfers.to_queue(clerk, former.id, to, department))
        given = self.run(self.hall.reception.ticket(former.id))
        assert (given.number, given.taken_at) == (former.number, former.taken_at)

    @rule(name=st.sampled_from(CLERKS), joins=st.booleans(), wrap_up=st.booleans())
    def consulted(self, name: str, joins: bool, wrap_up: bool) -> None:
        self.attempt(self.hall.desk.reserve(name) if joins else self.hall.desk.release(name, wrap_up=wrap_up))

    @rule(name=st.sampled_from(CLERKS), to=st.sampled_from(CLERKS))
    def hand_over(self, name: str, to: str) -> None:
        view = self.run(self.hall.desk_of(self.hall.clerk(name)))
        if view is not None and view.ticket is not None:
            self.attempt(self.hall.desk.reserve(to))
            self.attempt(self.hall.transfers.hand_over(self.hall.clerk(name), view.ticket.id, to))

    @rule(name=st.sampled_from(CLERKS), status=st.sampled_from(ClerkStatus))
    def choose_status(self, name: str, status: ClerkStatus) -> None:
        self.attempt(self.hall.desk.set_status(self.hall.clerk(name), status))

    @rule(
        point=st.sampled_from(POINTS),
        action=st.sampled_from(["enter", "leave", "cancel", "reinstate"]),
        data=st.data(),
    )
    def point_acts(self, point: tuple[str, str], action: str, data: st.DataObject) -> None:
        if not self.known:
            return
        worker, ticket_id = self.hall.worker(*point), data.draw(st.sampled_from(self.known))
        doing = {
            "enter": self.hall.desk.enter_call,
            "leave": self.hall.reception.leave,
            "cancel": self.hall.reception.cancel,
            "reinstate": self.hall.desk.reinstate,
        }[action]
        self.attempt(doing(worker, ticket_id))

    @rule(
        point=st.sampled_from(POINTS),
        action=st.sampled_from(["ask", "ask", "answer", "postpone", "wait_again"]),
        data=st.data(),
    )
    def called_back(self, point: tuple[str, str], action: str, data: st.DataObject) -> None:
        if self.known:
            ticket_id = data.draw(st.sampled_from(self.known))
            self.attempt(getattr(self.hall.callbacks, action)(self.hall.worker(*point), ticket_id))

    @rule(lost=st.booleans(), data=st.data())
    def link(self, lost: bool, data: st.DataObject) -> None:
        if self.known:
            ticket_id = data.draw(st.sampled_from(self.known))
            self.attempt(self.hall.desk.link_lost(ticket_id) if lost else self.hall.desk.link_back(ticket_id))

    @rule(seconds=st.sampled_from([1, 10, 16, 30, 100, 301]), beating=st.sets(st.sampled_from(CLERKS)))
    def time_passes(self, seconds: int, beating: set[str]) -> None:
        self.clock.advance(seconds)
        self.run(self.hall.heartbeat(*(f"{name}:window" for name in beating), *(f"{name}:point" for _, name in POINTS)))
        self.run(self.hall.timers.tick())

    @invariant()
    def ticket_clerk_and_offer_agree(self) -> None:
        if not hasattr(self, "runner"):
            return
        held, on_duty, ringing = self.run(self._picture())
        by_clerk: dict[str, Ticket] = {}
        for ticket in held:
            if ticket.state in IN_HAND | {TicketState.OFFERED}:
                assert ticket.clerk_id is not None
                assert ticket.clerk_id not in by_clerk
                by_clerk[ticket.clerk_id] = ticket
            elif ticket.state is TicketState.WAITING:
                assert ticket.clerk_id is None
            assert ticket.state is not TicketState.TRANSFERRED, "nobody sees it between two places"
            if ticket.kept_for is not None and ticket.state is TicketState.OFFERED and self._is_kept(ticket):
                assert ticket.clerk_id == ticket.kept_for
        for desk in on_duty:
            ticket_of_clerk = by_clerk.get(desk.clerk_id)
            assert (desk.state is ClerkState.SERVING) == (
                ticket_of_clerk is not None and ticket_of_clerk.state in IN_HAND
            )
            assert (desk.state is ClerkState.RINGING) == (ringing.get(desk.clerk_id) is not None)
        offered = {ticket.clerk_id: ticket.id for ticket in held if ticket.state is TicketState.OFFERED}
        assert offered == ringing

    @invariant()
    def who_is_called_back_has_one_callback_and_the_credit_of_before(self) -> None:
        if not hasattr(self, "runner"):
            return
        held, open_ones = self.run(self._callbacks())
        asked = {one.ticket_id: one for one in open_ones}
        assert len(asked) == len(open_ones)
        called_back = {one.id: one for one in held if one.is_callback and one.state not in FINAL}
        assert called_back.keys() == asked.keys()
        for ticket in held:
            assert ticket.credit_from == self.credit[ticket.id]
            rings = ticket.id in asked and asked[ticket.id].state is CallbackState.RINGING
            assert (ticket.state is TicketState.CALLING_BACK) == rings
            if ticket.state is TicketState.CALLBACK_SCHEDULED:
                assert ticket.id in asked
        assert all(one.attempts < self.hall.rules.callback_attempts for one in open_ones)

    @invariant()
    def periods_join_without_gaps_and_follow_the_table(self) -> None:
        for ticket_id in getattr(self, "known", ()):
            ticket, periods = self.run(self._history(ticket_id))
            moment, state = ticket.taken_at, TicketState.WAITING
            for period in periods:
                assert (period.began_at, period.state) == (moment, state)
                ticket_life.check(TicketState(period.state), TicketState(period.next_state))
                moment, state = period.ended_at, TicketState(period.next_state)
            assert (ticket.state_since, ticket.state) == (moment, state)
            assert ticket.version == len(periods) + 1

    @invariant()
    def the_board_kept_by_events_is_the_one_read_anew(self) -> None:
        if hasattr(self, "runner"):
            kept, read = self.run(self._boards())
            for worker in (name for _, name in POINTS):
                assert kept.current(worker) == read.current(worker)
                assert kept.last_of_worker(worker) == read.last_of_worker(worker)
            for clerk in CLERKS:
                assert kept.desk(clerk) == read.desk(clerk)
                assert kept.queue(clerk) == read.queue(clerk)
                assert kept.served_today(clerk) == read.served_today(clerk)

    def _is_kept(self, ticket: Ticket) -> bool:
        return ticket.kept_until is not None and ticket.state_since < ticket.kept_until

    async def _boards(self) -> tuple[Board, Board]:
        assert await self.hall.outbox.deliver()
        return self.hall.scheduler.board, await self.hall.board()

    async def _picture(self) -> tuple[list[Ticket], list[DeskRecord], dict[str, str]]:
        async with self.database.read() as session:
            held = await tickets.in_states(session, set(TicketState))
            on_duty = await OpenDesks().read(session)
            ringing = {offer.clerk_id: offer.ticket_id for offer in await desks.open_offers(session)}
        return held, on_duty, ringing

    async def _callbacks(self) -> tuple[list[Ticket], list[Callback]]:
        async with self.database.read() as session:
            return await tickets.in_states(session, set(TicketState)), (await callbacks.sorted_out_open(session))[0]

    async def _history(self, ticket_id: str) -> tuple[Ticket, list[Any]]:
        async with self.database.read() as session:
            return await tickets.ticket(session, ticket_id), await tickets.periods(session, ticket_id)


# Without shrinking, which replays the hall for minutes; take the phases out to see a shorter story of a failure.
TicketMachine.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
TestTicketMachine = TicketMachine.TestCase
