"""Places and waiting times of everybody who waits, worked out together."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Iterable, Mapping, Sequence

from foundation.clock import Clock
from scheduler.board import Board
from scheduler.matchmaker import as_waiting, clerks, is_on_duty, queues_of
from scheduler.ports import ItemFacts, SiteFacts
from scheduler.queue_core.matching import Clerk
from scheduler.queue_core.overflow import Queue
from scheduler.queue_core.queue import Waiting, ticket_queues
from scheduler.queue_core.waiting import Hall, Range, Server, lognormal, queue_length_range, ranges
from scheduler.records import Ticket, queue_id
from scheduler.rules import Rules
from scheduler.views import Place

_REPLICAS = range(30, 101)
_DRAWN_PAIRS = 150_000
"""So many pairs of a ticket and a clerk are drawn: a full hall has fewer replicas, and takes no longer."""
_SIMULATED_AT_MOST = 150
_VARIATION = 0.8
# The same draws at every turn: a quoted time moves because the hall did, not because the dice did.
_SEED = 20
_NEWCOMER = "newcomer"


class Places:
    """Answers how far a ticket is from its turn."""

    def __init__(self, board: Board, clock: Clock, rules: Rules) -> None:
        self._board = board
        self._clock = clock
        self._rules = rules
        self._known: Mapping[str, Place] = {}
        self._simulating = asyncio.Lock()
        """One simulation runs at a time: several take as long together, and the first is there sooner."""

    def place(self, ticket_id: str) -> Place | None:
        """The ticket's place when places were last worked out; None for one that did not wait then."""
        return self._known.get(ticket_id)

    async def work_out(self) -> list[str]:
        """Works places and waiting times out anew; the tickets for which they are others than before."""
        async with self._simulating:
            tickets, now = self._board.waiting(), self._clock.now().timestamp()
            waiting, servers = [as_waiting(one) for one in tickets], self._servers(queues_of(tickets), now)
            former, self._known = self._known, await work_out(waiting, servers, now)
        return [ticket_id for ticket_id, place in self._known.items() if former.get(ticket_id) != place]

    async def expected(self, item: ItemFacts, home: SiteFacts) -> Place:
        """The place of somebody who would take a ticket for this item now."""
        queue = Queue(queue_id(home.id, item.department_id), home.path, item.department_id)
        async with self._simulating:
            tickets, now = self._board.waiting(), self._clock.now().timestamp()
            newcomer = Waiting(_NEWCOMER, queue.id, now, item.expected_minutes * 60.0)
            servers = self._servers(dict.fromkeys([*queues_of(tickets), queue]), now)
            waiting = [*map(as_waiting, tickets), newcomer]
            return (await work_out(waiting, servers, now))[_NEWCOMER]

    def _servers(self, queues: Iterable[Queue], now: float) -> list[Server]:
        duty = [desk for desk in self._board.desks() if is_on_duty(desk)]
        on_duty = clerks(duty, duty, queues, self._rules)
        return _servers(on_duty, self._board.tickets_in_hand(), now)


async def work_out(waiting: Sequence[Waiting], servers: Sequence[Server], now: float) -> dict[str, Place]:
    """Ticket id → place: by simulation, or for a very full hall by the lengths of the queues."""
    positions = _positions(waiting, now)
    if len(waiting) > _SIMULATED_AT_MOST:
        found = _by_length(waiting, servers)
    else:
        found = ranges(waiting, await _simulated(waiting, servers, now))
    return {ticket_id: _place(position, found[ticket_id]) for ticket_id, position in positions.items()}


async def _simulated(waiting: Sequence[Waiting], servers: Sequence[Server], now: float) -> list[dict[str, float]]:
    hall = Hall(waiting, servers, now)
    affordable = _DRAWN_PAIRS // max(1, len(waiting) * len(servers))
    # Not in a thread: one that computes makes the loop wait for the interpreter at each of its calls to the system.
    sample = lognormal(random.Random(_SEED).random, _VARIATION)  # noqa: S311 - a simulation
    drawn = []
    for _ in range(min(max(affordable, _REPLICAS[0]), _REPLICAS[-1])):
        drawn.append(hall.waits(sample))
        await asyncio.sleep(0)
    return drawn


def _positions(waiting: Sequence[Waiting], now: float) -> dict[str, int]:
    """Who is to be called back only later has a place and is in nobody's way."""
    found: dict[str, int] = {}
    for queue in ticket_queues(waiting).values():
        ahead = 0
        for one in queue:
            found[one.ticket_id] = ahead + 1
            ahead += one.not_before <= now
    return found


def _by_length(waiting: Sequence[Waiting], servers: Sequence[Server]) -> dict[str, Range]:
    # Everybody of higher credit whom the same clerks may serve is ahead; a clerk shared with others counts whole.
    order = sorted(waiting, key=lambda one: (one.credit_from, one.ticket_id))
    able = {
        queue_id: [server for server in servers if queue_id in server.clerk.lanes]
        for queue_id in {one.queue_id for one in order}
    }
    shared = {queue_id: {other for server in able[queue_id] for other in server.clerk.lanes} for queue_id in able}
    ahead = dict.fromkeys(able, 0)
    found: dict[str, Range] = {}
    for one in order:
        found[one.ticket_id] = queue_length_range(ahead[one.queue_id], one.service, len(able[one.queue_id]))
        for other in ahead:
            ahead[other] += one.queue_id in shared[other]
    return found


def _servers(on_duty: Sequence[Clerk], busy: Sequence[Ticket], now: float) -> list[Server]:
    held = {ticket.clerk_id: ticket for ticket in busy}
    servers = []
    for clerk in sorted(on_duty, key=lambda one: (one.breadth, one.idle_since)):
        ticket = held.get(clerk.id)
        if ticket is None:
            servers.append(Server(clerk))
        else:
            elapsed = max(0.0, now - ticket.state_since.timestamp())
            servers.append(Server(clerk, ticket.expected_seconds, elapsed))
    return servers


def _place(position: int, wait: Range) -> Place:
    if math.isinf(wait.p50):
        return Place(position=position, low_minutes=None, high_minutes=None)
    low = math.floor(wait.p50 / 60.0)
    high = max(low + 1, math.ceil(wait.p90 / 60.0)) if math.isfinite(wait.p90) else None
    return Place(position=position, low_minutes=low, high_minutes=high)
