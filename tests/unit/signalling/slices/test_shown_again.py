"""Pages are shown again what has changed, and only those whom it concerns; queues and places together."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from directory.catalogue import Catalogue
from directory.principal import Principal
from document_relay.summaries import Summary
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.listeners import Listeners
from scheduler.places import Places
from scheduler.views import TakeTicket, TicketView
from signalling.identity.faces import Face
from signalling.slices import callbacks, desks, tickets
from signalling.slices.callbacks.views import show_callbacks
from signalling.slices.desks.cards import QueueCards
from signalling.slices.desks.events import show_queue_again
from signalling.slices.tickets.cards import TicketCards
from signalling.slices.tickets.clerk_messages import ClerkMessages
from signalling.slices.tickets.events import show_moved
from signalling.slices.tickets.openings import Openings
from signalling.transport.bound import Bound
from signalling.transport.websocket.pace import Pace
from signalling.transport.websocket.readers import Readers
from signalling.transport.websocket.registry import Registry
from tests.support.hall import Hall
from tests.unit.scheduler.test_callbacks import visitor
from tests.unit.signalling.transport.websocket.test_registry import Recorded

ALLOWANCE = TakeTicket(item_id="allowance")


async def no_case(_ticket_id: str) -> None:
    """The hall has no case files."""


async def no_note(_ticket_id: str, _who: tuple[str, str], _act: str, **_fields: str) -> None:
    """The hall has no case files."""


async def no_opened(_ticket: TicketView) -> str:
    """As above."""
    return ""


async def no_summary(_principal: Principal, _case_id: str, _summary: Summary) -> str:
    return ""


async def no_organisation(_visitor_id: str) -> str:
    """Nobody comes to the hall by a link."""
    return ""


class Shown:
    """A hall whose board hears its events, the slices that follow it, and a connection of each face."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.hall = Hall(database, clock)
        board = self.hall.scheduler.board
        board.follow(self.hall.bus)
        self.registry = Registry()
        people: list[tuple[str, Face]] = [("wu", "point"), ("xu", "point"), ("ada", "window"), ("sun", "supervisor")]
        self.connections = {name: Recorded(name, face) for name, face in people}
        for connection in self.connections.values():
            self.registry.join(connection)
        catalogue, places = Catalogue(database), Places(board, clock, self.hall.rules)
        cards = TicketCards(catalogue, self.hall.reception, places)
        self.session_changes: Listeners[TicketView] = Listeners()
        self.tickets = tickets.Parts(
            bus=self.hall.bus,
            reception=self.hall.reception,
            desk=self.hall.desk,
            board=board,
            places=places,
            facts=self.hall.catalogue,
            catalogue=catalogue,
            registry=self.registry,
            pace=Pace(),
            cards=cards,
            told=ClerkMessages(),
            openings=Openings(board.is_reached, lambda _: None),
            open_case=no_opened,
            note=no_case,
            history_of=no_case,
            damaged=database.damaged,
            clock=clock,
            zone=ZoneInfo("Asia/Shanghai"),
            session_of=lambda _: None,
            case_of=no_case,
            still_of=lambda _: None,
            halls_of=lambda _: [],
            organisation_of=no_organisation,
            session_changes=self.session_changes,
            still_changes=Listeners(),
            hall_changes=Listeners(),
        )
        self.desks = desks.Parts(
            note=no_note,
            summarise=no_summary,
            bus=self.hall.bus,
            desk=self.hall.desk,
            board=board,
            callbacks=self.hall.callbacks,
            catalogue=catalogue,
            clock=clock,
            time_zone="Asia/Shanghai",
            registry=self.registry,
            pace=Pace(),
            cards=QueueCards(catalogue, cards.applicant),
            card_of=cards.card,
            handover_of=lambda _: None,
            session_of=lambda _: None,
            case_of=no_case,
            session_changes=self.session_changes,
        )
        for one in (Bound(tickets.SLICE, self.tickets), Bound(desks.SLICE, self.desks)):
            one.follow()

    async def show(self) -> dict[str, list[str]]:
        """What each connection is to be sent again, in a second in which what is paced is shown."""
        assert await self.hall.outbox.deliver()
        if self.desks.pace.take():
            await show_queue_again(self.desks)
        if self.tickets.pace.take():
            await show_moved(self.tickets)
        told = {name: sorted(set(one.topics)) for name, one in self.connections.items() if one.topics}
        for connection in self.connections.values():
            connection.topics = []
        return told


