"""Cases whose visit is over: whose turn it is and by when, who takes over for a clerk gone, and who counts them."""

from __future__ import annotations

from datetime import UTC, date
from zoneinfo import ZoneInfo

import msgspec
import pytest
from sqlalchemy import text, update

from directory.principal import Principal, Role
from directory.records import CalendarYear
from directory.working_days import WorkCalendar
from document_relay.case_core.act_by import ACT_DAYS, ActBy, Facts, JointFacts, SupplementFacts, act_by
from document_relay.case_core.findings import PartyState
from document_relay.errors import NotYourCase
from document_relay.evidence.verifying import Given, verify
from document_relay.left_cases import Days
from document_relay.store.tables import CaseRow
from document_relay.supplement_notices import Reach
from document_relay.supplements import Wanted
from foundation.clock import ManualClock

from .conftest import CLERK, Bench, stranger
from .test_joint_acceptance import DUE, PEOPLE, POLICE, answer, finding, joint, now, say, told  # noqa: F401 - a fixture
from .test_joint_endings import found_nothing

CALENDAR = WorkCalendar(CalendarYear(id=str(year), holidays=[], worked=[]) for year in range(2026, 2029))
COLLEAGUE = msgspec.structs.replace(CLERK, person_id="colleague", name="周窗口")


def days(clock: ManualClock, today: date | None = None) -> Days:
    return Days(CALENDAR, today or clock.now().astimezone(UTC).date(), ZoneInfo("UTC"))


MONDAY, TUESDAY, NEXT_TUESDAY = date(2026, 11, 23), date(2026, 11, 24), date(2026, 12, 1)
_JOINT = JointFacts("collecting", TUESDAY, None, waiting=False, deciding=True, moved_on=MONDAY)
_TOLD = _JOINT._replace(state="told", asked_on=None, due_on=date(2026, 12, 7), waiting=True, moved_on=TUESDAY)
_SENT = SupplementFacts("parked", date(2026, 12, 7), TUESDAY)


@pytest.mark.parametrize(
    ("facts", "today", "wanted"),
    [
        (Facts(MONDAY, _JOINT), MONDAY, ActBy("departments", NEXT_TUESDAY)),
        (Facts(MONDAY, _JOINT._replace(asked_on=None)), MONDAY, ActBy("clerk", date(2026, 11, 30))),
        (Facts(MONDAY, _TOLD), date(2026, 12, 7), ActBy("applicant", date(2026, 12, 7))),
        (Facts(MONDAY, _TOLD), date(2026, 12, 8), ActBy("departments", date(2026, 12, 14))),
        (Facts(MONDAY, _TOLD._replace(deciding=False)), date(2026, 12, 8), ActBy("clerk", date(2026, 12, 14))),
        (Facts(MONDAY, _TOLD._replace(waiting=False)), TUESDAY, ActBy("departments", NEXT_TUESDAY)),
        (Facts(MONDAY, _TOLD._replace(waiting=False, deciding=False)), TUESDAY, ActBy("clerk", NEXT_TUESDAY)),
        (Facts(MONDAY, _TOLD._replace(state="concluded")), TUESDAY, ActBy("clerk", NEXT_TUESDAY)),
        (Facts(MONDAY, None, _SENT), TUESDAY, ActBy("applicant", date(2026, 12, 7))),
        (Facts(MONDAY, None, _SENT), date(2026, 12, 8), ActBy("clerk", date(2026, 12, 14))),
        (Facts(MONDAY, None, _SENT._replace(state="answered")), TUESDAY, ActBy("clerk", NEXT_TUESDAY)),
        (Facts(MONDAY, None, _SENT._replace(state="ended")), TUESDAY, ActBy("clerk", NEXT_TUESDAY)),
        (Facts(MONDAY, _JOINT, _SENT, date(2026, 11, 27)), TUESDAY, ActBy("desk", date(2026, 11, 27))),
        (Facts(MONDAY), TUESDAY, ActBy("clerk", date(2026, 11, 30))),
    ],
)
def test_whose_turn_it_is_and_by_when(facts: Facts, today: date, wanted: ActBy) -> None:
    assert ACT_DAYS == 5
    assert act_by(facts, today, CALENDAR.after) == wanted


