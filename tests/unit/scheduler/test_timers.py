"""What time and silence bring about, decided and done."""

from __future__ import annotations

import pytest

from foundation.clock import ManualClock
from scheduler import events
from scheduler.queue_core.clerk_life import ClerkState
from scheduler.queue_core.due import (
    PAGE_SILENT,
    CallbackClock,
    DeskClock,
    Due,
    DueAction,
    Hall,
    OfferClock,
    TicketClock,
    due,
)
from scheduler.queue_core.ticket_life import TicketState
from scheduler.views import DeskView, TakeTicket, TicketView
from tests.support.hall import Hall as District

pytestmark = pytest.mark.both_databases

NOW = 1000.0
SILENT = 25.0


def desk(state: ClerkState, until: float | None = None, silent: float = 0.0) -> Hall:
    return Hall([], [DeskClock("ada", state, until, silent)], [])


def ticket(
    state: TicketState, *, point: float = 0.0, clerk: float = 0.0, past: bool = False, reason: str | None = None
) -> Hall:
    grace = NOW if state is TicketState.INTERRUPTED else None
    return Hall([], [], [TicketClock("t", state, reason, grace, point, clerk, past)])


def callback(deadline: float, rings_until: float | None) -> Hall:
    return Hall([], [], [], [CallbackClock("b", deadline, rings_until)])


@pytest.mark.parametrize(
    ("picture", "wanted"),
    [
        (Hall([OfferClock("o", NOW)], [], []), [Due(DueAction.EXPIRE_OFFER, "o")]),
        (Hall([OfferClock("o", NOW + 0.1)], [], []), []),
        (desk(ClerkState.WRAP_UP, NOW), [Due(DueAction.END_WRAP_UP, "ada")]),
        (desk(ClerkState.WRAP_UP, NOW + 1), []),
        (desk(ClerkState.IDLE, silent=SILENT), [Due(DueAction.LOSE_CLERK, "ada")]),
        (desk(ClerkState.IDLE, silent=SILENT - 1), []),
        (desk(ClerkState.RINGING, silent=SILENT), [Due(DueAction.LOSE_CLERK, "ada")]),
        (desk(ClerkState.SERVING, silent=SILENT), []),
        (desk(ClerkState.LOST, silent=SILENT), []),
        (desk(ClerkState.LOST), [Due(DueAction.FIND_CLERK, "ada")]),
        (ticket(TicketState.SERVING, point=SILENT), [Due(DueAction.INTERRUPT, "t")]),
        (ticket(TicketState.ON_HOLD, clerk=SILENT), [Due(DueAction.INTERRUPT, "t")]),
        (ticket(TicketState.SERVING, past=True), []),
        (ticket(TicketState.CALLED, clerk=SILENT), [Due(DueAction.GIVE_BACK, "t")]),
        (ticket(TicketState.CALLED, point=SILENT), []),
        (ticket(TicketState.INTERRUPTED, reason=PAGE_SILENT), [Due(DueAction.RESUME, "t")]),
        (ticket(TicketState.INTERRUPTED, reason=PAGE_SILENT, point=SILENT), [Due(DueAction.GIVE_BACK, "t")]),
        (ticket(TicketState.INTERRUPTED, reason="link_lost"), [Due(DueAction.GIVE_BACK, "t")]),
        (ticket(TicketState.NO_SHOW, past=True), [Due(DueAction.CLOSE_DAY, "t")]),
        (ticket(TicketState.WAITING), []),
        (ticket(TicketState.CALLING_BACK, clerk=SILENT), [Due(DueAction.GIVE_BACK, "t")]),
        (ticket(TicketState.CALLING_BACK, past=True), []),
        (ticket(TicketState.CALLBACK_SCHEDULED, past=True), [Due(DueAction.CLOSE_DAY, "t")]),
        (callback(NOW + 1, None), []),
        (callback(NOW, None), [Due(DueAction.EXPIRE_CALLBACK, "b")]),
        (callback(NOW, NOW + 1), []),
        (callback(NOW + 1, NOW), [Due(DueAction.MISS_CALLBACK, "b")]),
    ],
)
def test_what_is_due(picture: Hall, wanted: list[Due]) -> None:
    assert due(picture, NOW, SILENT) == wanted


async def take(hall: District, point: str = "point-1", name: str = "wu") -> TicketView:
    taken = await hall.reception.take_ticket(hall.worker(point, name), TakeTicket(item_id="allowance"))
    return await hall.reception.ticket(taken.id)


async def view(hall: District, name: str = "ada") -> DeskView:
    found = await hall.seen(hall.clerk(name))
    assert found is not None
    return found


