"""A start takes out of the hall what is damaged, and everybody else is served on."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from foundation.database import Database
from scheduler.views import TakeTicket
from tests.support.hall import Hall
from tests.unit.scheduler.test_callbacks import asked, visitor

Told = list[tuple[str, str, str]]
TAKE = TakeTicket(item_id="allowance")


@pytest.fixture
def told(database: Database) -> Told:
    found: Told = []

    def listen(kind: str, identifier: str, problem: Exception | str) -> None:
        found.append((kind, identifier, problem if isinstance(problem, str) else type(problem).__name__))

    database.on_damaged(listen)
    return found


async def change(database: Database, statement: str) -> None:
    async with database.write() as session:
        await session.execute(text(statement))


@pytest.mark.both_databases
async def test_an_undamaged_hall_is_left_as_it_is(hall: Hall, told: Told) -> None:
    await hall.open("ada", "ben")
    for worker in ("wu", "xu"):
        await hall.reception.take_ticket(hall.worker(name=worker), TAKE)
    before = [await hall.seen(hall.clerk(name)) for name in ("ada", "ben")]
    await hall.scheduler.sweep.run()
    assert told == []
    assert [await hall.seen(hall.clerk(name)) for name in ("ada", "ben")] == before


@pytest.mark.both_databases
async def test_a_ticket_whose_offer_is_gone_is_taken_out_and_its_worker_takes_another(hall: Hall, told: Told) -> None:
    await hall.open("ada")
    lost = await hall.reception.take_ticket(hall.worker(), TAKE)
    await change(hall.database, "DELETE FROM offers")
    await hall.scheduler.sweep.run()
    assert told == [("tickets", lost.id, "stranded"), ("desks", "ada", "stranded")]
    assert (await hall.reception.ticket(lost.id)).state == "expired"
    await hall.open("ada")
    again = await hall.reception.take_ticket(hall.worker(), TAKE)
    assert (await hall.reception.ticket(again.id)).state == "offered"


@pytest.mark.parametrize("value", ["'no such state'", "x'ff'", "7"])
async def test_a_ticket_that_cannot_be_read_keeps_no_other_from_being_served(
    hall: Hall, told: Told, value: str
) -> None:
    bad = await hall.reception.take_ticket(hall.worker(name="wu"), TAKE)
    good = await hall.reception.take_ticket(hall.worker(name="xu"), TAKE)
    await change(hall.database, f"UPDATE tickets SET state = {value} WHERE id = '{bad.id}'")
    await hall.scheduler.sweep.run()
    assert [one[:2] for one in told] == [("tickets", bad.id)]
    await hall.open("ada")
    assert (await hall.reception.ticket(good.id)).state == "offered"
    await hall.timers.tick()
    again = await hall.reception.take_ticket(hall.worker(name="wu"), TAKE)
    assert (await hall.reception.ticket(again.id)).state == "waiting"


async def test_a_desk_that_cannot_be_read_is_opened_anew(hall: Hall, told: Told) -> None:
    await hall.open("ada", "ben")
    await change(hall.database, "UPDATE desks SET skills = '{' WHERE clerk_id = 'ada'")
    await hall.scheduler.sweep.run()
    assert [one[:2] for one in told] == [("desks", "ada")]
    await hall.open("ada")


async def test_an_offer_that_cannot_be_read_is_withdrawn(hall: Hall, told: Told) -> None:
    await hall.open("ada")
    lost = await hall.reception.take_ticket(hall.worker(), TAKE)
    await change(hall.database, "UPDATE offers SET expires_at = 'soon'")
    await hall.scheduler.sweep.run()
    assert sorted({one[0] for one in told}) == ["desks", "offers", "tickets"]
    assert (await hall.reception.ticket(lost.id)).state == "expired"
    await hall.timers.tick()


async def test_who_is_to_be_called_back_by_a_callback_that_cannot_be_read_is_taken_out(hall: Hall, told: Told) -> None:
    bad, good = hall.worker("point-1", "wu"), hall.worker("point-2", "xu")
    lost = await hall.reception.take_ticket(bad, TAKE)
    kept = await hall.reception.take_ticket(good, TAKE)
    wrong = await hall.callbacks.ask(bad, lost.id)
    await hall.callbacks.ask(good, kept.id)
    await change(hall.database, f"UPDATE callbacks SET deadline = 'never' WHERE id = '{wrong.id}'")
    await hall.scheduler.sweep.run()
    assert [(kind, identifier) for kind, identifier, _ in told] == [("callbacks", wrong.id), ("tickets", lost.id)]
    assert (await hall.reception.ticket(lost.id)).state == "expired"
    assert await hall.callbacks.of(bad) == []
    await hall.open("ada")
    assert (await hall.reception.ticket(kept.id)).state == "offered"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE tickets SET state = 'serving' WHERE id = '{}'",
        "UPDATE tickets SET state = 'expired' WHERE id = '{}'",
        "UPDATE tickets SET channel = 'remote' WHERE id = '{}'",
        "UPDATE tickets SET taken_at = 'yesterday' WHERE id = '{}'",
    ],
)
async def test_a_stranded_callback_of_an_ended_visit_keeps_no_other_from_being_given_up(
    hall: Hall, told: Told, damage: str
) -> None:
    lost, sound = await asked(hall, visitor()), await asked(hall, visitor("visitor-2"))
    stranded = await hall.callbacks.of_ticket(lost.id)
    assert stranded is not None
    await change(hall.database, damage.format(lost.id))
    gone = await hall.reception.called_back()
    assert sorted(gone) == ["visitor-1", "visitor-2"]
    await hall.reception.cancel_callbacks(gone)
    assert [one[:2] for one in told] == [("callbacks", stranded.id)]
    assert (await hall.reception.ticket(sound.id)).state == "cancelled"
    assert await hall.reception.called_back() == []


async def test_the_start_takes_out_a_callback_whose_ticket_is_over(hall: Hall, told: Told) -> None:
    over = await asked(hall, visitor())
    stranded = await hall.callbacks.of_ticket(over.id)
    assert stranded is not None
    await change(hall.database, "UPDATE tickets SET state = 'expired'")
    await hall.scheduler.sweep.run()
    assert [one[:2] for one in told] == [("callbacks", stranded.id)]
    assert await hall.reception.called_back() == []
