"""The waiting list goes on beside what is damaged, and beside what is there no longer."""

from __future__ import annotations

from sqlalchemy import text

from foundation.clock import ManualClock
from scheduler.queue_core.wish_life import WishState
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
