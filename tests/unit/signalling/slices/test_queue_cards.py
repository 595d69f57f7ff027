"""The cards of a queue are built once for all who see it, and anew when it changes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from directory.catalogue import Catalogue
from directory.demonstration import seed
from foundation.database import Database
from foundation.vault import SealBroken
from scheduler.board import Waiting
from scheduler.views import TicketView
from signalling.slices.desks.cards import QueueCards
from tests.unit.directory.conftest import QUICK

NOW = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)


def one(number: int) -> Waiting:
    ticket = TicketView(
        id=f"t-{number}",
        visit_id="v",
        number=f"A{number:03}",
        channel="remote",
        item_id="item-001",
        department_id="civil",
        site_id="town-01",
        home_id="town-01",
        worker_id="wu",
        clerk_id=None,
        window_id=None,
        window_name=None,
        state="waiting",
        reason=None,
        state_since=NOW,
        taken_at=NOW,
        calls=0,
        data_key=b"",
        answers=b"",
        handover=None,
        kept_for=None,
        grace_until=None,
    )
    return Waiting(ticket, NOW, ("over_70",))


def name_of(ticket: TicketView) -> str:
    if ticket.id == "t-13":
        raise SealBroken
    return f"name {ticket.id}"


@pytest.fixture
async def cards(database: Database) -> QueueCards:
    await seed(database, QUICK)
    catalogue = Catalogue(database)
    await catalogue.load()
    return QueueCards(catalogue, name_of)


async def test_who_sees_the_same_queue_shares_its_cards(cards: QueueCards) -> None:
    queue = [one(1), one(2)]
    built = cards.of(queue)
    assert cards.of(queue) is built
    assert [card.number for card in built.values()] == ["A001", "A002"]
    assert built["t-1"].credit_reasons == ["over_70"]


async def test_a_damaged_ticket_stands_without_its_name(cards: QueueCards) -> None:
    built = cards.of([one(12), one(13)])
    assert [card.applicant_name for card in built.values()] == ["name t-12", ""]


async def test_another_list_is_another_queue_though_it_is_as_long(cards: QueueCards) -> None:
    assert list(cards.of([one(1)])) == ["t-1"]
    # Each of these lists is gone before the next one is made; none may be taken for another.
    assert [list(cards.of([one(number)])) for number in range(200)] == [[f"t-{number}"] for number in range(200)]


async def test_a_long_queue_has_its_first_fifty_cards(cards: QueueCards) -> None:
    assert len(cards.of([one(number) for number in range(80)])) == 50