async def serving(hall: District) -> TicketView:
    await hall.open("ada")
    taken = await take(hall)
    offer = (await view(hall)).offer
    assert offer is not None
    await hall.desk.accept(hall.clerk("ada"), offer.id)
    await hall.heartbeat("wu:point")
    return await hall.desk.enter_call(hall.worker(), taken.id)


async def test_a_lost_clerks_offer_goes_back_and_rings_elsewhere(hall: District, clock: ManualClock) -> None:
    await hall.open("ada", "ben")
    clock.advance(SILENT - 5)
    await hall.heartbeat("ben:window")
    taken = await take(hall)
    assert taken.clerk_id == "ada"
    clock.advance(5)
    assert await hall.timers.tick() == [Due(DueAction.LOSE_CLERK, "ada")]
    assert (await view(hall)).state == "lost"
    again = await hall.reception.ticket(taken.id)
    assert (again.state, again.clerk_id) == ("offered", "ben")


async def test_a_lost_clerk_is_found_by_the_next_beat(hall: District, clock: ManualClock) -> None:
    await hall.open("ada")
    clock.advance(SILENT)
    await hall.timers.tick()
    taken = await take(hall)
    assert taken.state == "waiting"
    await hall.heartbeat("ada:window")
    await hall.timers.tick()
    assert (await hall.reception.ticket(taken.id)).state == "offered"


async def test_a_silent_page_interrupts_and_its_return_resumes(hall: District, clock: ManualClock) -> None:
    taken = await serving(hall)
    clock.advance(SILENT)
    await hall.heartbeat("ada:window")
    await hall.timers.tick()
    assert (await hall.reception.ticket(taken.id)).state == "interrupted"
    clock.advance(5)
    await hall.heartbeat("wu:point", "ada:window")
    await hall.timers.tick()
    assert (await hall.reception.ticket(taken.id)).state == "serving"


async def test_after_the_grace_the_ticket_waits_first_and_the_silent_clerk_is_lost(
    hall: District, clock: ManualClock
) -> None:
    taken = await serving(hall)
    clock.advance(SILENT)
    await hall.timers.tick()
    clock.advance(hall.rules.grace_lasts)
    await hall.timers.tick()
    returned = await hall.reception.ticket(taken.id)
    assert (returned.state, returned.taken_at) == ("waiting", taken.taken_at)
    assert (await view(hall)).state == "lost"


async def test_a_called_ticket_whose_clerk_is_gone_goes_on(hall: District, clock: ManualClock) -> None:
    await hall.open("ada")
    taken = await take(hall)
    offer = (await view(hall)).offer
    assert offer is not None
    await hall.desk.accept(hall.clerk("ada"), offer.id)
    clock.advance(SILENT)
    await hall.open("ben")
    await hall.timers.tick()
    again = await hall.reception.ticket(taken.id)
    assert (again.state, again.clerk_id) == ("offered", "ben")


async def test_the_close_of_day_expires_who_waits_and_spares_who_is_served(hall: District, clock: ManualClock) -> None:
    served = await serving(hall)
    waiting = await take(hall, "point-2", "xu")
    expired: list[str] = []

    async def hear(event: events.TicketExpired) -> None:
        expired.append(event.ticket_id)

    hall.bus.subscribe(events.TicketExpired, hear)
    clock.advance(15 * 3600)
    await hall.heartbeat("wu:point", "ada:window")
    await hall.timers.tick()
    await hall.outbox.deliver()
    assert (await hall.reception.ticket(served.id)).state == "serving"
    assert (await hall.reception.ticket(waiting.id)).state == "expired"
    assert expired == [waiting.id]
    assert (await take(hall, "point-2", "xu")).number == "A001"


async def test_a_restart_goes_on_from_the_database(hall: District, clock: ManualClock) -> None:
    taken = await serving(hall)
    await hall.desk.finish(hall.clerk("ada"), taken.id)
    waiting = await take(hall, "point-2", "xu")
    clock.advance(hall.rules.wrap_up_lasts)
    restarted = District(hall.database, clock)
    await restarted.timers.tick()
    assert (await restarted.reception.ticket(taken.id)).state == "completed"
    ringing = await restarted.reception.ticket(waiting.id)
    assert (ringing.state, ringing.clerk_id) == ("offered", "ada")
    clock.advance(hall.rules.offer_lasts)
    await restarted.timers.tick()
    assert (await restarted.reception.ticket(waiting.id)).state == "waiting"


async def test_a_second_node_finds_nothing_left_to_do(hall: District, clock: ManualClock) -> None:
    await hall.open("ada")
    await take(hall)
    clock.advance(hall.rules.offer_lasts)
    other = District(hall.database, clock)
    done = await hall.timers.tick()
    assert done == [Due(DueAction.EXPIRE_OFFER, (done[0].id))]
    assert await other.timers.tick() == []
