"""Who waits is called back instead: the same place, one free clerk, a few attempts, and an end."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from directory.principal import Principal, Role, Visitor
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.errors import Refusal
from scheduler import events
from scheduler.errors import (
    CallbackTooLate,
    NotInThisState,
    NotYourTicket,
    TicketAlreadyOpen,
    TooManyCallbacks,
)
from scheduler.queue_core.callback_life import CallbackState
from scheduler.queue_core.clerk_life import ClerkState, ClerkStatus
from scheduler.queue_core.ticket_life import TicketState
from scheduler.records import Callback
from scheduler.rules import Rules
from scheduler.store import callbacks, desks, tickets
from scheduler.views import TakeTicket, TicketView
from tests.support.hall import Hall

pytestmark = pytest.mark.both_databases

ALLOWANCE = TakeTicket(item_id="allowance")
CLOSE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""17:00 on the wall."""


def visitor(name: str = "visitor-1", site: str = "town-1") -> Visitor:
    return Visitor(
        person_id=name,
        account=name,
        name=name,
        roles=frozenset({Role.VISITOR}),
        site_id=site,
        site_path="/district/town-1",
        department_ids=frozenset(),
        item_id="allowance",
        host_id="ada",
        ends_at=CLOSE,
    )


async def asked(hall: Hall, worker: Principal | None = None, until: datetime | None = None) -> TicketView:
    """A ticket that is to be called back."""
    worker = worker or hall.worker()
    taken = await hall.reception.take_ticket(worker, ALLOWANCE)
    await hall.callbacks.ask(worker, taken.id, until)
    return taken


async def rung(hall: Hall, name: str = "ada") -> None:
    """The clerk answers the offer: the point rings."""
    offer = (await hall.seen(hall.clerk(name))).offer
    assert offer is not None
    await hall.desk.accept(hall.clerk(name), offer.id)


async def state(hall: Hall, ticket: TicketView) -> str:
    return (await hall.reception.ticket(ticket.id)).state


async def callback_of(hall: Hall, ticket: TicketView) -> Callback:
    found = await hall.callbacks.of_ticket(ticket.id)
    assert found is not None
    return found


async def pass_time(hall: Hall, clock: ManualClock, seconds: float) -> None:
    clock.advance(seconds)
    await hall.heartbeat("ada:window", "ben:window", "wu:point", "vi:point")
    await hall.timers.tick()


async def test_asking_frees_the_point_and_keeps_the_credit(hall: Hall, clock: ManualClock) -> None:
    heard: list[events.CallbackAsked] = []

    async def hear(event: events.CallbackAsked) -> None:
        heard.append(event)

    hall.bus.subscribe(events.CallbackAsked, hear)
    ticket = await asked(hall)
    await hall.outbox.deliver()
    assert [one.until for one in heard] == [CLOSE]
    assert await state(hall, ticket) == "callback_scheduled"
    assert await hall.current(hall.worker()) is None
    # The point takes a ticket for the next resident, who waits behind.
    clock.advance(1.0)
    behind = await hall.reception.take_ticket(hall.worker(), ALLOWANCE)
    first, second = await hall.place(ticket.id), await hall.place(behind.id)
    assert first is not None
    assert second is not None
    assert (first.position, second.position) == (1, 2)
    await hall.open("ada")
    offer = (await hall.seen(hall.clerk("ada"))).offer
    assert offer is not None
    assert offer.ticket.id == ticket.id


async def test_the_clock_reads_those_alone_that_are_due(hall: Hall, clock: ManualClock) -> None:
    ticket = await asked(hall)
    deadline = (await callback_of(hall, ticket)).deadline

    async def due() -> list[str]:
        async with hall.database.read() as session:
            return [one.ticket_id for one in await callbacks.due(session, clock.now())]

    assert await due() == []
    await hall.open("ada")
    await rung(hall)
    assert await due() == []
    rings_until = (await callback_of(hall, ticket)).rings_until
    assert rings_until is not None
    clock.set_wall(rings_until)
    assert await due() == [ticket.id]
    await hall.callbacks.miss((await callback_of(hall, ticket)).id)
    assert await due() == []
    clock.set_wall(deadline)
    assert await due() == [ticket.id]


async def test_asked_twice_it_is_the_same_callback(hall: Hall) -> None:
    ticket = await asked(hall)
    again = await hall.callbacks.ask(hall.worker(), ticket.id)
    many = await asyncio.gather(*(hall.callbacks.ask(hall.worker(), ticket.id) for _ in range(8)))
    assert {one.id for one in many} == {again.id}
    await hall.open("ada")
    assert (await hall.callbacks.ask(hall.worker(), ticket.id)).id == again.id
    await rung(hall)
    assert (await hall.callbacks.ask(hall.worker(), ticket.id)).id == again.id


