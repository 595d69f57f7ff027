"""A case handed on: taken by one, asked back, answered, decided or returned; at any time somebody owns it by a date."""

from __future__ import annotations

import asyncio
from datetime import date
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import text

from directory.errors import CalendarTooShort, ResultLinkOver
from directory.principal import Principal, Role, Staff
from directory.records import CalendarYear
from directory.result_links import LASTS
from directory.working_days import WorkCalendar
from document_relay.case_core.hand_on_life import HandOnState, nearness
from document_relay.case_core.lives import CaseState
from document_relay.case_files import Request
from document_relay.documents import Decision
from document_relay.errors import NotYourCase, ReasonNeeded, WrongCaseState
from document_relay.hand_on import MOST_QUESTIONS, NewHandOn, Reckoning
from document_relay.hand_on_errors import (
    AskedOftenEnough,
    HandOnStands,
    HandOnTaken,
    NotDecidedYet,
    NotYourDesk,
    SameDesk,
)
from document_relay.hand_on_records import Desk, HandOnRecord, Reach
from document_relay.joint_acceptance import Named
from document_relay.joint_errors import JointAcceptanceStands
from document_relay.left_cases import Days
from document_relay.supplement_errors import SupplementStands
from document_relay.supplement_notices import Reach as ReachForPapers
from document_relay.supplements import Wanted
from foundation.clock import ManualClock

from .conftest import CLERK, WORKER, Bench, opening, picture, stranger

pytestmark = pytest.mark.both_databases

CALENDAR = WorkCalendar([CalendarYear(id="2026", holidays=[date(2026, 12, 3)], worked=[date(2026, 12, 5)])])
MONDAY = date(2026, 11, 30)
TOWN = Desk(
    site_id="town-03",
    site_path="/district/town-03",
    site_zh="桃园便民服务中心",
    site_en="Taoyuan Service Centre",
    department_id="civil",
    name_zh="民政局",
    name_en="Civil Affairs",
)
DISTRICT = msgspec.structs.replace(
    TOWN, site_id="district", site_path="/district", site_zh="区云办中心", site_en="Cloud Centre"
)


def officer(name: str) -> Principal:
    return Staff(
        person_id=f"officer-{name}",
        account=name,
        name=name,
        roles=frozenset({Role.CLERK}),
        site_id="district",
        site_path="/district",
        department_ids=frozenset({"civil"}),
    )


ZHAO, QIAN = officer("赵审批"), officer("钱审批")
COLLEAGUE = msgspec.structs.replace(CLERK, person_id="colleague", name="周窗口")


def on(day: int = 30, month: int = 11) -> Reckoning:
    return Reckoning(CALENDAR, date(2026, month, day))


NEW = NewHandOn(sender=TOWN, receiver=DISTRICT, days=5, note="请核对户籍。", reach=Reach(phone="13800138000"))


@pytest.fixture
async def handed(bench: Bench) -> Bench:
    """Handed on to the district, and the visit is over."""
    await bench.deliver(picture("card"))
    assert await bench.relay.hand_ons.hand_on(CLERK, bench.case_id, NEW, on()) == "2026-12-07"
    await bench.relay.case_files.close(bench.case_id)
    return bench


async def now(bench: Bench) -> HandOnRecord:
    found = (await bench.case()).hand_on
    assert found is not None
    return found


async def owned(bench: Bench) -> tuple[str, str, str]:
    """Who has it, the person or else the department's centre, and until when."""
    counted = Days(CALENDAR, date(2026, 11, 30), ZoneInfo("UTC"))
    assert await bench.relay.left.lying_between(counted) == []
    found = await now(bench)
    return found.state.value, found.owner or found.desk.site_id, found.due_on


async def decide(bench: Bench, person: Principal) -> str:
    return await bench.relay.documents.decide(person, bench.case_id, Decision(outcome="approved", notice="同意。"))