@pytest.fixture
async def left(joint: Bench) -> Bench:  # noqa: F811
    """A joint acceptance whose visit is over."""
    await joint.relay.case_files.close(joint.case_id)
    return joint


@pytest.mark.both_databases
async def test_it_has_an_owner_and_a_date_from_the_visit_to_the_answer(left: Bench, clock: ManualClock) -> None:
    relay, today = left.relay, clock.now().date()

    async def turn(on: date | None = None) -> tuple[str, date]:
        counted = days(clock, on)
        assert await relay.left.lying_between(counted) == []
        (listed,) = await relay.left.of_clerk(CLERK, counted)
        assert (await relay.left.act_by([left.case_id], counted))[left.case_id] == listed.act_by
        return listed.act_by

    in_five = CALENDAR.after(today, 5)
    assert await turn() == ("departments", in_five)
    made = await told(left)
    assert await turn() == ("applicant", DUE)
    assert await turn(date(2026, 12, 15)) == ("departments", date(2026, 12, 21))
    for number in (1, 2, 3):
        await answer(left, number)
    assert await turn() == ("departments", in_five)
    for person, each in zip((CLERK, PEOPLE["social"], PEOPLE["social"], PEOPLE["police"]), made, strict=True):
        await relay.findings.strike(person, each)
    for department, person in PEOPLE.items():
        await relay.joint.decide(person, left.case_id, department, ("agreed", ""))
    assert await turn() == ("clerk", in_five)
    await relay.answers.conclude(CLERK, left.case_id)
    assert await turn() == ("clerk", in_five)
    (row,) = await relay.left.overdue("/district", days(clock))
    assert (row.site_id, row.department_id, row.open, row.overdue) == ("town-03", "civil", 1, 0)
    (row,) = await relay.left.overdue("/district/town-03", days(clock, date(2027, 1, 4)))
    assert (row.overdue, row.first_due) == (1, in_five.isoformat())
    assert await relay.left.overdue("/district/town-09", days(clock)) == []


async def test_a_parked_supplement_lies_nowhere_between_and_counts_once_it_is_late(
    bench: Bench, clock: ManualClock
) -> None:
    card = (await bench.material()).id
    await bench.relay.supplements.ask(CLERK, bench.case_id, [Wanted(material_id=card, name="", todo="")], DUE, Reach())
    await bench.relay.case_files.close(bench.case_id)
    assert await bench.relay.left.lying_between(days(clock)) == []
    assert (await bench.relay.left.act_by([bench.case_id], days(clock)))[bench.case_id] == ("applicant", DUE)
    (row,) = await bench.relay.left.overdue("/district", days(clock, date(2027, 1, 4)))
    assert (row.open, row.overdue) == (1, 1)


async def test_a_case_that_nobody_has_is_named(left: Bench, clock: ManualClock) -> None:
    async with left.database.write() as session:
        await session.execute(update(CaseRow).values(clerk_id=None))
    assert await left.relay.left.lying_between(days(clock)) == [left.case_id]
    (listed,) = await left.relay.left.of_colleagues(COLLEAGUE, [], days(clock))
    assert listed.file.id == left.case_id


@pytest.mark.both_databases
async def test_a_colleague_takes_over_for_a_clerk_who_is_gone(left: Bench, clock: ManualClock) -> None:
    relay, case_id = left.relay, left.case_id
    assert await relay.left.clerks_beside(COLLEAGUE) == {CLERK.person_id}
    assert await relay.left.of_colleagues(COLLEAGUE, [CLERK.person_id], days(clock)) == []
    (listed,) = await relay.left.of_colleagues(COLLEAGUE, [], days(clock))
    assert (listed.file.id, listed.taken_by) == (case_id, None)
    for department in PEOPLE:
        await say(left, department, *([finding("缺少照片")] if department == "civil" else []))
    with pytest.raises(NotYourCase):
        await relay.joint.tell(COLLEAGUE, case_id, DUE)
    await relay.left.take(COLLEAGUE, case_id)
    assert (await relay.joint.tell(COLLEAGUE, case_id, DUE)).findings == 1
    assert [entry.sentence[0] for entry in (await left.case()).history if entry.act == "joint_acceptance_taken"] == [
        "原承办人不在岗，接手联合验收案卷"
    ]
    # Both are told: who has it, and who had it, for a week.
    assert [one.file.clerk_id for one in await relay.left.of_clerk(COLLEAGUE, days(clock))] == ["colleague"]
    assert [one.taken_by for one in await relay.left.of_clerk(CLERK, days(clock))] == ["周窗口"]
    clock.advance(8 * 86_400)
    assert await relay.left.of_clerk(CLERK, days(clock)) == []
    path = left.data_dir.parent / "package.zip"
    with await relay.evidence.build_package(case_id) as package:
        path.write_bytes(package.read())
    assert (await verify(path, Given(authority=relay.authority.public_certificate))).problems == []