async def test_asked_for_at_once_by_many_it_is_one(hall: Hall) -> None:
    taken = await hall.reception.take_ticket(hall.worker(), ALLOWANCE)
    pressed = await asyncio.gather(*(hall.callbacks.ask(hall.worker(), taken.id) for _ in range(8)))
    assert len({one.id for one in pressed}) == 1


async def test_it_rings_and_is_answered_at_another_page_of_the_point(hall: Hall) -> None:
    ticket = await asked(hall)
    await hall.open("ada")
    await rung(hall)
    assert await state(hall, ticket) == "calling_back"
    desk = await hall.seen(hall.clerk("ada"))
    assert desk.state == ClerkState.SERVING
    assert desk.ticket is not None
    assert (await callback_of(hall, ticket)).state is CallbackState.RINGING
    other = hall.worker(name="vi")
    called = await hall.callbacks.answer(other, ticket.id)
    assert (called.state, called.worker_id, called.channel, called.calls) == ("called", "vi", "remote", 1)
    # Answered twice, nothing changes; who comes second is told.
    assert (await hall.callbacks.answer(other, ticket.id)).state == "called"
    with pytest.raises(NotInThisState):
        await hall.callbacks.answer(hall.worker(), ticket.id)
    await hall.desk.enter_call(other, ticket.id)
    assert (await hall.callbacks.answer(other, ticket.id)).state == "serving"
    current = await hall.current(other)
    assert current is not None
    assert current.id == ticket.id
    assert await hall.callbacks.of_ticket(ticket.id) is None
    await hall.desk.finish(hall.clerk("ada"), ticket.id)
    last = (await hall.board()).last_of_worker("vi")
    assert last is not None
    assert last.id == ticket.id


async def test_who_has_another_ticket_open_cannot_answer_and_somebody_else_can(hall: Hall, clock: ManualClock) -> None:
    ticket = await asked(hall)
    clock.advance(1.0)
    await hall.reception.take_ticket(hall.worker(), ALLOWANCE)
    await hall.open("ada")
    await rung(hall)
    with pytest.raises(TicketAlreadyOpen):
        await hall.callbacks.answer(hall.worker(), ticket.id)
    assert (await hall.callbacks.answer(hall.worker(name="vi"), ticket.id)).state == "called"


async def test_not_answered_the_clerk_is_free_at_once_and_it_is_tried_again(hall: Hall, clock: ManualClock) -> None:
    ticket = await asked(hall)
    credit = await credit_of(hall, ticket)
    await hall.open("ada")
    for attempt in (1, 2):
        await rung(hall)
        await pass_time(hall, clock, 29.0)
        assert await state(hall, ticket) == "calling_back"
        await pass_time(hall, clock, 1.0)
        assert await state(hall, ticket) == "callback_scheduled"
        assert (await hall.seen(hall.clerk("ada"))).state == ClerkState.IDLE
        assert (await callback_of(hall, ticket)).attempts == attempt
        # Between two attempts others are served.
        await pass_time(hall, clock, 299.0)
        assert (await hall.seen(hall.clerk("ada"))).offer is None
        await pass_time(hall, clock, 1.0)
    assert await credit_of(hall, ticket) == credit
    await rung(hall)
    await pass_time(hall, clock, 30.0)
    assert await state(hall, ticket) == "expired"
    assert (await hall.seen(hall.clerk("ada"))).state == ClerkState.IDLE
    assert (await hall.board()).queue("ada") == []
    (expired,) = await hall.callbacks.of(hall.worker())
    assert (expired[0].state, expired[0].attempts, expired[0].reason) == (
        CallbackState.FAILED,
        3,
        "callback_not_reached",
    )


async def test_while_it_waits_for_its_next_attempt_it_is_in_nobodys_way(hall: Hall, clock: ManualClock) -> None:
    ticket = await asked(hall)
    await hall.open("ada")
    await rung(hall)
    await hall.callbacks.postpone(hall.worker(), ticket.id)
    assert (await callback_of(hall, ticket)).attempts == 1
    other = await hall.reception.take_ticket(hall.worker("point-2", "xu"), ALLOWANCE)
    offer = (await hall.seen(hall.clerk("ada"))).offer
    assert offer is not None
    assert offer.ticket.id == other.id
    await hall.desk.set_status(hall.clerk("ada"), ClerkStatus.BREAK)
    place = await hall.place(other.id)
    assert place is not None
    assert place.position == 1


