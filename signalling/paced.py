"""What many pages show and much changes: queues, places and calls are shown again at most once a second."""

from __future__ import annotations

import asyncio

from scheduler.board import Board
from scheduler.places import Places
from scheduler.queue_core.ticket_life import IN_HAND, TicketState
from scheduler.records import Ticket
from signalling.websocket.registry import Registry

_REST_SECONDS = 1.0
_AGE_SECONDS = 3.0
"""While somebody waits, the waiting times are worked out again after that, though nothing has changed."""


class Paced:
    """Follows the board; `run` invalidates what has changed."""

    def __init__(self, board: Board, places: Places, registry: Registry) -> None:
        self._board = board
        self._places = places
        self._registry = registry
        self._changed = asyncio.Event()
        self._queues = False
        self._calls = False
        board.on_ticket(self._ticket_changed)
        board.on_desk(self._desk_changed)

    def calls_changed(self) -> None:
        """Has the lists of calls shown again."""
        self._calls = True
        self._changed.set()

    async def run(self) -> None:
        """Shows what has changed, for ever: the first change at once, what follows within a second together."""
        while True:
            await self._wait()
            await self.show()
            await asyncio.sleep(_REST_SECONDS)

    async def show(self) -> None:
        """Invalidates the queues and calls that have changed, and the pages whose place is another."""
        queues, calls = self._queues, self._calls
        self._queues = self._calls = False
        self._changed.clear()
        if queues:
            self._registry.invalidate_face("window", "queue")
        if calls:
            self._registry.invalidate_face("supervisor", "calls")
        moved = [self._board.ticket(ticket_id) for ticket_id in await self._places.work_out()]
        self._registry.invalidate([ticket.worker_id for ticket in moved if ticket is not None], "point")

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_AGE_SECONDS if self._board.waiting() else None):
                await self._changed.wait()
        except TimeoutError:
            return

    def _ticket_changed(self, former: Ticket | None, now: Ticket) -> None:
        states = {now.state} if former is None else {former.state, now.state}
        self._queues |= TicketState.WAITING in states
        self._calls |= not IN_HAND.isdisjoint(states)
        self._changed.set()

    def _desk_changed(self, clerk_id: str) -> None:
        # Its window may be another, and who is on duty says how long people wait.
        self._registry.invalidate([clerk_id], "queue")
        self._changed.set()