@pytest.mark.parametrize(
    "other",
    [
        msgspec.structs.replace(COLLEAGUE, department_ids=frozenset({"social"})),
        msgspec.structs.replace(COLLEAGUE, site_id="district", site_path="/district"),
        stranger(Role.CLERK, departments=frozenset({"civil"})),
        msgspec.structs.replace(COLLEAGUE, roles=frozenset({Role.EXPERT})),
    ],
)
async def test_of_another_place_or_business_nobody_takes_it(left: Bench, clock: ManualClock, other: Principal) -> None:
    assert await left.relay.left.of_colleagues(other, [], days(clock)) == [] or Role.EXPERT in other.roles
    with pytest.raises(NotYourCase):
        await left.relay.left.take(other, left.case_id)


async def test_the_clerk_is_told_that_the_findings_of_a_department_that_left_are_theirs(
    left: Bench, clock: ManualClock
) -> None:
    async def deserted() -> list[str]:
        (listed,) = await left.relay.left.of_clerk(CLERK, days(clock))
        return [named.zh for named in listed.deserted]

    (social,) = await say(left, "social", finding("缺少证明"))
    await left.relay.joint.leave(PEOPLE["police"], left.case_id, "police")
    assert await deserted() == [], "it had found nothing"
    await left.relay.joint.leave(PEOPLE["social"], left.case_id, "social")
    assert await deserted() == ["人社局"]
    await say(left, "civil")
    await left.relay.joint.tell(CLERK, left.case_id, DUE)
    await left.relay.findings.strike(CLERK, social)
    assert await deserted() == []


async def test_nothing_is_taken_in_its_visit_nor_once_it_is_decided(joint: Bench) -> None:  # noqa: F811
    with pytest.raises(NotYourCase):
        await joint.relay.left.take(COLLEAGUE, joint.case_id)
    await found_nothing(joint)
    await joint.relay.case_files.close(joint.case_id)
    with pytest.raises(NotYourCase):
        await joint.relay.left.take(COLLEAGUE, joint.case_id)


async def test_a_department_that_is_asked_once_more_has_its_days_anew(left: Bench, clock: ManualClock) -> None:
    await left.relay.joint.leave(CLERK, left.case_id, "police")
    clock.advance(3 * 86_400)
    await left.relay.joint.ask(CLERK, left.case_id, POLICE)
    party = (await now(left)).party("police")
    assert party.state is PartyState.ASKED
    found = (await left.relay.left.act_by([left.case_id], days(clock)))[left.case_id]
    assert found == ("departments", CALENDAR.after(clock.now().date(), 5))


async def test_one_that_cannot_be_read_hides_no_other_and_stops_nobody(left: Bench, clock: ManualClock) -> None:
    """The watch over due dates ended the service in the end."""
    asked = PEOPLE["social"]
    assert [one.case_id for one in await left.relay.joint.asking(asked)] == [left.case_id]
    async with left.database.write() as session:
        await session.execute(text("UPDATE joint_acceptances SET opened_at = 'null'"))
    counted = days(clock)
    assert await left.relay.left.lying_between(counted) == []
    assert await left.relay.left.act_by([left.case_id], counted) == {}
    assert await left.relay.left.of_clerk(CLERK, counted) == []
    assert await left.relay.left.overdue("/district", counted) == []
    assert await left.relay.joint.asking(asked) == []