async def test_a_clerk_who_does_not_answer_or_is_lost_is_no_attempt(hall: Hall, clock: ManualClock) -> None:
    ticket = await asked(hall)
    await hall.open("ada")
    clock.advance(16.0)
    await hall.heartbeat("ada:window")
    await hall.timers.tick()
    assert await state(hall, ticket) == "callback_scheduled"
    await hall.open("ada")
    await rung(hall)
    clock.advance(26.0)
    await hall.timers.tick()
    assert await state(hall, ticket) == "callback_scheduled"
    found = await callback_of(hall, ticket)
    assert (found.state, found.attempts) == (CallbackState.SCHEDULED, 0)
    await hall.open("ben")
    await rung(hall, "ben")
    assert await state(hall, ticket) == "calling_back"


async def test_past_its_deadline_it_is_over(hall: Hall, clock: ManualClock) -> None:
    until = clock.now() + timedelta(minutes=10)
    ticket = await asked(hall, until=until)
    assert (await callback_of(hall, ticket)).deadline == until
    await pass_time(hall, clock, 599.0)
    assert await state(hall, ticket) == "callback_scheduled"
    await pass_time(hall, clock, 1.0)
    assert await state(hall, ticket) == "expired"
    (expired,) = await hall.callbacks.of(hall.worker())
    assert expired[0].reason == "callback_too_late"


async def test_a_next_attempt_after_the_deadline_is_none(hall: Hall, clock: ManualClock) -> None:
    ticket = await asked(hall, until=clock.now() + timedelta(minutes=5))
    await hall.open("ada")
    await rung(hall)
    await hall.callbacks.postpone(hall.worker(), ticket.id)
    assert await state(hall, ticket) == "expired"


async def test_the_close_of_the_windows_is_the_latest_and_after_it_only_who_sits_there_calls(
    hall: Hall, clock: ManualClock
) -> None:
    ticket = await asked(hall, until=CLOSE + timedelta(hours=3))
    assert (await callback_of(hall, ticket)).deadline == CLOSE
    clock.advance((CLOSE - clock.now()).total_seconds() - 10.0)
    late = await hall.reception.take_ticket(hall.worker(name="vi"), ALLOWANCE)
    assert await hall.callbacks.latest(late.id) is None
    with pytest.raises(CallbackTooLate):
        await hall.callbacks.ask(hall.worker(name="vi"), late.id)
    await hall.open("ben")
    midnight = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert await hall.callbacks.latest(late.id) == midnight
    soon = clock.now() + timedelta(seconds=5)
    third = await hall.reception.take_ticket(hall.worker("point-2", "xu"), ALLOWANCE)
    with pytest.raises(CallbackTooLate):
        await hall.callbacks.ask(hall.worker("point-2", "xu"), third.id, soon)


async def test_the_close_of_the_day_takes_it_too(hall: Hall, clock: ManualClock) -> None:
    ticket = await asked(hall)
    async with hall.database.read() as session:
        duty = await tickets.watched(session, (clock.now() + timedelta(days=1)).date())
    assert [one.id for one in duty] == [ticket.id]
    await hall.timers._timeouts.expire_ticket(ticket.id)
    assert await state(hall, ticket) == "expired"
    (expired,) = await hall.callbacks.of(hall.worker())
    assert (expired[0].state, expired[0].reason) == (CallbackState.FAILED, "day_closed")


async def test_who_comes_back_waits_again_with_the_credit_of_before(hall: Hall, clock: ManualClock) -> None:
    ticket = await asked(hall)
    credit = await credit_of(hall, ticket)
    clock.advance(60.0)
    other = hall.worker(name="vi")
    waits = await hall.callbacks.wait_again(other, ticket.id)
    assert (waits.state, waits.worker_id, waits.channel) == ("waiting", "vi", "remote")
    assert (await hall.callbacks.wait_again(other, ticket.id)).state == "waiting"
    assert await credit_of(hall, ticket) == credit
    assert await hall.callbacks.of(other) == []
    # And may ask anew.
    await hall.callbacks.ask(other, ticket.id)
    with pytest.raises(TicketAlreadyOpen):
        await hall.reception.take_ticket(hall.worker(), ALLOWANCE)
        await hall.callbacks.wait_again(hall.worker(), ticket.id)


