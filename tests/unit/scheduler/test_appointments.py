"""Appointments on a real database: booked, moved, given up, checked in, missed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import text

from foundation.clock import ManualClock
from scheduler.errors import (
    AppointmentOver,
    BookedThatDay,
    BookedTooOften,
    MovedMeanwhile,
    NotBookable,
    NotInThisState,
    NotYourAppointment,
    SlotTaken,
    TicketAlreadyOpen,
    TooEarly,
)
from scheduler.queue_core.appointment_life import AppointmentState
from scheduler.records import Appointment
from scheduler.store import appointments as store
from scheduler.store import tickets
from scheduler.views import BookAppointment, TakeTicket
from tests.benchmarks.booking import on_sqlite
from tests.support.hall import Hall
from tests.support.race_for_slots import race, verdict

MONDAY = date(2026, 11, 23)
"""The clock begins on this day at 9:00 in the hall."""


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def asked(clock: str, phone: str = "13800000001", day: date = MONDAY) -> BookAppointment:
    return BookAppointment(item_id="allowance", starts=at(clock, day), phone=phone, answers={"applicant": "Li Na"})


async def booked(hall: Hall, clock: str, phone: str = "13800000001", day: date = MONDAY) -> Appointment:
    return (await hall.appointments.book(hall.worker(), asked(clock, phone, day))).appointment


async def free(hall: Hall, day: date = MONDAY) -> dict[str, int]:
    ((_, found),) = await hall.appointments.slots("point-1", "allowance", day, 1)
    return {f"{slot.starts:%H:%M}": len(slot.units) for slot in found}


async def test_half_of_the_windows_can_be_booked_and_a_booking_takes_one(hall: Hall) -> None:
    before = await free(hall)
    assert set(before.values()) == {2}
    assert next(iter(before)) == "09:00"
    first, second = await booked(hall, "10:00"), await booked(hall, "10:00", "13800000002")
    assert (first.unit_id, second.unit_id) == ("town-1-w1", "town-1-w2")
    assert (first.number, second.number) == ("1123-001", "1123-002")
    after = await free(hall)
    assert "10:00" not in after
    assert after["10:15"] == 2


async def test_each_department_says_how_much_of_its_windows_can_be_booked(hall: Hall) -> None:
    for percent, windows in ((100, 4), (75, 3), (1, 1), (0, 0)):
        hall.catalogue.booked["civil"] = percent
        assert set((await free(hall)).values()) == ({windows} if windows else set())
    ((_, of_tax),) = await hall.appointments.slots("point-1", "invoice", MONDAY, 1)
    assert {len(slot.units) for slot in of_tax} == {2}, "another department has its own"


@pytest.mark.both_databases
async def test_a_slot_taken_meanwhile_is_refused_with_the_next_three(hall: Hall) -> None:
    await booked(hall, "16:30")
    await booked(hall, "16:30", "13800000002")
    with pytest.raises(SlotTaken) as refused:
        await booked(hall, "16:30", "13800000003")
    assert refused.value.free == (at("16:45"), at("09:00", date(2026, 11, 24)), at("09:15", date(2026, 11, 24)))
    assert "11月23日16:45" in refused.value.sentence("zh-CN")
    assert "24 Nov 09:00" in refused.value.sentence("en")
    assert (await free(hall))["16:45"] == 2


@pytest.mark.parametrize(
    ("wall", "day"),
    [
        ("12:30", MONDAY),
        ("17:00", MONDAY),
        ("10:05", MONDAY),
        ("10:00", date(2026, 11, 28)),
        ("10:00", date(2026, 11, 20)),
        ("10:00", date(2027, 1, 4)),
    ],
    ids=["lunch", "after the close", "off the grid", "saturday", "past", "too far ahead"],
)
async def test_what_is_closed_past_or_far_is_refused(hall: Hall, wall: str, day: date) -> None:
    with pytest.raises(NotBookable):
        await booked(hall, wall, day=day)


async def test_a_slot_that_has_begun_is_past(hall: Hall, clock: ManualClock) -> None:
    clock.advance(1)
    assert next(iter(await free(hall))) == "09:15"
    with pytest.raises(NotBookable):
        await booked(hall, "09:00")


async def test_a_person_has_one_a_day_and_three_to_come(hall: Hall) -> None:
    await booked(hall, "10:00")
    with pytest.raises(BookedThatDay):
        await booked(hall, "11:00")
    await booked(hall, "10:00", day=date(2026, 11, 24))
    third = await booked(hall, "10:00", day=date(2026, 11, 25))
    with pytest.raises(BookedTooOften):
        await booked(hall, "10:00", day=date(2026, 11, 26))
    await hall.appointments.cancel(hall.worker(), third.id)
    await booked(hall, "10:00", day=date(2026, 11, 26))
    await booked(hall, "10:00", "13800000002", date(2026, 11, 26))


@pytest.mark.both_databases
async def test_a_move_frees_the_former_time_and_may_overlap_it(hall: Hall) -> None:
    first = await booked(hall, "10:00")
    moved = await hall.appointments.move(hall.worker(), first.id, at("10:15"))
    assert (moved.starts, moved.version, moved.number) == (at("10:15"), 2, first.number)
    after = await free(hall)
    assert (after["10:00"], after["10:15"]) == (2, 1)


async def test_a_move_to_a_full_time_leaves_all_as_it_was(hall: Hall) -> None:
    await booked(hall, "11:00", "13800000002")
    await booked(hall, "11:00", "13800000003")
    mine = await booked(hall, "10:00")
    with pytest.raises(SlotTaken):
        await hall.appointments.move(hall.worker(), mine.id, at("11:00"))
    assert (await free(hall))["10:00"] == 1
    assert await hall.appointments.appointment(hall.worker(), mine.id) == mine


async def test_a_cancelled_one_frees_its_time_and_stays_cancelled(hall: Hall) -> None:
    first = await booked(hall, "10:00")
    cancelled = await hall.appointments.cancel(hall.worker(), first.id)
    assert cancelled.state is AppointmentState.CANCELLED
    assert (await free(hall))["10:00"] == 2
    with pytest.raises(NotInThisState):
        await hall.appointments.cancel(hall.worker(), first.id)
    with pytest.raises(NotInThisState):
        await hall.appointments.move(hall.worker(), first.id, at("11:00"))


@pytest.mark.both_databases
async def test_check_in_takes_a_ticket_that_waits_from_the_due_time(hall: Hall, clock: ManualClock) -> None:
    first = await booked(hall, "10:00")
    clock.set_wall(first.at - timedelta(minutes=20))
    ticket = await hall.appointments.check_in(hall.worker(), first.id)
    assert (ticket.channel, ticket.credit_from, ticket.grants) == ("appointment", first.at, ["appointment"])
    assert (ticket.site_id, ticket.worker_id) == ("point-1", "wu")
    now = await hall.appointments.appointment(hall.worker(), first.id)
    assert (now.state, now.ticket_id) == (AppointmentState.CHECKED_IN, ticket.id)
    # Whoever came without an appointment ten minutes before the due time is served first.
    clock.set_wall(first.at - timedelta(minutes=10))
    other = await hall.reception.take_ticket(hall.worker("point-2", "xu"), TakeTicket(item_id="allowance"))
    await hall.open("ada")
    offer = (await hall.seen(hall.clerk("ada"))).offer
    assert offer is not None
    assert offer.ticket.id == other.id


async def test_who_is_early_is_served_while_nobody_else_waits(hall: Hall, clock: ManualClock) -> None:
    first = await booked(hall, "10:00")
    clock.set_wall(first.at - timedelta(minutes=30))
    await hall.open("ada")
    ticket = await hall.appointments.check_in(hall.worker(), first.id)
    offer = (await hall.seen(hall.clerk("ada"))).offer
    assert offer is not None
    assert offer.ticket.id == ticket.id


async def test_who_comes_late_has_waited_since_the_due_time(hall: Hall, clock: ManualClock) -> None:
    first = await booked(hall, "10:00")
    clock.set_wall(first.at + timedelta(minutes=15))
    ticket = await hall.appointments.check_in(hall.worker(), first.id)
    assert ticket.credit_from == first.at


async def test_too_early_and_too_late_are_refused(hall: Hall, clock: ManualClock) -> None:
    first = await booked(hall, "10:00")
    with pytest.raises(TooEarly) as refused:
        await hall.appointments.check_in(hall.worker(), first.id)
    assert "09:30" in refused.value.sentence("en")
    clock.set_wall(first.at + timedelta(minutes=15, seconds=1))
    with pytest.raises(AppointmentOver):
        await hall.appointments.check_in(hall.worker(), first.id)
    async with hall.database.read() as session:
        assert not await tickets.anybody_waits(session, hall.clock.now())


async def test_who_does_not_come_has_missed_it(hall: Hall, clock: ManualClock) -> None:
    first, later = await booked(hall, "10:00"), await booked(hall, "11:00", "13800000002")
    clock.set_wall(first.at + timedelta(minutes=15))
    assert await hall.appointments.expire() == 0
    clock.advance(1)
    assert await hall.appointments.expire() == 1
    assert await hall.appointments.expire() == 0
    states = {one.id: one.state for one in await hall.appointments.of_site("point-1")}
    assert states == {first.id: AppointmentState.MISSED, later.id: AppointmentState.BOOKED}


async def test_a_point_with_an_open_ticket_cannot_check_in(hall: Hall, clock: ManualClock) -> None:
    first = await booked(hall, "09:15")
    await hall.reception.take_ticket(hall.worker(), TakeTicket(item_id="allowance"))
    with pytest.raises(TicketAlreadyOpen):
        await hall.appointments.check_in(hall.worker(), first.id)
    assert (await hall.appointments.appointment(hall.worker(), first.id)).state is AppointmentState.BOOKED


async def test_others_cannot_touch_it(hall: Hall) -> None:
    first = await booked(hall, "09:15")
    stranger = hall.worker("point-2", "xu")
    for act in (
        hall.appointments.move(stranger, first.id, at("10:00")),
        hall.appointments.cancel(stranger, first.id),
        hall.appointments.check_in(stranger, first.id),
        hall.appointments.cancel(hall.clerk("ada"), first.id),
    ):
        with pytest.raises(NotYourAppointment):
            await act


@pytest.mark.both_databases
async def test_of_two_who_take_a_cell_the_database_keeps_one(hall: Hall) -> None:
    first, second = await booked(hall, "10:00"), await booked(hall, "11:00", "13800000002")
    with pytest.raises(MovedMeanwhile):
        async with hall.database.write() as session:
            await store.take(session, second.id, [(first.unit_id, first.starts)])


async def test_neither_name_nor_phone_is_kept_in_the_clear(hall: Hall) -> None:
    await booked(hall, "10:00", "13812345678")
    async with hall.database.read() as session:
        (row,) = (await session.execute(text("SELECT * FROM appointments"))).mappings()
        (told,) = await session.scalars(text("SELECT body FROM outbox"))
    kept = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row.values())
    assert b"13812345678" not in kept
    assert b"Li Na" not in kept
    assert "13812345678" not in str(told)


@pytest.mark.both_databases
async def test_many_race_with_moves_and_cancels_and_nothing_is_booked_twice(hall: Hall) -> None:
    tally = await race(hall, range(24), 6)
    found = await verdict(hall.database, [tally])
    assert (found["booked_twice"], found["lost"], found["locked"]) == (0, 0, 0)
    assert 0 < found["booked"] <= 6
    assert found["refused_taken"] > 20


async def test_all_clients_of_one_process_share_sqlite_and_none_is_left_locked() -> None:
    found = await on_sqlite(clients=60, slots=15)
    assert (found["booked_twice"], found["lost"], found["locked"]) == (0, 0, 0)
    assert 0 < found["booked"] <= 15
