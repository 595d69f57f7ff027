"""What people are told of their appointments: the words, and what is written, withdrawn and forgotten with a change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from directory.principal import Role, Visitor
from foundation.clock import ManualClock
from foundation.notifying import Dispatcher, NoticeFigures
from foundation.notifying.dispatcher import DispatcherParts
from foundation.notifying.texts import sms_parts
from scheduler.appointment_notices import notice_texts
from scheduler.errors import AppointmentOver, BookedThatDay, NotYourAppointment, TooEarly
from scheduler.records import Appointment
from scheduler.views import BookAppointment
from tests.support.hall import Hall

MONDAY = date(2026, 11, 23)
"""The clock begins on this day at 9:00 in the hall."""
FRIDAY = date(2026, 11, 27)
PHONE = "13800000001"
LONGEST = {
    "number": "1231-999",
    "day": "12月31日",
    "time": "16:45",
    "item": "机关事业单位养老保险与城镇企业职工基本养老保险互转",
    "place": "某某街道某某社区便民服务站",
    "code": "000000",
    "minutes": "10",
    "until": "12月31日 16:45",
    "link": f"https://window.example.gov.cn/visit#{'0' * 32}",
}
LONGEST_IN_ENGLISH = {
    "day": "31 Dec",
    "until": "31 Dec 16:45",
    "item": "Transfer of pension insurance between public institutions and enterprises",
    "place": "Service station of the community of a street",
}
OF_OTHERS = {
    "wish_joined": {"day", "item", "place"},
    "wish_offered": {"day", "time", "item", "place", "until", "link"},
    "wish_over": {"item", "place"},
    "phone_code": {"code", "minutes"},
}


def test_each_kind_takes_what_there_is_and_fits_three_text_messages() -> None:
    texts = notice_texts()
    for kind in texts.kinds:
        expected = OF_OTHERS.get(kind) or {
            "number",
            "day",
            "time",
            "item",
            "link" if kind.endswith("_link") else "place",
        }
        for language in ("zh-CN", "en"):
            template = texts.template(kind, language)
            assert template.places == expected, kind
            _, filled = template.filled(LONGEST if language == "zh-CN" else LONGEST | LONGEST_IN_ENGLISH)
            assert sms_parts(filled) <= (3 if "link" in template.places else 2), (kind, language, len(filled))


def wish(clock: str, day: date = MONDAY, **changes: Any) -> BookAppointment:
    starts = datetime.combine(day, time.fromisoformat(clock))
    values: dict[str, Any] = {"phone": PHONE, "name": "Li Na", "answers": {"applicant": "Li Na"}, "text_messages": True}
    return BookAppointment(item_id="allowance", starts=starts, **values | changes)


async def book(hall: Hall, clock: str, day: date = MONDAY, **changes: Any) -> Appointment:
    return (await hall.appointments.book(hall.worker(), wish(clock, day, **changes))).appointment


async def rows(hall: Hall, state: str = "waiting") -> list[tuple[str, str, datetime]]:
    """Kind, channel and due time of those in the state, the earliest first."""
    async with hall.database.read() as session:
        found = await session.execute(
            text("SELECT kind, channel, next_at FROM notices WHERE state = :state ORDER BY next_at, channel"),
            {"state": state},
        )
        return [(kind, channel, next_at) for kind, channel, next_at in found]


async def kinds(hall: Hall, state: str = "waiting") -> list[str]:
    return [f"{kind} {channel}" for kind, channel, _ in await rows(hall, state)]


async def sent(hall: Hall) -> Sequence[str]:
    """The texts of what is due, the earliest first."""
    parts = DispatcherParts(
        database=hall.database,
        vault=hall.vault,
        clock=hall.clock,
        senders=hall.senders,
        texts=notice_texts(),
        figures=NoticeFigures(),
    )
    while await Dispatcher(parts).dispatch():
        pass
    return [one.sending.text for one in reversed(hall.simulator.kept()) if one.channel == "sms"]


@pytest.mark.both_databases
async def test_a_booking_is_confirmed_at_once_and_called_to_mind_twice(hall: Hall, clock: ManualClock) -> None:
    booked = await book(hall, "10:00", FRIDAY)
    told = ["appointment_booked sms", "appointment_booked webhook"]
    assert await kinds(hall) == [*told, "appointment_day_before sms", "appointment_hour_before sms"]
    assert await sent(hall) == [
        "【云窗口】您已预约11月27日10:00在地点 point-1办理“事项 allowance”，预约号1123-001。请提前几分钟到场签到。"
    ]
    clock.set_wall(booked.at - timedelta(days=1))
    assert len(await sent(hall)) == 2
    clock.set_wall(booked.at - timedelta(hours=1))
    assert "10:00快到了" in (await sent(hall))[-1]
    assert await rows(hall) == []


async def test_the_districts_systems_are_told_of_nobody(hall: Hall) -> None:
    await book(hall, "10:00", FRIDAY, by_link=True)
    await sent(hall)
    (told,) = [one.sending for one in hall.simulator.kept() if one.channel == "webhook"]
    assert (told.address, told.kind) == ("", "appointment_booked")
    assert set(told.values) == {"number", "day", "time", "item", "place"}


async def test_who_books_late_is_not_reminded_of_what_is_past(hall: Hall) -> None:
    await book(hall, "09:45")
    assert await kinds(hall) == ["appointment_booked sms", "appointment_booked webhook"]
    await book(hall, "11:00", phone="13800000002")
    assert (await kinds(hall))[4:] == ["appointment_hour_before sms"]


async def test_who_wants_no_notice_gets_none_and_a_refused_booking_tells_nobody(hall: Hall) -> None:
    await book(hall, "10:00", text_messages=False)
    assert await kinds(hall) == ["appointment_booked webhook"]
    with pytest.raises(BookedThatDay):
        await book(hall, "11:00")
    assert await kinds(hall) == ["appointment_booked webhook"]


@pytest.mark.both_databases
async def test_a_move_withdraws_the_former_reminders_and_a_cancel_all(hall: Hall) -> None:
    booked = await book(hall, "10:00", FRIDAY, by_link=True, language="en")
    first = await sent(hall)
    moved = await hall.appointments.move(hall.worker(), booked.id, datetime.combine(FRIDAY, time(16)))
    assert [row[0] for row in await rows(hall, "withdrawn")] == [
        "appointment_day_before_link",
        "appointment_hour_before_link",
    ]
    assert len(await kinds(hall)) == 4
    texts = await sent(hall)
    assert texts[0].endswith(hall.links.addresses["visitor-1"][0])
    assert texts[1].endswith(hall.links.addresses["visitor-1"][1])
    assert "27 Nov at 16:00" in texts[1]
    assert len(first) == 1
    assert hall.links.ends["visitor-1"] == moved.at + timedelta(hours=8)
    await hall.appointments.cancel(hall.worker(), booked.id)
    assert hall.links.ends["visitor-1"] is None
    assert await kinds(hall) == ["appointment_cancelled sms", "appointment_cancelled webhook"]
    assert "was cancelled" in (await sent(hall))[-1]


async def test_who_does_not_come_is_not_reminded(hall: Hall, clock: ManualClock) -> None:
    booked = await book(hall, "11:00")
    clock.set_wall(booked.at + timedelta(minutes=16))
    assert await hall.appointments.expire() == 1
    assert await rows(hall) == []


def visitor(hall: Hall, appointment: Appointment, visitor_id: str = "visitor-1") -> Visitor:
    return Visitor(
        person_id=visitor_id,
        account="visitor",
        name="Li Na",
        roles=frozenset({Role.VISITOR}),
        site_id="town-1",
        site_path="/district/town-1",
        department_ids=frozenset(),
        item_id="allowance",
        host_id="wu",
        ends_at=appointment.at,
        appointment_id=appointment.id,
    )


@pytest.mark.both_databases
async def test_a_visitor_checks_in_by_the_link_in_time(hall: Hall, clock: ManualClock) -> None:
    booked = await book(hall, "10:00", by_link=True)
    assert booked.visitor_id == "visitor-1"
    (visit,) = hall.links.booked
    assert (visit.site_id, visit.name, visit.host_id) == ("town-1", "Li Na", "wu")
    mine = visitor(hall, booked)
    with pytest.raises(TooEarly):
        await hall.appointments.check_in_by_link(mine, {})
    clock.set_wall(booked.at - timedelta(minutes=20))
    with pytest.raises(NotYourAppointment):
        await hall.appointments.check_in_by_link(visitor(hall, booked, "visitor-2"), {})
    ticket = await hall.appointments.check_in_by_link(mine, {"wish": "a question"})
    assert (ticket.site_id, ticket.worker_id, ticket.credit_from) == ("town-1", "visitor-1", booked.at)
    board = await hall.board()
    view = board.ticket(ticket.id)
    assert view is not None
    assert hall.reception.answers(view) == {"applicant": "Li Na", "wish": "a question"}
    assert hall.links.ends["visitor-1"] is not None, "the link goes on opening the visit"
    assert await rows(hall) == [], "nothing is told any more"


async def test_a_link_opened_too_late_is_refused_and_at_the_point_it_is_needed_no_more(
    hall: Hall, clock: ManualClock
) -> None:
    first = await book(hall, "10:00", by_link=True)
    second = await book(hall, "11:00", phone="13800000002", by_link=True)
    clock.set_wall(first.at + timedelta(minutes=16))
    with pytest.raises(AppointmentOver):
        await hall.appointments.check_in_by_link(visitor(hall, first), {})
    clock.set_wall(second.at)
    await hall.appointments.check_in(hall.worker(), second.id)
    assert hall.links.ends["visitor-2"] is None


@pytest.mark.both_databases
async def test_how_people_are_reached_is_forgotten_after_the_day(hall: Hall, clock: ManualClock) -> None:
    booked = await book(hall, "10:00", email="li@example.cn")
    later = await book(hall, "10:00", FRIDAY, email="li@example.cn")
    clock.set_wall(datetime.fromisoformat("2026-11-23T15:59:00Z"))
    assert await hall.appointments.forget() == 0
    clock.advance(60)
    assert await hall.appointments.forget() == 1
    assert await hall.appointments.forget() == 0
    kept = hall.appointments.details(await hall.appointments.appointment(hall.worker(), booked.id))
    assert (kept.phone, kept.email, kept.text_messages) == ("", "", False)
    assert kept.answers == {"applicant": "Li Na"}
    assert hall.appointments.details(later).phone == PHONE
