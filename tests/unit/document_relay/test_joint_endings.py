"""How a joint acceptance ends: when it may, what its answer says, what holds after it, and the end of the case."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from directory.principal import Principal
from document_relay.case_core.findings import FindingState
from document_relay.documents import Decision
from document_relay.errors import NotYourCase
from document_relay.joint_errors import FindingsNotTold, JointAcceptanceOver, ReturnedTooLate
from document_relay.store import joint_reading
from foundation.clock import ManualClock
from tests.unit.document_relay.test_joint_acceptance import (
    CIVIL,
    DUE,
    PEOPLE,
    POLICE,
    POLICE_EXPERT,
    SOCIAL,
    SOCIAL_EXPERT,
    TODAY,
    answer,
    finding,
    joint,  # noqa: F401 - a fixture
    now,
    one,
    say,
    text_of,
    told,
)

from .conftest import CLERK, WORKER, Bench, opening


async def agree(bench: Bench) -> None:
    """Every department that takes part agrees."""
    for department, person in PEOPLE.items():
        await bench.relay.joint.decide(person, bench.case_id, department, ("agreed", ""))


async def found_nothing(bench: Bench) -> None:
    """Concluded without a finding."""
    for department in PEOPLE:
        await say(bench, department)
    await agree(bench)
    await bench.relay.answers.conclude(CLERK, bench.case_id)


async def test_nothing_is_concluded_while_a_finding_was_told_to_nobody(joint: Bench) -> None:  # noqa: F811
    await say(joint, "civil", finding("建议补充照片", "should"))
    await say(joint, "social")
    await say(joint, "police")
    await agree(joint)
    with pytest.raises(FindingsNotTold):
        await joint.relay.answers.conclude(CLERK, joint.case_id)
    assert (await joint.case()).documents == []
    assert (await joint.relay.joint.tell(CLERK, joint.case_id, DUE)).findings == 1
    assert "建议补充照片" in await text_of(joint, await joint.relay.answers.conclude(CLERK, joint.case_id))


async def test_of_those_that_share_a_number_the_newest_answer_is_sealed(
    joint: Bench,  # noqa: F811
    clock: ManualClock,
) -> None:
    civil, missing, social, police = await told(joint)
    await answer(joint, 1, "第一次答复")
    await joint.relay.findings.send_back(SOCIAL_EXPERT, social, "还是看不清", TODAY)
    clock.advance(60)
    await answer(joint, 1, "再次补拍", [(await joint.case()).pages[0].id])
    for person, each in ((CLERK, civil), (SOCIAL_EXPERT, social), (SOCIAL_EXPERT, missing), (POLICE_EXPERT, police)):
        await joint.relay.findings.strike(person, each)
    await agree(joint)
    text = await text_of(joint, await joint.relay.answers.conclude(CLERK, joint.case_id))
    assert "再次补拍（附1页）" in text
    assert "第一次答复" not in text


async def test_an_answer_is_sent_back_until_the_due_date(joint: Bench) -> None:  # noqa: F811
    social = (await told(joint))[2]
    await answer(joint, 1)
    with pytest.raises(ReturnedTooLate) as refused:
        await joint.relay.findings.send_back(SOCIAL_EXPERT, social, "还是看不清", date(2026, 12, 15))
    assert "2026-12-14" in refused.value.sentence("zh-CN")
    assert {each.state for each in (await now(joint)).findings if each.id == social} == {FindingState.ANSWERED}
    await joint.relay.findings.send_back(SOCIAL_EXPERT, social, "还是看不清", TODAY)
    assert (await one(joint, 1)).state is FindingState.ANSWERED, "the other department's"


async def test_after_the_answer_nothing_of_it_is_changed(joint: Bench) -> None:  # noqa: F811
    (note,) = await say(joint, "civil", finding("请留意期限", "note"))
    await say(joint, "social")
    await joint.relay.joint.leave(POLICE_EXPERT, joint.case_id, "police")
    await joint.relay.joint.tell(CLERK, joint.case_id, DUE)
    await joint.relay.joint.decide(CLERK, joint.case_id, "civil", ("agreed", ""))
    await joint.relay.joint.decide(SOCIAL_EXPERT, joint.case_id, "social", ("agreed", ""))
    await joint.relay.answers.conclude(CLERK, joint.case_id)
    relay, case_id, before = joint.relay, joint.case_id, await now(joint)
    for refused_act in (
        relay.findings.answer(WORKER, case_id, 1, ("已知", (), TODAY)),
        relay.findings.send_back(CLERK, note, "不够", TODAY),
        relay.findings.strike(CLERK, note),
        relay.findings.withdraw(CLERK, note),
        relay.findings.add(SOCIAL_EXPERT, case_id, "social", finding("晚了")),
        relay.joint.ask(CLERK, case_id, POLICE),
        relay.joint.say_all(SOCIAL_EXPERT, case_id, "social"),
        relay.joint.tell(CLERK, case_id, DUE),
        relay.joint.decide(SOCIAL_EXPERT, case_id, "social", ("refused", "")),
        relay.joint.open(CLERK, case_id, [CIVIL], 10),
        relay.answers.conclude(CLERK, case_id),
    ):
        with pytest.raises(JointAcceptanceOver):
            await refused_act
    assert await now(joint) == before


async def test_whose_findings_were_asked_for_reads_the_case_until_the_answer(joint: Bench) -> None:  # noqa: F811
    await joint.relay.case_files.view(POLICE_EXPERT, joint.case_id)
    await found_nothing(joint)
    with pytest.raises(NotYourCase):
        await joint.relay.case_files.view(POLICE_EXPERT, joint.case_id)


async def test_cases_of_other_sites_take_no_place_among_those_that_wait(
    joint: Bench,  # noqa: F811
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(joint_reading, "_ASKED_AT_MOST", 2)

    async def another(ticket_id: str, site_path: str) -> str:
        clock.advance(1)
        wanted = msgspec.structs.replace(opening(ticket_id), site_path=site_path)
        case_id = await joint.relay.case_files.open_case(wanted)
        await joint.relay.case_files.assign_clerk(case_id, CLERK.person_id, CLERK.name)
        await joint.relay.joint.open(CLERK, case_id, [CIVIL, SOCIAL, POLICE], 10)
        return case_id

    for number in range(2):
        await another(f"elsewhere-{number}", f"/district/town-03{number}/point-001")
    second = await another("second", CLERK.site_path)
    await another("third", CLERK.site_path)
    there: Principal = msgspec.structs.replace(POLICE_EXPERT, site_id="town-03", site_path=CLERK.site_path)
    assert [each.case_id for each in await joint.relay.joint.asking(there)] == [joint.case_id, second]
    assert await joint.relay.joint.asking(CLERK) == [], "they are the clerk's own"


async def test_a_case_whose_visit_is_over_is_left_once_and_closed_by_its_decision(
    joint: Bench,  # noqa: F811
    clock: ManualClock,
) -> None:
    await joint.relay.case_files.close(joint.case_id)
    left = (await joint.case()).file.left_at
    assert left is not None
    clock.advance(60)
    await joint.relay.case_files.close(joint.case_id)
    await found_nothing(joint)
    # Whoever says once more that the visit is over takes no undecided case out of the clerk's hands.
    await joint.relay.case_files.close(joint.case_id)
    file = (await joint.case()).file
    assert (file.state, file.left_at) == ("open", left)
    await joint.relay.documents.decide(CLERK, joint.case_id, Decision(outcome="approved", notice="同意。"))
    case = await joint.case()
    assert case.file.state == "closed"
    acts = [entry.act for entry in case.history]
    assert (acts.count("visit_left"), acts[-2:]) == (1, ["case_decided", "case_closed"])
