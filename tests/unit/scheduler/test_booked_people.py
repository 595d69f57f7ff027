"""Somebody of the staff is booked at hours of their own, and the ticket is theirs first."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta

import pytest

from foundation.clock import ManualClock
from foundation.errors import Conflict
from scheduler.errors import NotBookable, NotYourAppointment, SlotTaken
from scheduler.events import AppointmentChanged
from scheduler.presence import point_page, window_page
from scheduler.queue_core.slots import Hours, Span
from scheduler.records import Appointment
from scheduler.store import tickets
from scheduler.views import BookAppointment
from tests.support.hall import Hall

TUESDAY = date(2026, 11, 24)
EVENING = Hours({1: (Span(time(17, 30), time(19, 30)),)})


async def booked(hall: Hall, clock: str, number: int = 1, person: str | None = "dora") -> Appointment:
    starts = datetime.combine(TUESDAY, time.fromisoformat(clock))
    request = BookAppointment(item_id="allowance", starts=starts, phone=f"1380000000{number}", person_id=person)
    return (await hall.appointments.book(hall.worker(), request)).appointment


@pytest.fixture
def dora(hall: Hall) -> Hall:
    hall.catalogue.person_hours["dora"] = EVENING
    return hall


@pytest.mark.both_databases
async def test_a_person_is_booked_at_their_own_hours_by_as_many_as_they_take(dora: Hall) -> None:
    ((_, free),) = await dora.appointments.slots("point-1", "allowance", TUESDAY, 1, "dora")
    assert [f"{slot.starts:%H:%M} {len(slot.units)}" for slot in free][:2] == ["17:30 2", "17:45 2"]
    assert len(free) == 8
    first, second = await booked(dora, "18:00"), await booked(dora, "18:00", 2)
    assert (first.unit_id, second.unit_id) == ("dora:1", "dora:2")
    with pytest.raises(SlotTaken):
        await booked(dora, "18:00", 3)
    moved = await dora.appointments.move(dora.worker(), first.id, datetime.combine(TUESDAY, time(18, 30)))
    assert moved.unit_id == "dora:1"


async def test_the_windows_hours_are_not_theirs_and_theirs_not_the_windows(dora: Hall) -> None:
    for clock, person in (("10:00", "dora"), ("18:00", None), ("18:00", "ada"), ("18:00", "nobody")):
        with pytest.raises(NotBookable):
            await booked(dora, clock, person=person)


@pytest.mark.both_databases
async def test_who_comes_second_from_another_town_is_told_what_is_free(dora: Hall) -> None:
    async def tried(number: int) -> str:
        starts = datetime.combine(TUESDAY, time(18))
        request = BookAppointment(item_id="allowance", starts=starts, phone=f"1380000000{number}", person_id="dora")
        worker = dora.worker(*(("point-1", "wu"), ("point-3", "yu"))[number % 2])
        try:
            await dora.appointments.book(worker, request)
        except Conflict as refused:
            return refused.code
        return "booked"

    told = sorted(await asyncio.gather(*map(tried, range(8))))
    assert told == ["booked"] * 2 + ["slot_taken"] * 6


async def test_who_is_booked_at_another_site_sees_moves_and_gives_up_what_is_theirs(
    dora: Hall, clock: ManualClock
) -> None:
    own, others = await booked(dora, "18:00"), await booked(dora, "10:00", 2, None)
    clock.set_wall(own.at)
    head, colleague = dora.clerk("dora"), dora.clerk("cyd")
    assert await dora.appointments.of_clerk(head) == [own]
    assert await dora.appointments.of_clerk(colleague) == []
    with pytest.raises(NotYourAppointment):
        await dora.appointments.appointment(head, others.id)
    with pytest.raises(NotYourAppointment):
        await dora.appointments.appointment(colleague, own.id)
    moved = await dora.appointments.move(head, own.id, datetime.combine(TUESDAY, time(18, 30)))
    cancelled = await dora.appointments.cancel(head, moved.id)
    assert await dora.appointments.of_clerk(head) == [cancelled]


async def test_who_can_be_booked_no_more_is_moved_away_from_to_the_windows(dora: Hall) -> None:
    told = list[str | None]()

    async def hear(event: AppointmentChanged) -> None:
        told.append(event.person_id)

    dora.bus.subscribe(AppointmentChanged, hear)
    own = await booked(dora, "18:00")
    assert await dora.appointments.moves_with(own) == "dora"
    # As of somebody who is disabled, or keeps no hours any more.
    del dora.catalogue.person_hours["dora"]
    assert await dora.appointments.moves_with(own) is None
    moved = await dora.appointments.move(dora.worker(), own.id, datetime.combine(TUESDAY, time(10)))
    assert moved.unit_id == "town-1-w1"
    await dora.outbox.deliver()
    # The page that showed it is told, too.
    assert told == ["dora", "dora"]


@pytest.mark.both_databases
async def test_checked_in_it_is_theirs_first_and_then_the_queues(dora: Hall, clock: ManualClock) -> None:
    appointment = await booked(dora, "18:00")
    clock.set_wall(appointment.at)
    await dora.open("ada", "dora")
    ticket = await dora.appointments.check_in(dora.worker(), appointment.id)
    until = appointment.at + timedelta(seconds=120)
    assert (ticket.kept_for, ticket.kept_until, ticket.home_id) == ("dora", until, "district")
    offer = (await dora.seen(dora.clerk("dora"))).offer
    assert offer is not None
    assert offer.ticket.id == ticket.id
    assert (await dora.seen(dora.clerk("ada"))).offer is None


async def test_while_nobody_is_there_it_waits_for_them_and_then_goes_to_the_town(
    dora: Hall, clock: ManualClock
) -> None:
    appointment = await booked(dora, "18:00")
    clock.set_wall(appointment.at)
    await dora.open("ada")
    ticket = await dora.appointments.check_in(dora.worker(), appointment.id)
    assert ticket.home_id == "town-1"
    assert (await dora.seen(dora.clerk("ada"))).offer is None
    clock.advance(121)
    await dora.heartbeat(point_page("wu"), window_page("ada"))
    await dora.timers.tick()
    async with dora.database.read() as session:
        found = await tickets.ticket(session, ticket.id)
    assert found.state == "offered"
