"""The waiting list goes on beside what is damaged, and beside what is there no longer."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from directory.catalogue import Catalogue
from foundation.clock import ManualClock
from scheduler.queue_core.wish_life import WishState
from signalling.slices import waiting_list
from signalling.slices.waiting_list.views import show_waiting_list
from signalling.transport.websocket.readers import Readers
from signalling.transport.websocket.registry import Registry
from tests.support.hall import Hall
from tests.unit.scheduler.test_waiting_list import fill, give_up, join, stored


async def test_neither_a_damaged_time_nor_a_centre_that_is_gone_ends_the_look(hall: Hall, clock: ManualClock) -> None:
    booked = await fill(hall)
    first, second, third = [await join(hall, number) for number in (1, 2, 3)]
    await give_up(hall, booked["10:00"])
    held = (await stored(hall, first.wish.id)).appointment_id
    async with hall.database.write() as session:
        damage = "UPDATE appointments SET minutes = 'x' WHERE id = :id"
        await session.execute(text(damage), {"id": held})
        days = "UPDATE appointment_wishes SET home_id = 'a-town', days = '[\"?\"]' WHERE id = :id"
        await session.execute(text(days), {"id": third.wish.id})
    hall.catalogue.windows = 4
    clock.advance(7200)
    await hall.waiting_list.look()
    assert (await stored(hall, second.wish.id)).state is WishState.OFFERED


async def test_a_wish_for_what_is_offered_no_longer_ends_with_its_days(
    hall: Hall, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(hall)
    first = await join(hall, 1)
    monkeypatch.setattr("tests.support.hall.ITEMS", {})
    clock.advance(5 * 86400)
    await hall.waiting_list.look()
    assert (await stored(hall, first.wish.id)).state is WishState.EXPIRED


async def test_a_held_time_whose_key_is_damaged_goes_to_the_next(hall: Hall) -> None:
    booked = await fill(hall)
    first, second = await join(hall, 1), await join(hall, 2)
    await give_up(hall, booked["10:00"])
    held = (await stored(hall, first.wish.id)).appointment_id
    async with hall.database.write() as session:
        await session.execute(
            text("UPDATE appointments SET data_key = :none WHERE id = :id"), {"none": b"?", "id": held}
        )
    await hall.waiting_list.let_pass(hall.worker(), first.wish.id)
    assert (await stored(hall, second.wish.id)).state is WishState.OFFERED


@pytest.mark.parametrize("answer", ["left", "passed", "looked at"])
async def test_a_held_time_that_cannot_be_read_is_given_back(hall: Hall, clock: ManualClock, answer: str) -> None:
    booked = await fill(hall)
    first, second = await join(hall, 1), await join(hall, 2)
    await give_up(hall, booked["10:00"])
    held = (await stored(hall, first.wish.id)).appointment_id
    async with hall.database.write() as session:
        await session.execute(text("UPDATE appointments SET minutes = 'x' WHERE id = :id"), {"id": held})
    if answer == "left":
        await hall.waiting_list.leave(hall.worker(), first.wish.id)
    elif answer == "passed":
        await hall.waiting_list.let_pass(hall.worker(), first.wish.id)
    else:
        clock.advance(7200)
        await hall.waiting_list.look()
    states = [(await stored(hall, one.wish.id)).state for one in (first, second)]
    # Which time they let pass is not known: it can be theirs again.
    assert states == (["left_list", "time_held"] if answer == "left" else ["time_held", "listed"])
    assert (await stored(hall, first.wish.id)).appointment_id != held
    async with hall.database.read() as session:
        row = await session.execute(text("SELECT state FROM appointments WHERE id = :id"), {"id": held})
    assert row.scalar_one() == "released"
    assert hall.links.forgotten == {held}


async def test_a_damaged_held_time_hides_neither_its_person_nor_the_others(hall: Hall) -> None:
    booked = await fill(hall)
    first, second = await join(hall, 1), await join(hall, 2)
    await give_up(hall, booked["10:00"])
    await give_up(hall, booked["11:00"])
    held = (await stored(hall, first.wish.id)).appointment_id
    async with hall.database.write() as session:
        await session.execute(text("UPDATE appointments SET details = 'x' WHERE id = :id"), {"id": held})
    told = list[tuple[str, str]]()
    hall.database.on_damaged(lambda kind, identifier, _: told.append((kind, identifier)))
    listed = await hall.waiting_list.of_site("point-1")
    assert [(one.wish.id, one.held is not None) for one in listed] == [(first.wish.id, False), (second.wish.id, True)]
    assert told == [("appointments", held)]


async def test_the_list_is_shown_with_an_item_that_is_offered_no_longer(hall: Hall) -> None:
    await fill(hall)
    await join(hall, 1)
    parts = waiting_list.Parts(
        bus=hall.bus,
        waiting_list=hall.waiting_list,
        catalogue=Catalogue(hall.database),
        registry=Registry(),
        readers=Readers(),
    )
    (shown,) = (await show_waiting_list(parts, hall.worker(), "")).wishes
    assert (shown.applicant_name, shown.item_name.zh) == ("Li Na", "")