async def test_from_the_town_to_the_decision_it_always_has_an_owner_and_a_date(handed: Bench) -> None:
    hand_ons, case_id = handed.relay.hand_ons, handed.case_id
    assert await owned(handed) == ("handed_on", "district", "2026-12-07")
    await hand_ons.take(ZHAO, case_id)
    await hand_ons.take(ZHAO, case_id)
    assert await owned(handed) == ("taken", ZHAO.person_id, "2026-12-07")
    await hand_ons.ask_back(ZHAO, case_id, "户口簿是原件吗？", 10, on(1, 12))
    assert await owned(handed) == ("asked_back", "town-03", "2026-12-15")
    await hand_ons.answer(CLERK, case_id, "是原件。", on(4, 12))
    # Two working days passed, for the third was a holiday: they are added.
    assert await owned(handed) == ("answered", ZHAO.person_id, "2026-12-09")
    document_id = await decide(handed, ZHAO)
    case = await handed.case()
    assert (case.file.state, case.file.decided_by, case.file.notice_document_id) == (
        CaseState.CLOSED,
        ZHAO.name,
        document_id,
    )
    found = await now(handed)
    assert (found.state, [one.answer for one in found.exchanges]) == (HandOnState.DECIDED, ["是原件。"])
    told = await handed.relay.results.whom_to_tell(case_id)
    assert told is not None
    assert told[2].phone == "13800138000"


async def test_of_two_who_take_at_once_the_first_wins_and_the_second_is_told_who(handed: Bench) -> None:
    tries = [handed.relay.hand_ons.take(person, handed.case_id) for person in (ZHAO, QIAN)]
    refused = [one for one in await asyncio.gather(*tries, return_exceptions=True) if one is not None]
    assert [type(one) for one in refused] == [HandOnTaken]
    (second,) = refused
    assert isinstance(second, HandOnTaken)
    taker = (await now(handed)).taker_name
    assert str(taker) in second.sentence("zh-CN")
    assert str(taker) in second.sentence("en")
    assert (await handed.case()).file.clerk_id == (await now(handed)).taker_id


async def test_nobody_decides_but_who_took_it(handed: Bench) -> None:
    with pytest.raises(HandOnStands) as stands:
        await decide(handed, CLERK)
    assert "区云办中心 民政局" in stands.value.sentence("zh-CN")
    await handed.relay.hand_ons.take(ZHAO, handed.case_id)
    for person in (CLERK, QIAN):
        with pytest.raises(NotYourCase):
            await decide(handed, person)
    await handed.relay.hand_ons.ask_back(ZHAO, handed.case_id, "？", 10, on())
    with pytest.raises(NotYourCase):
        await decide(handed, ZHAO)
    with pytest.raises(HandOnStands):
        await decide(handed, CLERK)


async def test_what_is_returned_is_the_towns_again_and_can_be_handed_on_once_more(handed: Bench) -> None:
    hand_ons, case_id = handed.relay.hand_ons, handed.case_id
    await hand_ons.take(ZHAO, case_id)
    await hand_ons.give_up(ZHAO, case_id, "不属于本部门。", 5, on())
    assert await owned(handed) == ("returned", "town-03", "2026-12-07")
    assert (await now(handed)).returned == "不属于本部门。"
    await hand_ons.take(COLLEAGUE, case_id)
    assert (await handed.case()).file.clerk_id == COLLEAGUE.person_id
    with pytest.raises(NotYourCase):
        await hand_ons.hand_on(CLERK, case_id, NEW, on())
    await hand_ons.hand_on(COLLEAGUE, case_id, NEW, on(1, 12))
    assert await owned(handed) == ("handed_on", "district", "2026-12-08")
    with pytest.raises(HandOnStands):
        await hand_ons.hand_on(COLLEAGUE, case_id, NEW, on())


async def test_a_returned_case_is_decided_by_the_town(handed: Bench) -> None:
    await handed.relay.hand_ons.take(ZHAO, handed.case_id)
    await handed.relay.hand_ons.give_up(ZHAO, handed.case_id, "由镇上办理。", 5, on())
    await decide(handed, CLERK)
    assert (await now(handed)).state is HandOnState.DECIDED
    link = await handed.relay.results.link(WORKER, handed.case_id)
    assert (await handed.relay.results.read(link.secret)).desk == (await now(handed)).sender


