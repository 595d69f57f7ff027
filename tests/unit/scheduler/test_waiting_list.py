"""The waiting list on a real database: who finds no time is offered the first that fits, in order, and none twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select, text

from foundation.clock import ManualClock
from foundation.database import Database
from foundation.errors import Conflict
from scheduler.errors import (
    BookedThatDay,
    ListFull,
    NotBookable,
    NotInThisState,
    NotYourAppointment,
    OfferedTimeOver,
    SlotTaken,
    TimesFree,
    TooManyWishes,
)
from scheduler.queue_core.slots import cells
from scheduler.queue_core.wish_life import PartOfDay, Wanted, WishState, part_of, place
from scheduler.records import Appointment, Wish
from scheduler.rules import Rules
from scheduler.store import wishes as store
from scheduler.store.tables import AppointmentRow, AppointmentUnitRow
from scheduler.views import BookAppointment, JoinList
from scheduler.waiting_list import Listed
from tests.support.hall import Hall
from tests.support.race_for_slots import LENGTH
from tests.unit.scheduler.test_appointment_notices import sent

MONDAY = date(2026, 11, 23)
"""The clock begins on this day at 9:00 in the hall."""
FRIDAY = date(2026, 11, 27)
_PHONES = 13_900_000_000


def phone(number: int) -> str:
    return str(_PHONES + number)


async def fill(hall: Hall, day: date = FRIDAY, but: Sequence[str] = ()) -> dict[str, Appointment]:
    """Books the whole day at one window that can be booked; by clock."""
    hall.catalogue.windows = 1
    ((_, free),) = await hall.appointments.slots("point-1", "allowance", day, 1)
    booked = {}
    for number, slot in enumerate(free):
        clock = f"{slot.starts:%H:%M}"
        if clock in but:
            continue
        request = BookAppointment(item_id="allowance", starts=slot.starts, phone=f"137{day.day:02}{number:06}")
        booked[clock] = (await hall.appointments.book(hall.worker(), request)).appointment
    return booked


def wish(number: int, *days: date, part: PartOfDay = PartOfDay.ANY, **more: object) -> JoinList:
    changes = {"answers": {"applicant": "Li Na"}, "name": "Li Na", "text_messages": True} | more
    return JoinList(item_id="allowance", days=days or (FRIDAY,), part=part, phone=phone(number), **changes)  # type: ignore[arg-type]


async def join(hall: Hall, number: int, *days: date, part: PartOfDay = PartOfDay.ANY, **more: object) -> Listed:
    assert isinstance(hall.clock, ManualClock)
    hall.clock.advance(0.001)
    return await hall.waiting_list.join(hall.worker(), wish(number, *days, part=part, **more))


async def stored(hall: Hall, wish_id: str) -> Wish:
    async with hall.database.read() as session:
        return await store.wish(session, wish_id)


async def give_up(hall: Hall, appointment: Appointment) -> None:
    await hall.appointments.cancel(hall.worker(), appointment.id)


def test_a_part_of_the_day_begins_where_the_one_before_ends() -> None:
    parts = [
        part_of(datetime.combine(MONDAY, one)) for one in (time(0), time(11, 59), time(12), time(17, 59), time(18))
    ]
    morning, afternoon, evening = PartOfDay.MORNING, PartOfDay.AFTERNOON, PartOfDay.EVENING
    assert parts == [morning, morning, afternoon, afternoon, evening]


def test_only_those_who_could_take_the_same_time_are_ahead() -> None:
    mine = Wanted(frozenset({MONDAY, FRIDAY}), PartOfDay.MORNING)
    ahead = [
        Wanted(frozenset({MONDAY}), PartOfDay.ANY),
        Wanted(frozenset({FRIDAY}), PartOfDay.AFTERNOON),
        Wanted(frozenset({MONDAY + timedelta(days=1)}), PartOfDay.MORNING),
        Wanted(frozenset({FRIDAY}), PartOfDay.MORNING),
    ]
    assert place(ahead, mine) == 3


@pytest.mark.both_databases
async def test_a_time_given_up_is_held_for_the_first_and_booked_when_taken(hall: Hall, clock: ManualClock) -> None:
    booked = await fill(hall)
    first, second = await join(hall, 1), await join(hall, 2)
    assert (first.place, second.place) == (1, 2)
    await give_up(hall, booked["10:00"])
    offered = await stored(hall, first.wish.id)
    assert (offered.state, offered.answer_by) == (WishState.OFFERED, clock.now() + timedelta(hours=2))
    assert [(one.wish.id, one.place) for one in await hall.waiting_list.of_site("point-1")][1] == (second.wish.id, 1)
    assert any("有空位：11月27日10:00" in one for one in await sent(hall))
    with pytest.raises(SlotTaken):
        await hall.appointments.book(
            hall.worker(),
            BookAppointment(item_id="allowance", starts=datetime.combine(FRIDAY, time(10)), phone=phone(9)),
        )
    assert len(await hall.appointments.of_site("point-1")) == len(booked), "what is held is nobody's yet"
    taken = (await hall.waiting_list.take(hall.worker(), first.wish.id)).appointment
    assert (f"{taken.starts:%H:%M}", taken.unit_id) == ("10:00", booked["10:00"].unit_id)
    assert any(f"预约号{taken.number}" in one for one in await sent(hall))
    done = await stored(hall, first.wish.id)
    assert (done.state, done.details, done.data_key) == (WishState.TAKEN, b"", b"")
    with pytest.raises(NotInThisState):
        await hall.waiting_list.take(hall.worker(), first.wish.id)


@pytest.mark.both_databases
async def test_who_lets_it_pass_or_does_not_answer_waits_on_and_the_next_is_asked(
    hall: Hall, clock: ManualClock
) -> None:
    booked = await fill(hall)
    first, second, third = [await join(hall, number) for number in (1, 2, 3)]
    await give_up(hall, booked["10:00"])
    await hall.waiting_list.let_pass(hall.worker(), first.wish.id)
    assert [(await stored(hall, one.wish.id)).state for one in (first, second)] == ["listed", "time_held"]
    clock.advance(7200)
    with pytest.raises(OfferedTimeOver):
        await hall.waiting_list.take(hall.worker(), second.wish.id)
    await hall.waiting_list.look()
    found = [await stored(hall, one.wish.id) for one in (first, second, third)]
    assert [one.state for one in found] == ["listed", "listed", "time_held"]
    assert found[1].passed == ["2026-11-27T10:00:00"]
    # The one whom the first time did not suit is first again for another one.
    await give_up(hall, booked["11:00"])
    assert (await stored(hall, first.wish.id)).state is WishState.OFFERED


async def test_after_three_offers_in_vain_it_is_over_and_its_person_is_told(hall: Hall) -> None:
    booked = await fill(hall)
    first = await join(hall, 1)
    for clock in ("10:00", "11:00", "14:00"):
        await give_up(hall, booked[clock])
        assert hall.waiting_list.is_last_offer(await stored(hall, first.wish.id)) is (clock == "14:00")
        await hall.waiting_list.let_pass(hall.worker(), first.wish.id)
    assert (await stored(hall, first.wish.id)).state is WishState.EXPIRED
    assert any("候补的“事项 allowance”（地点 point-1）已结束" in one for one in await sent(hall))
    assert await hall.waiting_list.of_site("point-1") == []


async def test_only_what_fits_is_held(hall: Hall) -> None:
    booked = await fill(hall)
    first, second = await join(hall, 1, part=PartOfDay.AFTERNOON), await join(hall, 2, part=PartOfDay.MORNING)
    await give_up(hall, booked["10:00"])
    assert [(await stored(hall, one.wish.id)).state for one in (first, second)] == ["listed", "time_held"]


async def test_who_leaves_gives_what_is_held_to_the_next(hall: Hall) -> None:
    booked = await fill(hall)
    first, second = await join(hall, 1), await join(hall, 2)
    await give_up(hall, booked["10:00"])
    await hall.waiting_list.leave(hall.worker(), first.wish.id)
    assert (await stored(hall, first.wish.id)).state is WishState.LEFT
    assert (await stored(hall, second.wish.id)).state is WishState.OFFERED


async def test_a_window_more_is_offered_at_the_next_look(hall: Hall) -> None:
    await fill(hall)
    first = await join(hall, 1)
    hall.catalogue.windows = 4
    await hall.waiting_list.look()
    assert (await stored(hall, first.wish.id)).state is WishState.OFFERED


async def test_who_books_comes_after_the_list(hall: Hall) -> None:
    """A window more: nobody takes its times before those who wait had theirs."""
    await fill(hall, but=())
    first = await join(hall, 1)
    hall.catalogue.windows = 4
    with pytest.raises(SlotTaken):
        await hall.appointments.book(
            hall.worker(),
            BookAppointment(item_id="allowance", starts=datetime.combine(FRIDAY, time(9)), phone=phone(2)),
        )
    assert (await stored(hall, first.wish.id)).state is WishState.WAITING, "the refusal undid it"


async def test_what_cannot_be_waited_for_is_refused(hall: Hall) -> None:
    booked = await fill(hall, but=("16:45",))
    with pytest.raises(TimesFree):
        await join(hall, 1)
    await join(hall, 1, part=PartOfDay.MORNING)
    for days in ((), (FRIDAY, date(2026, 11, 20)), (date(2027, 1, 4),)):
        with pytest.raises(NotBookable):
            await hall.waiting_list.join(
                hall.worker(), JoinList(item_id="allowance", days=days, part=PartOfDay.ANY, phone=phone(2))
            )
    await join(hall, 1, part=PartOfDay.MORNING)
    with pytest.raises(TooManyWishes):
        await join(hall, 1, part=PartOfDay.MORNING)
    with pytest.raises(NotInThisState):
        await hall.waiting_list.let_pass(hall.worker(), (await hall.waiting_list.of_site("point-1"))[0].wish.id)
    stranger = hall.worker("point-2", "xu")
    (mine, _) = await hall.waiting_list.of_site("point-1")
    for act in (hall.waiting_list.take, hall.waiting_list.let_pass, hall.waiting_list.leave):
        with pytest.raises(NotYourAppointment):
            await act(stranger, mine.wish.id)
    await give_up(hall, booked["10:00"])
    (held,) = [one.held for one in await hall.waiting_list.of_site("point-1") if one.held]
    for handle in (
        hall.appointments.move(hall.worker(), held.id, datetime.combine(FRIDAY, time(16, 45))),
        hall.appointments.cancel(hall.worker(), held.id),
    ):
        with pytest.raises(NotInThisState):
            await handle


async def test_the_list_of_a_day_is_bounded(database: Database, clock: ManualClock) -> None:
    hall = Hall(database, clock, Rules(wishes_a_day=2))
    await fill(hall)
    await join(hall, 1)
    await join(hall, 2)
    with pytest.raises(ListFull) as refused:
        await join(hall, 3)
    assert "2026-11-27" in refused.value.sentence("en")


async def test_who_booked_beside_it_has_no_second_one_that_day(hall: Hall) -> None:
    booked = await fill(hall, but=("16:45",))
    first = await join(hall, 1, part=PartOfDay.MORNING)
    request = BookAppointment(item_id="allowance", starts=datetime.combine(FRIDAY, time(16, 45)), phone=phone(1))
    await hall.appointments.book(hall.worker(), request)
    await give_up(hall, booked["10:00"])
    assert (await stored(hall, first.wish.id)).state is WishState.WAITING
    with pytest.raises(BookedThatDay):
        await hall.appointments.book(hall.worker(), request)


async def test_who_may_not_book_what_is_free_may_wait(hall: Hall) -> None:
    await fill(hall, but=("10:00", "16:45"))
    request = BookAppointment(item_id="allowance", starts=datetime.combine(FRIDAY, time(16, 45)), phone=phone(1))
    await hall.appointments.book(hall.worker(), request)
    first = await join(hall, 1)
    await hall.waiting_list.look()
    assert (await stored(hall, first.wish.id)).state is WishState.WAITING
    with pytest.raises(TimesFree):
        await join(hall, 2)


async def test_what_comes_too_soon_to_be_told_is_not_offered(hall: Hall) -> None:
    booked = await fill(hall, MONDAY)
    first = await join(hall, 1, MONDAY)
    await give_up(hall, booked["09:45"])
    assert (await stored(hall, first.wish.id)).state is WishState.WAITING
    await give_up(hall, booked["10:15"])
    offered = await stored(hall, first.wish.id)
    assert offered.answer_by == datetime(2026, 11, 23, 1, 45, tzinfo=UTC)


async def test_its_days_over_it_is_over(hall: Hall, clock: ManualClock) -> None:
    await fill(hall)
    first = await join(hall, 1)
    clock.advance(5 * 86400)
    await hall.waiting_list.look()
    assert (await stored(hall, first.wish.id)).state is WishState.EXPIRED


async def test_while_the_centre_is_closed_the_time_to_answer_stands_still(hall: Hall, clock: ManualClock) -> None:
    booked = await fill(hall)
    first, second = await join(hall, 1), await join(hall, 2)
    clock.advance((datetime(2026, 11, 23, 8, 50, tzinfo=UTC) - clock.now()).total_seconds())
    await give_up(hall, booked["10:00"])
    assert (await stored(hall, first.wish.id)).answer_by == datetime(2026, 11, 24, 2, 50, tzinfo=UTC)
    clock.advance(12 * 3600)
    await hall.waiting_list.look()
    assert (await stored(hall, second.wish.id)).state is WishState.WAITING


async def test_what_is_given_up_at_night_is_held_until_shortly_before_it(hall: Hall, clock: ManualClock) -> None:
    booked = await fill(hall)
    first = await join(hall, 1)
    clock.advance((datetime(2026, 11, 26, 20, tzinfo=UTC) - clock.now()).total_seconds())
    await give_up(hall, booked["10:00"])
    assert (await stored(hall, first.wish.id)).answer_by == datetime(2026, 11, 27, 1, 30, tzinfo=UTC)


async def test_by_link_the_visit_is_made_when_it_is_taken(hall: Hall) -> None:
    """Of somebody who is told nothing: whoever is has the link by then, see test_own_times.py."""
    booked = await fill(hall)
    first = await join(hall, 1, by_link=True, text_messages=False)
    await give_up(hall, booked["10:00"])
    assert hall.links.booked == []
    taken = await hall.waiting_list.take(hall.worker(), first.wish.id)
    assert (taken.appointment.visitor_id, taken.link) == ("visitor-1", hall.links.addresses["visitor-1"][0])
    (row,) = [one for one in await hall.appointments.of_site("point-1") if one.id == taken.appointment.id]
    assert row.visitor_id == "visitor-1"


async def test_a_damaged_wish_keeps_nobody_else_waiting(hall: Hall) -> None:
    booked = await fill(hall)
    first, second = await join(hall, 1), await join(hall, 2)
    async with hall.database.write() as session:
        await session.execute(
            text("UPDATE appointment_wishes SET details = :none WHERE id = :id"), {"none": b"?", "id": first.wish.id}
        )
    await give_up(hall, booked["10:00"])
    assert (await stored(hall, second.wish.id)).state is WishState.OFFERED


async def test_neither_name_nor_phone_is_kept_in_the_clear(hall: Hall) -> None:
    await fill(hall)
    await join(hall, 1)
    async with hall.database.read() as session:
        (row,) = (await session.execute(text("SELECT * FROM appointment_wishes"))).mappings()
    kept = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in row.values())
    assert phone(1).encode() not in kept
    assert b"Li Na" not in kept


async def _nobody_waits_beside_a_free_time(hall: Hall) -> None:
    """Nobody is skipped: no time is free that fits one who waits; and no time has two people."""
    async with hall.database.read() as session:
        rows = (await session.execute(select(AppointmentRow.__table__))).all()
        units = [tuple(row) for row in await session.execute(select(AppointmentUnitRow.__table__))]
        queue = await store.in_queue(session, "town-1")
    kept = [row for row in rows if row.state in ("booked", "held")]
    wanted = [(row.unit_id, cell, row.id) for row in kept for cell in cells(row.starts, LENGTH)]
    assert len({(unit, cell) for unit, cell, _ in wanted}) == len(wanted), "one time has two people"
    assert set(units) == set(wanted)
    held = {row.id for row in kept if row.state == "held"}
    assert held == {one.appointment_id for one in queue if one.state is WishState.OFFERED}
    soonest = hall.clock.now() + timedelta(seconds=hall.rules.wish_ahead)
    for _, free in await hall.appointments.slots("point-1", "allowance", MONDAY, 5):
        for slot in free:
            waits = [one for one in queue if one.state is WishState.WAITING and one.wanted.fits(slot.starts)]
            mine = {row.person: row.starts.date() for row in kept}
            skipped = [one for one in waits if slot.at >= soonest and mine.get(one.person) != slot.starts.date()]
            assert skipped == [], f"{slot.starts} is free"


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(4))
async def test_races_of_cancels_answers_and_bookings_give_no_time_to_two_and_skip_nobody(
    hall: Hall, clock: ManualClock, seed: int
) -> None:
    dice = random.Random(seed)
    booked = await fill(hall)
    wishes = [await join(hall, number, part=dice.choice(list(PartOfDay)[:3])) for number in range(8)]
    for round_number in range(4):
        await asyncio.gather(
            *(_tried(give_up(hall, one)) for one in dice.sample(list(booked.values()), 3)),
            *(_tried(_answer(hall, dice.random(), one.wish.id)) for one in dice.sample(wishes, 5)),
            *(_tried(_book(hall, dice, 100 * round_number + number)) for number in range(4)),
            _tried(hall.waiting_list.look()),
        )
        await _nobody_waits_beside_a_free_time(hall)
        clock.advance(dice.choice((60, 7200)))
        await hall.waiting_list.look()
        await _nobody_waits_beside_a_free_time(hall)


async def _answer(hall: Hall, die: float, wish_id: str) -> None:
    worker = hall.worker()
    if die < 0.5:
        await hall.waiting_list.take(worker, wish_id)
    elif die < 0.9:
        await hall.waiting_list.let_pass(worker, wish_id)
    else:
        await hall.waiting_list.leave(worker, wish_id)


async def _book(hall: Hall, dice: random.Random, number: int) -> None:
    starts = datetime.combine(FRIDAY, time(dice.choice((9, 10, 11, 14, 15, 16)), dice.choice((0, 15, 30, 45))))
    request = BookAppointment(item_id="allowance", starts=starts, phone=f"136{number:08}")
    await hall.appointments.book(hall.worker(), request)


async def _tried(doing: Awaitable[object]) -> None:
    # Who is too late, or asks for what is not theirs to answer, is refused; a lock would be a fault.
    with suppress(Conflict):
        await doing
