"""A joint acceptance of three departments: told at once, answered, struck out, concluded, proved."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import pytest

from directory.principal import Principal, Role, Staff
from document_relay.case_core.findings import FindingState, JointState, PartyState
from document_relay.documents import Decision
from document_relay.errors import CharactersNotPrintable, NoSuchPage, NotYourCase, WrongCaseState
from document_relay.evidence.verifying import EvidenceVerdict, Given, verify
from document_relay.findings import MOST_OF_A_DEPARTMENT, NewFinding
from document_relay.joint_acceptance import Named
from document_relay.joint_errors import (
    DepartmentsUndecided,
    DepartmentsUnheard,
    FindingAnswered,
    FindingIncomplete,
    FindingsNotTold,
    FindingsOverdue,
    FindingsStand,
    FindingsTold,
    JointAcceptanceOver,
    JointAcceptanceStands,
    NoSuchFinding,
    NotYourDepartment,
    NotYourFinding,
    TooManyFindings,
)
from document_relay.joint_records import FindingRecord, Joint
from document_relay.rejection import Mark
from document_relay.signing.verifying import verify_pdf

from .conftest import CLERK, WORKER, Bench, picture, stranger

CIVIL, SOCIAL, POLICE = (
    Named("civil", "民政局", "Civil Affairs"),
    Named("social", "人社局", "Social Security"),
    Named("police", "公安局", "Police"),
)
DUE, TODAY = date(2026, 12, 14), date(2026, 12, 14)


def expert(department: str, name: str) -> Principal:
    return Staff(
        person_id=f"expert-{department}",
        account=department,
        name=name,
        roles=frozenset({Role.EXPERT}),
        site_id="district",
        site_path="/district",
        department_ids=frozenset({department}),
    )


SOCIAL_EXPERT, POLICE_EXPERT = expert("social", "赵人社"), expert("police", "孙公安")
PEOPLE = {"civil": CLERK, "social": SOCIAL_EXPERT, "police": POLICE_EXPERT}


def finding(text: str, severity: str = "must", material_id: str | None = None, mark: Mark | None = None) -> NewFinding:
    new = {"severity": severity, "text": text, "todo": "请重新拍摄", "material_id": material_id, "mark": mark}
    return msgspec.convert(new, NewFinding)


@pytest.fixture
async def joint(bench: Bench) -> Bench:
    """One with three departments, opened by the clerk."""
    await bench.deliver(picture("card"))
    await bench.relay.joint.open(CLERK, bench.case_id, [CIVIL, SOCIAL, POLICE], 10)
    return bench


async def now(bench: Bench) -> Joint:
    found = (await bench.case()).joint
    assert found is not None
    return found


async def one(bench: Bench, number: int) -> FindingRecord:
    return next(one for one in (await now(bench)).findings if one.number == number)


async def say(bench: Bench, department: str, *findings: NewFinding) -> list[str]:
    person = PEOPLE[department]
    made = [await bench.relay.findings.add(person, bench.case_id, department, each) for each in findings]
    await bench.relay.joint.say_all(person, bench.case_id, department)
    return made


async def told(bench: Bench) -> list[str]:
    """Three departments, three findings of which two are one; told."""
    card = (await bench.material()).id
    page = (await bench.case()).pages[0].id
    made = await say(bench, "civil", finding("身份证背面看不清", "should", card))
    made += await say(bench, "social", finding("缺少参保证明"), finding("身份证背面看不清。", "must", card))
    mark = Mark(page_id=page, x=0.1, y=0.2, width=0.3, height=0.1)
    made += await say(bench, "police", finding("户籍页印章模糊", "note", card, mark))
    assert (await bench.relay.joint.tell(CLERK, bench.case_id, DUE)).findings == 3
    return made


async def answer(bench: Bench, number: int, text: str = "已补拍", pages: Sequence[str] = ()) -> None:
    await bench.relay.findings.answer(WORKER, bench.case_id, number, (text, pages, TODAY))


async def test_the_list_is_told_at_once_without_repeats_the_hardest_first(joint: Bench) -> None:
    civil, missing, social, police = await told(joint)
    numbers = {each.id: each.number for each in (await now(joint)).findings}
    assert numbers == {civil: 1, social: 1, missing: 2, police: 3}
    file = (await now(joint)).file
    assert (file.state, file.due_on, file.days) == (JointState.TOLD, "2026-12-14", 10)
    history = [entry.sentence[0] for entry in (await joint.case()).history]
    assert "一次性告知补正意见3条，请于2026-12-14前答复" in history


async def test_it_is_told_when_all_were_heard_and_nothing_is_added_after(joint: Bench) -> None:
    await say(joint, "civil")
    await say(joint, "social")
    with pytest.raises(DepartmentsUnheard) as refused:
        await joint.relay.joint.tell(CLERK, joint.case_id, DUE)
    assert "公安局" in refused.value.sentence("zh-CN")
    # One more finding: the department has not said all any more.
    await joint.relay.findings.add(SOCIAL_EXPERT, joint.case_id, "social", finding("缺照片"))
    assert (await now(joint)).party("social").state is PartyState.ASKED
    await joint.relay.joint.say_all(SOCIAL_EXPERT, joint.case_id, "social")
    await say(joint, "police")
    await joint.relay.joint.tell(CLERK, joint.case_id, DUE)
    for refused_act in (
        joint.relay.findings.add(POLICE_EXPERT, joint.case_id, "police", finding("晚了")),
        joint.relay.joint.ask(CLERK, joint.case_id, Named("tax", "税务局", "Tax")),
        joint.relay.joint.tell(CLERK, joint.case_id, DUE),
        joint.relay.findings.withdraw(SOCIAL_EXPERT, (await now(joint)).findings[0].id),
    ):
        with pytest.raises(FindingsTold):
            await refused_act


async def test_the_second_answer_to_a_finding_is_refused_and_the_first_stands(joint: Bench) -> None:
    await told(joint)
    page = (await joint.case()).pages[0].id
    await answer(joint, 1, "背面已补拍", [page])
    with pytest.raises(FindingAnswered) as refused:
        await answer(joint, 1, "另一个人的答复")
    assert refused.value.code == "finding_already_answered"
    both = [each for each in (await now(joint)).findings if each.number == 1]
    assert {each.answer for each in both} == {"背面已补拍"}
    assert {each.state for each in both} == {FindingState.ANSWERED}
    with pytest.raises(NoSuchPage):
        await answer(joint, 2, "x", ["no-page"])
    with pytest.raises(NoSuchFinding):
        await answer(joint, 9)
    with pytest.raises(CharactersNotPrintable):
        await answer(joint, 2, "\U0003fffd")


async def test_an_answer_after_the_due_date_is_refused(joint: Bench) -> None:
    await told(joint)
    with pytest.raises(FindingsOverdue) as refused:
        await joint.relay.findings.answer(WORKER, joint.case_id, 1, ("晚了", (), date(2026, 12, 15)))
    assert "2026-12-14" in refused.value.sentence("en")
    assert (await one(joint, 1)).state is FindingState.TOLD


async def test_who_made_a_finding_strikes_it_out_or_sends_the_answer_back(joint: Bench) -> None:
    civil, missing, social, _police = await told(joint)
    with pytest.raises(NotYourFinding):
        await joint.relay.findings.strike(POLICE_EXPERT, missing)
    with pytest.raises(NotYourFinding):
        await joint.relay.findings.strike(CLERK, missing)
    await answer(joint, 1)
    await joint.relay.findings.send_back(SOCIAL_EXPERT, social, "还是看不清", TODAY)
    assert (await one(joint, 1)).state is FindingState.ANSWERED
    # The one that was sent back waits for another answer; the other department's has one already.
    await answer(joint, 1, "再次补拍")
    states = {each.id: (each.state, each.answer) for each in (await now(joint)).findings if each.number == 1}
    assert states == {civil: (FindingState.ANSWERED, "已补拍"), social: (FindingState.ANSWERED, "再次补拍")}
    await joint.relay.findings.strike(SOCIAL_EXPERT, social)
    with pytest.raises(WrongCaseState):
        await joint.relay.findings.strike(SOCIAL_EXPERT, social)
    with pytest.raises(FindingsStand):
        await joint.relay.joint.decide(SOCIAL_EXPERT, joint.case_id, "social", ("agreed", ""))
    await joint.relay.findings.strike(SOCIAL_EXPERT, missing)
    await joint.relay.joint.decide(SOCIAL_EXPERT, joint.case_id, "social", ("agreed", "材料齐全。"))


async def test_a_department_that_leaves_keeps_its_findings_and_the_clerk_answers_for_them(joint: Bench) -> None:
    _civil, missing, social, _police = await told(joint)
    with pytest.raises(NotYourDepartment):
        await joint.relay.joint.leave(POLICE_EXPERT, joint.case_id, "social")
    await joint.relay.joint.leave(SOCIAL_EXPERT, joint.case_id, "social")
    with pytest.raises(NotYourFinding):
        await joint.relay.findings.strike(SOCIAL_EXPERT, missing)
    with pytest.raises(NotYourDepartment):
        await joint.relay.joint.say_all(CLERK, joint.case_id, "social")
    for department in ("civil", "police"):
        await joint.relay.joint.decide(PEOPLE[department], joint.case_id, department, ("agreed", ""))
    with pytest.raises(FindingsStand):
        await joint.relay.answers.conclude(CLERK, joint.case_id)
    await joint.relay.findings.strike(CLERK, missing)
    await joint.relay.findings.strike(CLERK, social)
    await joint.relay.answers.conclude(CLERK, joint.case_id)
    # Asked once more before that, it would have been one of them again.
    with pytest.raises(JointAcceptanceOver):
        await joint.relay.joint.leave(CLERK, joint.case_id, "police")


async def test_places_lie_on_a_page_of_the_material_and_lists_have_an_end(joint: Bench) -> None:
    card, other = (await joint.material()).id, (await joint.material(2)).id
    page = (await joint.case()).pages[0].id
    outside = Mark(page_id=page, x=0.9, y=0.2, width=0.3, height=0.1)
    inside = msgspec.structs.replace(outside, x=0.1)
    for material_id, mark in ((card, outside), (other, inside), (None, inside)):
        with pytest.raises(FindingIncomplete):
            await joint.relay.findings.add(CLERK, joint.case_id, "civil", finding("x", "must", material_id, mark))
    for number in range(MOST_OF_A_DEPARTMENT):
        await joint.relay.findings.add(CLERK, joint.case_id, "civil", finding(f"意见{number}"))
    with pytest.raises(TooManyFindings):
        await joint.relay.findings.add(CLERK, joint.case_id, "civil", finding("多了"))


async def test_others_have_no_word(joint: Bench) -> None:
    neighbour = stranger(Role.CLERK, departments=frozenset({"police"}))
    with pytest.raises(NotYourDepartment):
        await joint.relay.findings.add(neighbour, joint.case_id, "police", finding("x"))
    with pytest.raises(NotYourDepartment):
        await joint.relay.findings.add(POLICE_EXPERT, joint.case_id, "tax", finding("x"))
    for act in (
        joint.relay.joint.tell(SOCIAL_EXPERT, joint.case_id, DUE),
        joint.relay.findings.answer(stranger(Role.COMMUNITY_WORKER), joint.case_id, 1, ("x", (), TODAY)),
    ):
        with pytest.raises(NotYourCase):
            await act
    with pytest.raises(JointAcceptanceStands):
        await joint.relay.joint.open(CLERK, joint.case_id, [CIVIL], 10)
    (draft,) = await say(joint, "civil", finding("草稿"))
    with pytest.raises(FindingsNotTold):
        await joint.relay.findings.strike(CLERK, draft)
    await joint.relay.findings.withdraw(CLERK, draft)


async def test_whose_findings_are_asked_for_reads_the_case_without_another_reason(joint: Bench) -> None:
    case = await joint.relay.case_files.view(POLICE_EXPERT, joint.case_id)
    assert case.joint is not None
    (asked,) = await joint.relay.joint.asking(POLICE_EXPERT)
    assert (asked.case_id, [each.department_id for each in asked.departments]) == (joint.case_id, ["police"])
    assert await joint.relay.joint.asking(CLERK) == [], "it is the clerk's own"
    await joint.relay.joint.leave(POLICE_EXPERT, joint.case_id, "police")
    assert await joint.relay.joint.asking(POLICE_EXPERT) == []
    with pytest.raises(NotYourCase):
        await joint.relay.case_files.view(POLICE_EXPERT, joint.case_id)


async def test_a_case_stays_open_and_undecided_while_departments_look_at_it(joint: Bench) -> None:
    await joint.relay.case_files.close(joint.case_id)
    assert (await joint.case()).file.state == "open"
    with pytest.raises(JointAcceptanceStands):
        await joint.relay.documents.decide(CLERK, joint.case_id, Decision(outcome="approved", notice="同意。"))
    assert (await joint.case()).documents == []


async def text_of(bench: Bench, document_id: str) -> str:
    """The words of a document, without spaces."""
    pdf = (await bench.relay.documents.pdf(CLERK, document_id)).data
    said = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout
    return "".join(said.decode().split())


async def concluded(bench: Bench) -> str:
    made = await told(bench)
    await answer(bench, 1, "背面已补拍", [(await bench.case()).pages[0].id])
    await answer(bench, 2, "已补交参保证明")
    civil, missing, social, police = made
    for person, each in (
        (CLERK, civil),
        (SOCIAL_EXPERT, social),
        (SOCIAL_EXPERT, missing),
        (POLICE_EXPERT, police),
    ):
        await bench.relay.findings.strike(person, each)
    with pytest.raises(DepartmentsUndecided):
        await bench.relay.answers.conclude(CLERK, bench.case_id)
    await bench.relay.joint.decide(CLERK, bench.case_id, "civil", ("agreed", "符合条件。"))
    await bench.relay.joint.decide(SOCIAL_EXPERT, bench.case_id, "social", ("conditional", "三十日内补缴。"))
    await bench.relay.joint.decide(POLICE_EXPERT, bench.case_id, "police", ("refused", "户籍不在本区。"))
    return await bench.relay.answers.conclude(CLERK, bench.case_id)


async def test_the_answer_names_every_department_and_is_sealed_by_each(joint: Bench) -> None:
    document_id = await concluded(joint)
    pdf = (await joint.relay.documents.pdf(CLERK, document_id)).data
    plain = await text_of(joint, document_id)
    for words in (
        "民政局张窗口2026-11-2309:00符合条件。",
        "附条件同意人社局赵人社",
        "三十日内补缴。",
        "不同意公安局孙公安",
        "第1条必须补正《身份证》身份证背面看不清",
        "民政局、人社局",
        "背面已补拍（附1页）",
        "补正期限：2026-12-14",
        "户籍页印章模糊",
    ):
        assert words in plain, words
    assert plain.count("身份证背面看不清") == 1
    certificate = joint.relay.authority.public_certificate
    verdict = await verify_pdf(pdf, certificate)
    assert (verdict.intact, verdict.trusted, verdict.problem) == (True, True, "")
    assert verdict.name == "民政局（张窗口）、人社局（赵人社）、公安局（孙公安）"
    # With the last department's seal cut off it is a whole PDF still, and one seal short.
    cut = pdf[: pdf.rindex(b"%%EOF", 0, pdf.rindex(b"%%EOF")) + 6]
    short = await verify_pdf(cut, certificate)
    assert (short.intact, short.problem) == (False, "a seal is missing")
    changed = bytearray(pdf)
    changed[len(pdf) // 3] ^= 1
    assert not (await verify_pdf(bytes(changed), certificate)).intact
    await joint.relay.documents.decide(CLERK, joint.case_id, Decision(outcome="refused", notice="不予办理。"))


async def packed(bench: Bench, path: Path) -> EvidenceVerdict:
    with await bench.relay.evidence.build_package(bench.case_id) as package:
        path.write_bytes(package.read())
    return await verify(path, Given(authority=bench.relay.authority.public_certificate))


TAMPERINGS = {
    "a finding removed": ("DELETE FROM findings WHERE position = 2", "findings"),
    "how hard it is": ("UPDATE findings SET severity = 'note' WHERE position = 1", "findings"),
    "a state": ("UPDATE findings SET state = 'told' WHERE position = 3", "findings"),
    "a place": ('UPDATE findings SET mark = \'{"page_id": "x"}\' WHERE position = 4', "findings"),
    "the pages of an answer": ("UPDATE findings SET answer_page_ids = '[]' WHERE position = 1", "findings"),
    "a department removed": ("DELETE FROM joint_departments WHERE department_id = 'police'", "joint_departments"),
    "an opinion": ("UPDATE joint_departments SET opinion = 'agreed'", "joint_departments"),
    "the due date": ("UPDATE joint_acceptances SET due_on = '2027-01-01'", "joint_acceptances"),
    "the whole of it": ("DELETE FROM joint_acceptances", "joint_acceptances"),
}


async def test_every_removal_or_change_is_found_by_verify(joint: Bench, database_url: str, tmp_path: Path) -> None:
    await concluded(joint)
    verdict = await packed(joint, tmp_path / "whole.zip")
    assert (verdict.intact, verdict.problems) == (True, [])
    path = database_url.removeprefix("sqlite:///")
    for name, (statement, table) in TAMPERINGS.items():
        with sqlite3.connect(path) as database:
            database.row_factory = sqlite3.Row
            former = database.execute(f"SELECT * FROM {table}").fetchall()
            assert database.execute(statement).rowcount
        database.close()
        verdict = await packed(joint, tmp_path / "changed.zip")
        assert {problem.kind for problem in verdict.problems} == {"record"}, name
        with sqlite3.connect(path) as database:
            database.execute(f"DELETE FROM {table}")
            marks = ", ".join("?" * len(former[0]))
            database.executemany(f"INSERT INTO {table} VALUES ({marks})", [tuple(row) for row in former])
        database.close()
    assert (await packed(joint, tmp_path / "again.zip")).intact