async def test_a_link_made_at_the_point_shows_the_result_until_it_is_over(handed: Bench, clock: ManualClock) -> None:
    results, case_id = handed.relay.results, handed.case_id
    await handed.relay.hand_ons.take(ZHAO, case_id)
    with pytest.raises(NotDecidedYet):
        await results.link(WORKER, case_id)
    await decide(handed, ZHAO)
    for person in (ZHAO, stranger(Role.COMMUNITY_WORKER)):
        with pytest.raises(NotYourCase):
            await results.link(person, case_id)
    link = await results.link(WORKER, case_id)
    shown = await results.read(link.secret)
    assert (shown.file.id, shown.desk) == (case_id, (await now(handed)).receiver)
    assert (await results.pdf(link.secret)).data.startswith(b"%PDF")
    assert "链接" in (await handed.case()).history[-1].sentence[0]
    clock.advance(LASTS.total_seconds() - 60)
    await results.read(link.secret)
    with pytest.raises(ResultLinkOver):
        await results.link(WORKER, case_id)
    clock.advance(60)
    with pytest.raises(ResultLinkOver):
        await results.read(link.secret)
    with pytest.raises(ResultLinkOver):
        await results.pdf(link.secret)


async def test_who_handed_a_returned_case_on_takes_it_back_from_another_visit(handed: Bench) -> None:
    hand_ons, case_id = handed.relay.hand_ons, handed.case_id
    await hand_ons.take(ZHAO, case_id)
    await hand_ons.give_up(ZHAO, case_id, "由镇上办理。", 5, on())
    await handed.relay.case_files.assign_clerk(case_id, COLLEAGUE.person_id, COLLEAGUE.name)
    with pytest.raises(NotYourCase):
        await decide(handed, CLERK)
    await hand_ons.take(CLERK, case_id)
    await decide(handed, CLERK)


async def test_who_took_it_has_it_back_from_who_stood_in(handed: Bench) -> None:
    await handed.relay.hand_ons.take(ZHAO, handed.case_id)
    async with handed.database.write() as session:
        stands_in = text("UPDATE case_files SET clerk_id = :clerk_id WHERE id = :case_id")
        await session.execute(stands_in, {"clerk_id": QIAN.person_id, "case_id": handed.case_id})
    with pytest.raises(NotYourCase):
        await decide(handed, ZHAO)
    await handed.relay.hand_ons.take(ZHAO, handed.case_id)
    await decide(handed, ZHAO)


async def test_who_is_gone_gives_it_back_to_the_department(handed: Bench) -> None:
    hand_ons, case_id = handed.relay.hand_ons, handed.case_id
    await hand_ons.take(ZHAO, case_id)
    assert await hand_ons.takers() == {ZHAO.person_id}
    assert await hand_ons.release(ZHAO.person_id) == [case_id]
    assert await owned(handed) == ("handed_on", "district", "2026-12-07")
    with pytest.raises(NotYourDesk):
        await hand_ons.ask_back(ZHAO, case_id, "？", 10, on())
    await hand_ons.take(QIAN, case_id)
    await hand_ons.ask_back(QIAN, case_id, "？", 10, on())
    await hand_ons.release(QIAN.person_id)
    assert await owned(handed) == ("asked_back", "town-03", "2026-12-14")
    await hand_ons.answer(CLERK, case_id, "见附件。", on())
    assert await owned(handed) == ("handed_on", "district", "2026-12-07")
    assert await hand_ons.release(QIAN.person_id) == []