async def test_given_up_it_rings_no_more_and_the_clerk_is_free(hall: Hall) -> None:
    ticket = await asked(hall)
    await hall.open("ada")
    await rung(hall)
    await hall.reception.cancel(hall.worker(name="vi"), ticket.id)
    assert (await hall.seen(hall.clerk("ada"))).state == ClerkState.IDLE
    assert await hall.callbacks.of_ticket(ticket.id) is None
    assert await hall.callbacks.of(hall.worker()) == []


async def test_only_who_waits_can_ask(hall: Hall) -> None:
    await hall.open("ada")
    taken = await hall.reception.take_ticket(hall.worker(), ALLOWANCE)
    with pytest.raises(NotInThisState):
        await hall.callbacks.ask(hall.worker(), taken.id)
    with pytest.raises(NotYourTicket):
        await hall.callbacks.ask(hall.worker("point-2", "xu"), taken.id)


async def test_a_clerk_cannot_end_what_rings(hall: Hall) -> None:
    ticket = await asked(hall)
    await hall.open("ada")
    await rung(hall)
    for act in (hall.desk.recall, hall.desk.no_show, hall.desk.finish, hall.desk.hold):
        with pytest.raises(NotInThisState):
            await act(hall.clerk("ada"), ticket.id)
    with pytest.raises(NotInThisState):
        await hall.desk.enter_call(hall.worker(), ticket.id)


async def test_a_point_has_so_many_and_a_visitor_one(database: Database, clock: ManualClock) -> None:
    hall = Hall(database, clock, Rules(callbacks_at_most=2))
    for name in ("w1", "w2"):
        await asked(hall, hall.worker(name=name))
    with pytest.raises(TooManyCallbacks):
        await asked(hall, hall.worker(name="w3"))
    await asked(hall, hall.worker("point-2", "xu"))
    await asked(hall, visitor())
    with pytest.raises(TooManyCallbacks):
        await asked(hall, visitor())


async def test_a_visitors_callback_is_nobody_elses(hall: Hall) -> None:
    ticket = await asked(hall, visitor())
    at_centre = hall.worker("town-1", "staff")
    assert await hall.callbacks.of(at_centre) == []
    assert await hall.callbacks.of(visitor("visitor-2")) == []
    assert [one.id for _, one in await hall.callbacks.of(visitor())] == [ticket.id]
    await hall.open("ada")
    await rung(hall)
    for other in (at_centre, visitor("visitor-2"), hall.worker()):
        with pytest.raises(NotYourTicket):
            await hall.callbacks.answer(other, ticket.id)
    assert (await hall.callbacks.answer(visitor(), ticket.id)).state == "called"


async def test_racing_matchmakers_place_never_more_callbacks_than_clerks_are_free(
    database: Database, clock: ManualClock
) -> None:
    nodes = [Hall(database, clock, clerks=4) for _ in range(3)]
    workers = [nodes[0].worker("point-1", f"w{number}") for number in range(9)]
    for worker in workers:
        await asked(nodes[0], worker)
    await asyncio.gather(*(nodes[number % 3].open(f"c{number}") for number in range(4)))
    await asyncio.gather(*(node.timers.tick() for node in nodes * 3))
    assert await placed(database) == Counter(offered=4, callback_scheduled=5)
    # They ring, some in vain, while all nodes match; then who is free takes the next.
    await asyncio.gather(*(rung(nodes[number % 3], f"c{number}") for number in range(4)))
    assert await placed(database) == Counter(calling_back=4, callback_scheduled=5)
    async with database.read() as session:
        ringing = await tickets.in_states(session, {TicketState.CALLING_BACK})
    by_id = {worker.person_id: worker for worker in workers}
    await asyncio.gather(
        *(refused_or_done(nodes[0].callbacks.postpone(by_id[one.worker_id], one.id)) for one in ringing),
        *(node.timers.tick() for node in nodes * 3),
    )
    after = await placed(database)
    assert after["offered"] + after["calling_back"] == 4
    assert after["offered"] == 4
    async with database.read() as session:
        offers = await desks.open_offers(session)
        known = (await callbacks.sorted_out_open(session))[0]
    assert len({offer.clerk_id for offer in offers}) == len({offer.ticket_id for offer in offers}) == 4
    assert sorted(one.attempts for one in known) == [0] * 5 + [1] * 4


async def placed(database: Database) -> Counter[str]:
    async with database.read() as session:
        return Counter(one.state.value for one in await tickets.in_states(session, set(TicketState)))


async def refused_or_done(doing: object) -> None:
    try:
        await doing  # type: ignore[misc]
    except Refusal:
        return


async def credit_of(hall: Hall, ticket: TicketView) -> datetime:
    async with hall.database.read() as session:
        return (await tickets.ticket(session, ticket.id)).credit_from
