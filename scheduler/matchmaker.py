"""The matchmaker: brings waiting tickets and free clerks together.

Any node may match at any time: the plan is read without a lock, each claim is a transaction of its own, and a
claim that comes second changes nothing and is planned again. Within a node one matches at a time, for everybody who
has asked by then: else a hundred who ask at once would each plan all, and take the claims from one another.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from foundation.clock import Clock
from foundation.database import Database, WriteSession
from scheduler.errors import MovedMeanwhile
from scheduler.open_desks import OpenDesks
from scheduler.queue_core import window_life
from scheduler.queue_core.clerk_life import ClerkState, ClerkStatus
from scheduler.queue_core.matching import Clerk, pairs, ticket_for
from scheduler.queue_core.overflow import Queue, Station, Thresholds, Tier, lanes
from scheduler.queue_core.queue import Waiting, ticket_queues
from scheduler.queue_core.ticket_life import IN_LINE
from scheduler.records import DeskRecord, Ticket
from scheduler.rules import Rules
from scheduler.store import desks, tickets
from scheduler.transitions import Transitions

_log = structlog.get_logger("scheduler.matchmaker")
_ROUNDS = 5
# Beside one ticket for each free clerk, so many may stand unseen at the head of a queue that are refused or kept for
# another.
_PASSED_OVER = 20


class Matchmaker:
    """Makes the offers."""

    def __init__(
        self, database: Database, transitions: Transitions, open_desks: OpenDesks, clock: Clock, rules: Rules
    ) -> None:
        self._database = database
        self._transitions = transitions
        self._open_desks = open_desks
        self._clock = clock
        self._rules = rules
        self._asked = 0
        self._matched = 0
        """How many have asked, and for how many of them it is done."""
        self._turn = asyncio.Lock()

    async def match(self) -> int:
        """Offers tickets to free clerks until nobody can be paired; returns the number of offers made.

        Those who ask while it is under way are served together by the next one.
        """
        self._asked += 1
        mine = self._asked
        async with self._turn:
            if self._matched >= mine:
                return 0
            asked = self._asked
            made = await self._match()
            self._matched = asked
        return made

    async def _match(self) -> int:
        made = 0
        for _ in range(_ROUNDS):
            plan = await self._plan()
            claimed = [await self._claim(ticket_id, clerk_id) for ticket_id, clerk_id in plan]
            made += sum(claimed)
            if all(claimed):
                break
        return made

    async def take_for(self, session: WriteSession, desk: DeskRecord) -> Ticket | None:
        """The ticket this clerk gets now, also one refused before; None when nobody waits for this clerk."""
        now = self._clock.now()
        waiting, on_duty = await tickets.heads(session, 1 + _PASSED_OVER, now), await self._open_desks.read(session)
        on_duty = [desk, *(one for one in on_duty if one.clerk_id != desk.clerk_id)]
        clerk = clerks([desk], on_duty, queues_of(waiting), self._rules)[0]
        willing = [replace(as_waiting(one), refused_by=frozenset()) for one in waiting]
        found = ticket_for(clerk, ticket_queues(willing), now.timestamp())
        return None if found is None else await tickets.ticket(session, found.ticket_id)

    async def _plan(self) -> list[tuple[str, str]]:
        now = self._clock.now()
        async with self._database.read() as session:
            # Most often nobody waits, which is the cheapest to ask.
            on_duty = await self._open_desks.read(session) if await tickets.anybody_waits(session, now) else []
            free = [desk for desk in on_duty if _is_free(desk)]
            if not free:
                return []
            waiting = await tickets.heads(session, len(free) + _PASSED_OVER, now)
        found = clerks(free, on_duty, queues_of(waiting), self._rules)
        planned = pairs(ticket_queues(as_waiting(one) for one in waiting), found, now.timestamp())
        return [(pair.waiting.ticket_id, pair.clerk.id) for pair in planned]

    async def _claim(self, ticket_id: str, clerk_id: str) -> bool:
        try:
            async with self._database.write() as session:
                ticket, desk = await tickets.ticket(session, ticket_id), await desks.desk(session, clerk_id)
                if not (ticket.state in IN_LINE and _is_free(desk)):
                    raise MovedMeanwhile
                await self._transitions.offer(session, ticket, desk)
        except MovedMeanwhile:
            _log.info("claim_lost", ticket_id=ticket_id, clerk_id=clerk_id)
            return False
        return True


def is_on_duty(desk: DeskRecord) -> bool:
    """Whether tickets come to this desk, now or when its clerk is free again."""
    return (
        desk.status is ClerkStatus.AVAILABLE
        and desk.window_state in window_life.SERVING
        and desk.state not in (ClerkState.LOST, ClerkState.AWAY_NO_ANSWER)
    )


def clerks(
    wanted: Sequence[DeskRecord], on_duty: Sequence[DeskRecord], queues: Iterable[Queue], rules: Rules
) -> list[Clerk]:
    """The `wanted` desks as the core sees them, with lanes to those of `queues` that they may serve.

    The lanes depend on who else is on duty.
    """
    open_desks = {desk.clerk_id: desk for desk in (*wanted, *(one for one in on_duty if is_on_duty(one)))}
    stations = [Station(desk.clerk_id, desk.path, desk.skills) for desk in open_desks.values()]
    found = lanes(queues, stations, thresholds(rules))
    return [
        Clerk(desk.clerk_id, found[desk.clerk_id], len(desk.skills), desk.state_since.timestamp()) for desk in wanted
    ]


def queues_of(waiting: Iterable[Ticket]) -> list[Queue]:
    """The queues in which these tickets wait, each once."""
    return list(dict.fromkeys(one.queue for one in waiting))


def thresholds(rules: Rules) -> Thresholds:
    """The overflow thresholds of these rules."""
    return {Tier.OWN: 0.0, Tier.NEIGHBOUR: rules.neighbour_after, Tier.DISTRICT: rules.district_after}


def as_waiting(ticket: Ticket) -> Waiting:
    """The ticket as the core sees it."""
    return Waiting(
        ticket.id,
        ticket.queue_id,
        ticket.credit_from.timestamp(),
        ticket.expected_seconds,
        frozenset(ticket.refused_by),
        ticket.kept_for,
        _since(ticket.kept_until),
        _since(ticket.not_before),
    )


def _since(moment: datetime | None) -> float:
    return -math.inf if moment is None else moment.timestamp()


def _is_free(desk: DeskRecord) -> bool:
    return is_on_duty(desk) and desk.state is ClerkState.IDLE