@pytest.fixture
def shown(database: Database, clock: ManualClock) -> Shown:
    return Shown(database, clock)


async def test_a_ticket_that_waits_changes_queues_and_its_own_page_alone(shown: Shown, clock: ManualClock) -> None:
    hall = shown.hall
    await hall.reception.take_ticket(hall.worker(name="wu"), ALLOWANCE)
    assert await shown.show() == {"wu": ["point"], "ada": ["queue"]}
    clock.advance(1)
    await hall.reception.take_ticket(hall.worker("point-2", "xu"), ALLOWANCE)
    assert await shown.show() == {"xu": ["point"], "ada": ["queue"]}


async def test_a_callback_that_is_given_up_leaves_the_queues(shown: Shown) -> None:
    hall, wu = shown.hall, shown.hall.worker(name="wu")
    ticket = await hall.reception.take_ticket(wu, ALLOWANCE)
    await hall.callbacks.ask(wu, ticket.id)
    await shown.show()
    await hall.reception.cancel(wu, ticket.id)
    assert (await shown.show())["ada"] == ["queue"]


async def test_a_place_in_a_list_of_callbacks_is_shown_every_ten_seconds_at_most(
    shown: Shown, clock: ManualClock
) -> None:
    hall, xu = shown.hall, shown.hall.worker("point-2", "xu")
    first = await hall.reception.take_ticket(hall.worker(name="wu"), ALLOWANCE)
    clock.advance(1)
    ticket = await hall.reception.take_ticket(xu, ALLOWANCE)
    await hall.callbacks.ask(xu, ticket.id)
    assert "callbacks" in (await shown.show())["xu"]
    clock.advance(1)
    await hall.reception.cancel(hall.worker(name="wu"), first.id)
    assert "callbacks" not in (await shown.show())["xu"], "a moment ago"
    clock.advance(10)
    await show_moved(shown.tickets)
    assert "callbacks" in shown.connections["xu"].topics


async def test_a_visitor_is_not_noted_among_the_readers_of_callbacks(shown: Shown) -> None:
    hall = shown.hall
    parts = callbacks.Parts(
        callbacks=hall.callbacks,
        board=hall.scheduler.board,
        registry=shown.registry,
        readers=Readers(),
        card_of=shown.tickets.cards.card,
        ticket_of=hall.reception.ticket,
        open_case=no_opened,
        note=no_note,
    )
    await show_callbacks(parts, hall.worker(name="wu"), "")
    await show_callbacks(parts, visitor(), "")
    assert parts.readers.everybody() == [hall.worker(name="wu").person_id]


async def test_a_ticket_that_is_answered_moves_those_behind_it(shown: Shown, clock: ManualClock) -> None:
    hall, ada = shown.hall, shown.hall.clerk("ada")
    await hall.reception.take_ticket(hall.worker(name="wu"), ALLOWANCE)
    clock.advance(1)
    await hall.reception.take_ticket(hall.worker("point-2", "xu"), ALLOWANCE)
    await shown.show()
    await hall.open("ada")
    told = await shown.show()
    # The other one is next now, and somebody is on duty who can say how long that takes.
    assert told["ada"] == ["desk", "queue"]
    assert told["xu"] == ["point"]
    offer = (await hall.seen(ada)).offer
    assert offer is not None
    await hall.desk.accept(ada, offer.id)
    assert "wu" in await shown.show()


async def test_who_shows_a_session_is_shown_it_again(shown: Shown) -> None:
    hall = shown.hall
    ticket = await hall.reception.take_ticket(hall.worker(name="wu"), ALLOWANCE)
    await shown.show()
    shown.session_changes.tell(ticket)
    assert shown.connections["wu"].topics == ["point"]
