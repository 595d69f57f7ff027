"""A clerk gives the ticket in hand on: to another clerk, who has a while to take it, or to a queue."""

from __future__ import annotations

import pytest

from foundation.clock import ManualClock
from foundation.errors import NotFound
from scheduler import errors, events
from scheduler.queue_core.clerk_life import ClerkStatus
from scheduler.store import tickets
from scheduler.views import Handover, TakeTicket, TicketView
from tests.support.hall import Hall

pytestmark = pytest.mark.both_databases


async def served(hall: Hall, name: str = "ada", worker: str = "wu", point: str = "point-1") -> TicketView:
    """A ticket that this clerk serves; nobody else is at a window yet."""
    await hall.open(name)
    taken = await hall.reception.take_ticket(hall.worker(point, worker), TakeTicket(item_id="allowance"))
    offer = (await hall.seen(hall.clerk(name))).offer
    assert offer is not None
    await hall.desk.accept(hall.clerk(name), offer.id)
    return await hall.desk.enter_call(hall.worker(point, worker), taken.id)


async def offered_to(hall: Hall, name: str) -> str | None:
    offer = (await hall.seen(hall.clerk(name))).offer
    return None if offer is None else offer.ticket.id


async def test_a_clerk_gives_the_ticket_to_a_clerk_of_another_town(hall: Hall, clock: ManualClock) -> None:
    ticket = await served(hall)
    await hall.open("ben", "cyd")
    heard: list[events.TicketTransferred] = []

    async def hear(event: events.TicketTransferred) -> None:
        heard.append(event)

    hall.bus.subscribe(events.TicketTransferred, hear)
    clock.advance(60)
    await hall.transfers.to_clerk(hall.clerk("ada"), ticket.id, "cyd", "请核对户口簿")
    await hall.outbox.deliver()

    assert await offered_to(hall, "cyd") == ticket.id, "not to ben, who sits beside ada"
    given = await hall.reception.ticket(ticket.id)
    assert (given.number, given.home_id, given.state) == (ticket.number, "town-2", "offered")
    assert hall.reception.handover(given) == Handover(by="ada", note="请核对户口簿")
    assert (await hall.seen(hall.clerk("ada"))).state == "wrap_up"
    assert [(one.clerk_id, one.to_clerk_id, one.to_home_id) for one in heard] == [("ada", "cyd", "town-2")]
    async with hall.database.read() as session:
        stored = await tickets.ticket(session, ticket.id)
        periods = await tickets.periods(session, ticket.id)
    assert [one.next_state for one in periods][-3:] == ["transferred", "waiting", "offered"]
    assert (stored.credit_from, stored.grants) == (ticket.taken_at, ["transferred"])


async def test_what_is_given_to_a_clerk_waits_for_that_one_and_then_for_everybody(
    hall: Hall, clock: ManualClock
) -> None:
    ticket = await served(hall)
    busy = await served(hall, "ben", "xu", "point-2")
    await hall.transfers.to_clerk(hall.clerk("ada"), ticket.id, "ben")
    await hall.desk.end_wrap_up(hall.clerk("ada"))
    clerks = [f"{name}:window" for name in ("ada", "ben")]
    for _ in range(6):
        clock.advance(19)
        await hall.heartbeat(*clerks, "wu:point", "xu:point")
        await hall.timers.tick()
    place = await hall.place(ticket.id)
    assert place is not None
    assert (await hall.current(hall.worker()) or busy).state == "waiting"
    assert await hall.desk.call_next(hall.clerk("ada")) is None, "kept for ben"
    clock.advance(7)
    await hall.heartbeat(*clerks, "wu:point", "xu:point")
    assert await hall.desk.call_next(hall.clerk("ada")) == ticket.id, "two minutes are over"


async def test_who_does_not_take_it_is_waited_for_no_longer(hall: Hall) -> None:
    ticket = await served(hall)
    await hall.open("ben")
    await hall.transfers.to_clerk(hall.clerk("ada"), ticket.id, "ben")
    offer = (await hall.seen(hall.clerk("ben"))).offer
    assert offer is not None
    await hall.desk.reject(hall.clerk("ben"), offer.id, "busy")
    assert (await hall.reception.ticket(ticket.id)).kept_for is None
    assert await hall.desk.call_next(hall.clerk("ada")) == ticket.id


async def test_a_clerk_gives_the_ticket_to_the_queue_of_another_department_and_site(hall: Hall) -> None:
    ticket = await served(hall)
    await hall.open("cyd", "dora")
    await hall.transfers.to_queue(hall.clerk("ada"), ticket.id, "district", "tax")
    assert await offered_to(hall, "dora") == ticket.id
    given = await hall.reception.ticket(ticket.id)
    assert (given.home_id, given.department_id, given.number) == ("district", "tax", ticket.number)


async def test_numbers_of_two_towns_meet_in_one_queue(hall: Hall) -> None:
    """Each town counts for itself, so the number that comes along may be there already."""
    ticket = await served(hall)
    other = await served(hall, "cyd", "zu", "point-3")
    assert ticket.number == other.number
    await hall.transfers.to_clerk(hall.clerk("ada"), ticket.id, "cyd")
    assert (await hall.reception.ticket(ticket.id)).home_id == "town-2"
    assert await hall.reception.numbered("point-1", ticket.number) == [ticket.id]
    assert await hall.reception.numbered("point-3", ticket.number) == [other.id]


