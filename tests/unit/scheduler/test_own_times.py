"""Answers from home, by the link that was told with the time: taken, let pass, moved, given up; each of them once."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, time, timedelta

import pytest

from directory.principal import Role, Visitor
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.errors import Conflict, Forbidden
from scheduler.booking import VISIT_LASTS
from scheduler.errors import (
    AppointmentGivenUp,
    ChangedTooOften,
    NotBookable,
    NotInThisState,
    NotYourAppointment,
    OfferedTimeOver,
    SlotTaken,
    TimeNotHeld,
)
from scheduler.queue_core.wish_life import WishState
from scheduler.records import Appointment
from scheduler.rules import Rules
from scheduler.views import BookAppointment
from tests.support.hall import Hall
from tests.unit.scheduler.test_appointment_notices import sent
from tests.unit.scheduler.test_waiting_list import FRIDAY, fill, give_up, join, phone, stored

THURSDAY = date(2026, 11, 26)


async def offered(hall: Hall, **more: object) -> tuple[str, Visitor, dict[str, Appointment]]:
    """The wish for which ten o'clock is held, who has the link to answer, and what else is booked that day."""
    booked = await fill(hall)
    wish = (await join(hall, 1, **more)).wish  # type: ignore[arg-type]
    await give_up(hall, booked["10:00"])
    return wish.id, holder(hall), booked


def holder(hall: Hall) -> Visitor:
    """Who has the link that was made last."""
    visit = hall.links.booked[-1]
    return Visitor(
        person_id=hall.links.visitors[visit.appointment_id],
        account="visitor",
        name=visit.name,
        roles=frozenset({Role.VISITOR}),
        site_id=visit.site_id,
        site_path="/district/town-1",
        department_ids=frozenset(),
        item_id=visit.item_id,
        host_id=visit.host_id,
        ends_at=visit.ends_at,
        appointment_id=visit.appointment_id,
    )


