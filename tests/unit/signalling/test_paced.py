"""Queues, places and calls are shown again to those they concern, when they have changed."""

from __future__ import annotations

import pytest

from foundation.clock import ManualClock
from foundation.database import Database
from scheduler.places import Places
from scheduler.views import TakeTicket
from signalling.paced import Paced
from signalling.protocol.values import Face
from signalling.websocket.registry import Registry
from tests.support.hall import Hall
from tests.unit.signalling.test_registry import Recorded

ALLOWANCE = TakeTicket(item_id="allowance")


class Shown:
    """A hall whose board hears its events, and a connection of each face."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.hall = Hall(database, clock)
        board = self.hall.scheduler.board
        board.follow(self.hall.bus)
        registry = Registry()
        people: list[tuple[str, Face]] = [("wu", "point"), ("xu", "point"), ("ada", "window"), ("sun", "supervisor")]
        self.connections = {name: Recorded(name, face) for name, face in people}
        for connection in self.connections.values():
            registry.join(connection)
        self.paced = Paced(board, Places(board, clock, self.hall.rules), registry)

    async def show(self) -> dict[str, list[str]]:
        """What each connection is to be sent again."""
        assert await self.hall.outbox.deliver()
        await self.paced.show()
        told = {name: connection.topics for name, connection in self.connections.items() if connection.topics}
        for connection in self.connections.values():
            connection.topics = []
        return told


@pytest.fixture
def shown(database: Database, clock: ManualClock) -> Shown:
    return Shown(database, clock)


async def test_a_ticket_that_waits_changes_queues_and_its_own_place_alone(shown: Shown, clock: ManualClock) -> None:
    hall = shown.hall
    await hall.reception.take_ticket(hall.worker(name="wu"), ALLOWANCE)
    assert await shown.show() == {"wu": ["point"], "ada": ["queue"]}
    clock.advance(1)
    await hall.reception.take_ticket(hall.worker("point-2", "xu"), ALLOWANCE)
    assert await shown.show() == {"xu": ["point"], "ada": ["queue"]}
    assert await shown.show() == {}


async def test_a_ticket_that_is_answered_leaves_the_queue_and_joins_the_calls(shown: Shown, clock: ManualClock) -> None:
    hall, ada = shown.hall, shown.hall.clerk("ada")
    first = await hall.reception.take_ticket(hall.worker(name="wu"), ALLOWANCE)
    clock.advance(1)
    await hall.reception.take_ticket(hall.worker("point-2", "xu"), ALLOWANCE)
    await shown.show()
    await hall.open("ada")
    told = await shown.show()
    # The other one is next now, and somebody is on duty who can say how long that takes.
    assert "queue" in told["ada"]
    assert told["xu"] == ["point"]
    offer = (await hall.seen(ada)).offer
    assert offer is not None
    await hall.desk.accept(ada, offer.id)
    assert (await shown.show())["sun"] == ["calls"]
    await hall.desk.enter_call(hall.worker(name="wu"), first.id)
    await hall.desk.finish(ada, first.id)
    assert (await shown.show())["sun"] == ["calls"]