async def test_it_is_not_offered_to_who_has_just_given_it_on(hall: Hall) -> None:
    ticket = await served(hall)
    await hall.open("ben")
    await hall.desk.set_status(hall.clerk("ben"), ClerkStatus.BREAK)
    await hall.transfers.to_queue(hall.clerk("ada"), ticket.id, "town-1", "civil")
    await hall.desk.end_wrap_up(hall.clerk("ada"))
    assert await offered_to(hall, "ada") is None
    await hall.desk.set_status(hall.clerk("ben"), ClerkStatus.AVAILABLE)
    assert await offered_to(hall, "ben") == ticket.id


async def test_out_of_a_hold_as_well(hall: Hall) -> None:
    ticket = await served(hall)
    await hall.open("ben")
    await hall.desk.hold(hall.clerk("ada"), ticket.id)
    await hall.transfers.to_clerk(hall.clerk("ada"), ticket.id, "ben")
    assert await offered_to(hall, "ben") == ticket.id


async def test_what_cannot_be_given_on_stays(hall: Hall) -> None:
    ticket = await served(hall)
    ada = hall.clerk("ada")
    await hall.open("ben", "cyd")
    await hall.desk.set_status(hall.clerk("ben"), ClerkStatus.BREAK)
    with pytest.raises(errors.SameWindow):
        await hall.transfers.to_clerk(ada, ticket.id, "ada")
    with pytest.raises(errors.TargetClosed):
        await hall.transfers.to_clerk(ada, ticket.id, "dora")
    with pytest.raises(errors.TargetClosed):
        await hall.transfers.to_clerk(ada, ticket.id, "ben")
    with pytest.raises(errors.TargetClosed):
        await hall.transfers.to_queue(ada, ticket.id, "district", "tax")
    with pytest.raises(errors.TargetNotCapable):
        await hall.transfers.to_queue(ada, ticket.id, "town-2", "land")
    with pytest.raises(NotFound):
        await hall.transfers.to_queue(ada, ticket.id, "nowhere", "civil")
    with pytest.raises(errors.TicketNotInHand):
        await hall.transfers.to_clerk(hall.clerk("cyd"), ticket.id, "ada")
    assert (await hall.reception.ticket(ticket.id)).state == "serving"
    assert (await hall.seen(ada)).state == "serving"


async def test_a_clerk_gets_no_business_that_is_not_theirs(hall: Hall) -> None:
    await hall.open("ben")
    await hall.reception.take_ticket(hall.worker(), TakeTicket(item_id="invoice"))
    offer = (await hall.seen(hall.clerk("ben"))).offer
    assert offer is not None
    await hall.desk.accept(hall.clerk("ben"), offer.id)
    ticket = await hall.desk.enter_call(hall.worker(), offer.ticket.id)
    await hall.open("ada")
    with pytest.raises(errors.TargetNotCapable):
        await hall.transfers.to_clerk(hall.clerk("ben"), ticket.id, "ada")


async def test_what_is_only_called_is_not_given_on(hall: Hall) -> None:
    await hall.open("ada")
    taken = await hall.reception.take_ticket(hall.worker(), TakeTicket(item_id="allowance"))
    offer = (await hall.seen(hall.clerk("ada"))).offer
    assert offer is not None
    await hall.desk.accept(hall.clerk("ada"), offer.id)
    await hall.open("ben")
    with pytest.raises(errors.NotInThisState):
        await hall.transfers.to_clerk(hall.clerk("ada"), taken.id, "ben")


async def test_who_is_in_the_session_takes_the_ticket_over_at_once(hall: Hall, clock: ManualClock) -> None:
    ticket = await served(hall)
    await hall.open("ben", "cyd")
    with pytest.raises(errors.TargetClosed):
        await hall.transfers.hand_over(hall.clerk("ada"), ticket.id, "cyd")
    await hall.desk.reserve("cyd")
    await hall.reception.take_ticket(hall.worker("point-3", "zu"), TakeTicket(item_id="allowance"))
    assert await offered_to(hall, "cyd") is None, "no ticket comes to who is in another's session"
    await hall.transfers.hand_over(hall.clerk("ada"), ticket.id, "cyd")
    taken, former = await hall.seen(hall.clerk("cyd")), await hall.seen(hall.clerk("ada"))
    assert taken.ticket is not None
    assert (taken.state, taken.ticket.id, taken.ticket.state, taken.ticket.number) == (
        "serving",
        ticket.id,
        "serving",
        ticket.number,
    )
    assert (taken.ticket.home_id, taken.ticket.window_name) == ("town-2", "cyd's window")
    assert (former.state, former.ticket) == ("reserved", None), "still in the session"
    await hall.desk.release("ada", wrap_up=True)
    assert (await hall.seen(hall.clerk("ada"))).state == "wrap_up"
    clock.advance(5)
    await hall.desk.finish(hall.clerk("cyd"), ticket.id)
    assert (await hall.reception.ticket(ticket.id)).state == "completed"


async def test_who_is_busy_or_has_no_window_is_not_reserved(hall: Hall) -> None:
    await served(hall)
    with pytest.raises(errors.ClerkBusy):
        await hall.desk.reserve("ada")
    await hall.desk.reserve("ben")
    await hall.desk.release("ben")
    await hall.desk.release("ada")
    assert (await hall.seen(hall.clerk("ada"))).state == "serving"