async def test_the_town_passes_a_question_on_to_the_point(handed: Bench) -> None:
    hand_ons, case_id = handed.relay.hand_ons, handed.case_id
    await hand_ons.take(ZHAO, case_id)
    await hand_ons.ask_back(ZHAO, case_id, "缺户口簿。", 10, on())
    material = await handed.material(2)
    await handed.relay.case_files.request_material(
        CLERK, case_id, Request(material_id=material.id, name="", note="请补拍")
    )
    (shown,) = await hand_ons.results(WORKER)
    assert (shown.file.id, shown.wanted) == (case_id, 1)
    await handed.deliver(picture("register"), 2)
    (shown,) = await hand_ons.results(WORKER)
    assert shown.wanted == 0


async def test_each_sees_in_the_inbox_what_lies_with_them(handed: Bench) -> None:
    hand_ons, case_id = handed.relay.hand_ons, handed.case_id
    elsewhere = msgspec.structs.replace(ZHAO, department_ids=frozenset({"police"}))
    other_town = msgspec.structs.replace(CLERK, person_id="far", site_id="town-09", site_path="/district/town-09")
    for person, count in ((ZHAO, 1), (CLERK, 1), (COLLEAGUE, 1), (elsewhere, 0), (other_town, 0)):
        cases, total = await hand_ons.inbox(person)
        assert (len(cases), total) == (count, count), person.name
    await hand_ons.take(ZHAO, case_id)
    await handed.relay.case_files.view(CLERK, case_id)
    await handed.relay.case_files.view(COLLEAGUE, case_id)
    await handed.relay.case_files.view(QIAN, case_id)
    with pytest.raises(NotYourCase):
        await handed.relay.case_files.view(other_town, case_id)
    await decide(handed, ZHAO)
    assert [one.file.outcome for one in (await hand_ons.inbox(CLERK))[0]] == ["approved"]
    assert len((await hand_ons.inbox(ZHAO))[0]) == 1
    assert (await hand_ons.inbox(QIAN))[0] == []
    with pytest.raises(ReasonNeeded):
        await handed.relay.case_files.view(QIAN, case_id)


async def test_overdue_is_counted_by_department(handed: Bench) -> None:
    hand_ons = handed.relay.hand_ons
    (row,) = await hand_ons.overdue("/district", date(2026, 12, 7))
    assert (row.site_id, row.department_id, row.open, row.overdue) == ("district", "civil", 1, 0)
    (row,) = await hand_ons.overdue("/district", date(2026, 12, 8))
    assert (row.overdue, row.first_due) == (1, "2026-12-07")
    assert await hand_ons.overdue("/district/town-03", date(2026, 12, 8)) == []


async def test_a_damaged_case_does_not_hide_the_others(handed: Bench) -> None:
    relay, told = handed.relay, list[str]()
    handed.database.on_damaged(lambda kind, _identifier, _problem: told.append(kind))
    other = await relay.case_files.open_case(opening("ticket-2"))
    await relay.case_files.assign_clerk(other, CLERK.person_id, CLERK.name)
    await relay.hand_ons.hand_on(CLERK, other, NEW, on())
    async with handed.database.write() as session:
        damaged = text("UPDATE hand_ons SET words = :words WHERE case_id = :case_id")
        await session.execute(damaged, {"words": b"", "case_id": handed.case_id})
    assert [one.file.id for one in (await relay.hand_ons.inbox(ZHAO))[0]] == [other]
    assert told == ["hand_ons"]


async def test_a_damaged_case_does_not_keep_the_others_with_who_is_gone(handed: Bench) -> None:
    relay, told = handed.relay, list[str]()
    handed.database.on_damaged(lambda kind, _identifier, _problem: told.append(kind))
    other = await relay.case_files.open_case(opening("ticket-2"))
    await relay.case_files.assign_clerk(other, CLERK.person_id, CLERK.name)
    await relay.hand_ons.hand_on(CLERK, other, NEW, on())
    for case_id in (handed.case_id, other):
        await relay.hand_ons.take(ZHAO, case_id)
    async with handed.database.write() as session:
        damaged = text("UPDATE hand_ons SET words = :words WHERE case_id = :case_id")
        await session.execute(damaged, {"words": b"", "case_id": handed.case_id})
    assert await relay.hand_ons.release(ZHAO.person_id) == [other]
    assert told == ["hand_ons"]
    given_back = (await relay.case_files.whole(other)).hand_on
    assert given_back is not None
    assert given_back.state is HandOnState.HANDED_ON