def at(clock: str, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


@pytest.mark.both_databases
async def test_who_is_offered_a_time_takes_it_from_home(hall: Hall, clock: ManualClock) -> None:
    wish_id, mine, _ = await offered(hall)
    told = await sent(hall)
    link = hall.links.addresses[mine.person_id][0]
    assert [one for one in told if link in one and "10:00" in one], "the notice has the link"
    assert hall.links.ends[mine.person_id] == clock.now() + timedelta(hours=2), "it ends with the offer"
    taken = (await hall.waiting_list.take_mine(mine)).appointment
    assert (taken.starts, taken.visitor_id) == (at("10:00"), None)
    assert (await stored(hall, wish_id)).state is WishState.TAKEN
    assert hall.links.ends[mine.person_id] == taken.at, "it is good for another time, and to give it up"
    assert taken.id in {one.id for one in await hall.appointments.of_site("point-1")}
    with pytest.raises(NotYourAppointment):
        # Who is to come to the point has no way past its queue.
        await hall.appointments.check_in_by_link(mine, {})


async def test_what_is_kept_by_video_has_the_same_visitor(hall: Hall) -> None:
    _, mine, _ = await offered(hall, by_link=True)
    taken = (await hall.waiting_list.take_mine(mine)).appointment
    assert taken.visitor_id == mine.person_id
    assert hall.links.ends[mine.person_id] == taken.at + VISIT_LASTS
    link = hall.links.addresses[mine.person_id][1]
    assert [one for one in await sent(hall) if link in one and "已预约" in one]


async def test_who_cannot_be_told_gets_no_link(hall: Hall) -> None:
    booked = await fill(hall)
    wish = (await join(hall, 1, text_messages=False, email="li@example.cn")).wish
    await give_up(hall, booked["10:00"])
    assert (await stored(hall, wish.id)).state is WishState.OFFERED
    assert hall.links.booked == []


@pytest.mark.both_databases
async def test_who_lets_it_pass_from_home_waits_on_and_the_link_knows_nobody(hall: Hall) -> None:
    wish_id, mine, _ = await offered(hall)
    passed = await hall.waiting_list.let_mine_pass(mine)
    assert (passed.id, passed.state) == (wish_id, WishState.WAITING)
    assert hall.links.ends[mine.person_id] is None
    assert hall.links.forgotten == {mine.appointment_id}
    for answer in (hall.waiting_list.take_mine, hall.waiting_list.let_mine_pass):
        with pytest.raises(OfferedTimeOver):
            await answer(mine)


async def test_answered_after_its_end_it_has_gone_to_the_next(hall: Hall, clock: ManualClock) -> None:
    booked = await fill(hall)
    first, second = await join(hall, 1), await join(hall, 2)
    await give_up(hall, booked["10:00"])
    mine = holder(hall)
    clock.advance(7200)
    with pytest.raises(OfferedTimeOver):
        await hall.waiting_list.take_mine(mine)
    await hall.waiting_list.look()
    assert [(await stored(hall, one.wish.id)).state for one in (first, second)] == ["listed", "time_held"]
    with pytest.raises(OfferedTimeOver):
        await hall.waiting_list.take_mine(mine)
    with pytest.raises(TimeNotHeld):
        await hall.appointments.require_not_lost(mine.appointment_id or "")


async def test_the_link_of_a_former_offer_does_not_answer_for_the_next(hall: Hall) -> None:
    wish_id, mine, booked = await offered(hall)
    await hall.waiting_list.let_mine_pass(mine)
    await give_up(hall, booked["11:00"])
    assert (await stored(hall, wish_id)).state is WishState.OFFERED
    for answer in (hall.waiting_list.take_mine, hall.waiting_list.let_mine_pass):
        with pytest.raises(OfferedTimeOver):
            await answer(mine)
    assert (await stored(hall, wish_id)).state is WishState.OFFERED


@pytest.mark.both_databases
async def test_of_two_answers_at_once_one_counts(hall: Hall) -> None:
    """At the point, with the link and with the link once more; the time has one person, or the next one."""
    wish_id, mine, _ = await offered(hall)
    answers = await asyncio.gather(
        hall.waiting_list.take_mine(mine),
        hall.waiting_list.let_mine_pass(mine),
        hall.waiting_list.take(hall.worker(), wish_id),
        hall.waiting_list.take_mine(mine),
        return_exceptions=True,
    )
    refused = [one for one in answers if isinstance(one, BaseException)]
    assert len(refused) == 3
    assert all(isinstance(one, Conflict) for one in refused), refused
    there = [one for one in await hall.appointments.of_site("point-1") if one.starts == at("10:00")]
    taken = (await stored(hall, wish_id)).state is WishState.TAKEN
    assert len([one for one in there if one.state == "booked"]) == taken


async def test_taken_twice_the_second_is_told_what_it_is_now(hall: Hall) -> None:
    _, mine, _ = await offered(hall)
    await hall.waiting_list.take_mine(mine)
    with pytest.raises(NotInThisState) as refused:
        await hall.waiting_list.take_mine(mine)
    assert "已预约" in refused.value.sentence("zh-CN")


@pytest.mark.both_databases
async def test_it_is_moved_and_given_up_by_the_same_link(hall: Hall) -> None:
    _, mine, booked = await offered(hall)
    with pytest.raises(NotInThisState):
        await hall.appointments.move_mine(mine, at("09:00", THURSDAY))
    await hall.waiting_list.take_mine(mine)
    other = await join(hall, 2)
    ((_, free),) = await hall.appointments.slots_of_mine(mine, THURSDAY, 1)
    moved = await hall.appointments.move_mine(mine, free[0].starts)
    assert hall.links.ends[mine.person_id] == moved.at
    with pytest.raises(SlotTaken) as refused:
        await hall.appointments.move_mine(mine, at("11:00"))
    assert "最近可约" in refused.value.sentence("zh-CN")
    assert len(refused.value.free) == 3
    assert (await stored(hall, other.wish.id)).state is WishState.OFFERED, "it went to who waited for it"
    cancelled = await hall.appointments.cancel_mine(mine)
    assert (cancelled.id, cancelled.state) == (moved.id, "cancelled")
    assert hall.links.ends[mine.person_id] is None
    with pytest.raises(NotInThisState):
        await hall.appointments.cancel_mine(mine)
    with pytest.raises(AppointmentGivenUp):
        await hall.appointments.require_not_lost(moved.id)
    assert booked["11:00"].id in {one.id for one in await hall.appointments.of_site("point-1")}


async def test_who_moves_it_on_and_on_is_sent_to_the_point(database: Database, clock: ManualClock) -> None:
    hall = Hall(database, clock, Rules(changes_from_home=2))
    request = BookAppointment(
        item_id="allowance", starts=at("10:00"), phone=phone(1), name="Li Na", by_link=True, text_messages=True
    )
    booked = (await hall.appointments.book(hall.worker(), request)).appointment
    mine = holder(hall)
    assert hall.appointments.moves_from_home(booked)
    moved = await hall.appointments.move_mine(mine, at("10:15"))
    assert not hall.appointments.moves_from_home(moved)
    with pytest.raises(ChangedTooOften):
        await hall.appointments.move_mine(mine, at("10:30"))
    await hall.appointments.move(hall.worker(), booked.id, at("10:30"))
    await hall.appointments.cancel_mine(mine)


async def test_of_two_moves_at_once_the_last_that_may_be_counts(database: Database, clock: ManualClock) -> None:
    hall = Hall(database, clock, Rules(changes_from_home=2))
    request = BookAppointment(item_id="allowance", starts=at("10:00"), phone=phone(1), name="Li Na", by_link=True)
    await hall.appointments.book(hall.worker(), request)
    mine = holder(hall)
    moves = (hall.appointments.move_mine(mine, at("10:15")), hall.appointments.move_mine(mine, at("10:30")))
    answers = await asyncio.gather(*moves, return_exceptions=True)
    assert [type(one) for one in answers if not isinstance(one, Appointment)] == [ChangedTooOften]


@pytest.mark.parametrize("day", [date.min, date.max])
async def test_a_day_at_the_end_of_the_calendar_is_as_any_other_that_cannot_be_booked(hall: Hall, day: date) -> None:
    _, mine, _ = await offered(hall)
    await hall.waiting_list.take_mine(mine)
    with pytest.raises(NotBookable):
        await hall.appointments.move_mine(mine, at("10:00", day))
    with pytest.raises(NotBookable):
        await hall.appointments.book(
            hall.worker(), BookAppointment(item_id="allowance", starts=at("10:00", day), phone=phone(3))
        )
    assert await hall.appointments.slots_of_mine(mine, day, 7) == []


async def test_nobody_else_answers_by_it(hall: Hall) -> None:
    _, mine, _ = await offered(hall)
    with pytest.raises(Forbidden):
        await hall.waiting_list.take(mine, "any")
    with pytest.raises(Forbidden):
        await hall.appointments.cancel(mine, mine.appointment_id or "")