async def test_what_is_refused(handed: Bench) -> None:
    hand_ons, case_id = handed.relay.hand_ons, handed.case_id
    with pytest.raises(SameDesk):
        await hand_ons.hand_on(CLERK, case_id, NEW._replace(receiver=TOWN), on())
    with pytest.raises(CalendarTooShort):
        await hand_ons.hand_on(CLERK, case_id, NEW._replace(days=100), on())
    with pytest.raises(NotYourDesk):
        await hand_ons.take(CLERK, case_id)
    await hand_ons.take(ZHAO, case_id)
    with pytest.raises(WrongCaseState):
        await hand_ons.answer(CLERK, case_id, "没有人问", on())
    for _ in range(MOST_QUESTIONS):
        await hand_ons.ask_back(ZHAO, case_id, "？", 10, on())
        with pytest.raises(NotYourDesk):
            await hand_ons.answer(QIAN, case_id, "答", on())
        await hand_ons.answer(COLLEAGUE, case_id, "答", on())
    with pytest.raises(AskedOftenEnough):
        await hand_ons.ask_back(ZHAO, case_id, "？", 10, on())


async def test_nothing_is_handed_on_while_several_departments_look_at_it(bench: Bench) -> None:
    await bench.relay.joint.open(CLERK, bench.case_id, [Named("civil", "民政局", "Civil Affairs")], 10)
    with pytest.raises(JointAcceptanceStands):
        await bench.relay.hand_ons.hand_on(CLERK, bench.case_id, NEW, on())


async def test_who_handed_it_on_asks_for_nothing_that_would_stop_the_department(handed: Bench) -> None:
    relay, case_id = handed.relay, handed.case_id
    wanted = [Wanted(material_id=None, name="同意书", todo="")]
    due_on = date(2026, 12, 14)
    with pytest.raises(HandOnStands):
        await relay.joint.open(CLERK, case_id, [Named("civil", "民政局", "Civil Affairs")], 10)
    with pytest.raises(HandOnStands):
        await relay.supplements.ask(CLERK, case_id, wanted, due_on, ReachForPapers())
    await relay.hand_ons.take(ZHAO, case_id)
    await relay.supplements.ask(ZHAO, case_id, wanted, due_on, ReachForPapers())


async def test_nothing_is_handed_on_while_papers_are_asked_for(bench: Bench) -> None:
    wanted = [Wanted(material_id=None, name="同意书", todo="")]
    made = await bench.relay.supplements.ask(CLERK, bench.case_id, wanted, date(2026, 12, 14), ReachForPapers())
    with pytest.raises(SupplementStands):
        await bench.relay.hand_ons.hand_on(CLERK, bench.case_id, NEW, on())
    await bench.relay.supplements.withdraw(CLERK, made.supplement_id)
    await bench.relay.hand_ons.hand_on(CLERK, bench.case_id, NEW, on())


async def test_another_visit_does_not_take_it_out_of_the_departments_hands(handed: Bench) -> None:
    await handed.relay.hand_ons.take(ZHAO, handed.case_id)
    await handed.relay.case_files.assign_clerk(handed.case_id, CLERK.person_id, CLERK.name)
    assert (await handed.case()).file.clerk_id == ZHAO.person_id


@pytest.mark.parametrize(
    ("due", "left", "near"),
    [
        ("2026-12-04", -1, "overdue"),
        ("2026-12-05", 0, "due_soon"),
        ("2026-12-07", 1, "due_soon"),
        ("2026-12-08", 2, "in_time"),
        ("2026-12-05", None, "due_soon"),
        ("2026-12-07", None, "in_time"),
    ],
)
def test_how_near_the_due_date_is(due: str, left: int | None, near: str) -> None:
    assert nearness(due, "2026-12-05", left) == near
