"""A joint acceptance as the offices see it, what the applicant is told of it, and the cases that wait for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from directory.principal import Principal
from document_relay.case_core.findings import FindingState, JointState, hardest
from document_relay.case_core.lives import CaseState
from document_relay.case_core.supplements import SupplementState, colleagues_see
from document_relay.joint_records import FindingRecord, Joint, PartyRecord, last_answered
from document_relay.left_cases import Days, LeftCase
from document_relay.records import Case, CaseRecord
from signalling.slices.findings.messages import (
    AskedCaseView,
    AskedFindingsView,
    FindingsView,
    FindingView,
    JointView,
    LeftCasesView,
    LeftCaseView,
    PartyView,
    SupplementsView,
    SupplementView,
    ToldFinding,
    ToldFindingsView,
)
from signalling.slices.findings.parts import Parts
from signalling.wire.due import due_view
from signalling.wire.values import Bilingual, Mark


async def show_findings(parts: Parts, principal: Principal, case_id: str) -> FindingsView:
    """The joint acceptance of a case; raises as reading the case does."""
    case = await parts.case_files.view(principal, case_id)
    leads = case.file.clerk_id == principal.person_id and case.file.state is CaseState.OPEN
    return FindingsView(case_id=case_id, leads=leads, joint=_joint(parts, principal, case) if case.joint else None)


def _joint(parts: Parts, principal: Principal, case: Case) -> JointView:
    joint = case.joint
    assert joint is not None
    opened = case.file.state is CaseState.OPEN and joint.file.state is not JointState.CONCLUDED
    yours = {
        one.department_id: opened and parts.joint.speaks_for(principal, case.file, joint, one) for one in joint.parties
    }
    return JointView(
        state=joint.file.state.value,
        days=joint.file.days,
        due_on=joint.file.due_on,
        document_id=joint.file.document_id,
        departments=[_party(one, yours=yours[one.department_id]) for one in joint.parties],
        findings=[_finding(one, yours=yours[one.department_id]) for one in joint.findings],
    )


def _party(one: PartyRecord, *, yours: bool) -> PartyView:
    return PartyView(
        department_id=one.department_id,
        name=Bilingual.name(one),
        state=one.state.value,
        opinion=one.opinion,
        words=one.words,
        by=one.by_name,
        at=one.at,
        yours=yours,
    )


def _finding(one: FindingRecord, *, yours: bool) -> FindingView:
    return FindingView(
        finding_id=one.id,
        number=one.number,
        department_id=one.department_id,
        severity=one.severity,
        text=one.text,
        todo=one.todo,
        material_id=one.material_id,
        mark=_mark(one),
        state=one.state.value,
        made_by=one.made_by,
        made_at=one.made_at,
        answer=one.answer,
        answer_page_ids=one.answer_page_ids,
        answered_at=one.answered_at,
        returned=one.returned,
        ended_by=one.ended_by,
        yours=yours,
    )


def _mark(one: FindingRecord) -> Mark | None:
    return msgspec.convert(one.mark, Mark) if one.mark else None


async def show_told(parts: Parts, principal: Principal, case_id: str) -> ToldFindingsView:
    """What the applicant is told, and by when it is to be answered; raises as reading the case does."""
    joint, today = (await parts.case_files.view(principal, case_id)).joint, parts.today()
    due_on = None if joint is None or joint.file.due_on is None else date.fromisoformat(joint.file.due_on)
    overdue = due_on is not None and due_on < today
    left = 0 if due_on is None or overdue else parts.catalogue.calendar.between(today, due_on)
    document = None if joint is None else joint.file.document_id
    return ToldFindingsView(
        case_id=case_id,
        due_on=None if due_on is None else due_on.isoformat(),
        days_left=left,
        overdue=overdue,
        findings=[] if joint is None else [told_finding(joint, shared) for shared in joint.listed()],
        answer_url=None if document is None else f"/api/v1/documents/{document}/pdf",
    )


def told_finding(joint: Joint, shared: Sequence[FindingRecord]) -> ToldFinding:
    """Those that share a number, as one."""
    first = shared[0]
    states = {one.state for one in shared}
    waiting = [one for one in shared if one.state is FindingState.TOLD]
    ended: Literal["answered", "struck"] = "answered" if FindingState.ANSWERED in states else "struck"
    last = last_answered(shared)
    return ToldFinding(
        number=first.number or 0,
        severity=hardest(one.severity for one in shared),
        text=first.text,
        todo=list(dict.fromkeys(one.todo for one in shared if one.todo)),
        departments=[Bilingual.name(joint.party(one.department_id)) for one in shared],
        material_id=first.material_id,
        mark=next((mark for mark in map(_mark, shared) if mark), None),
        state="open" if waiting else ended,
        answer=last.answer,
        answer_page_ids=last.answer_page_ids,
        returned=[one.returned for one in waiting if one.returned],
    )


async def show_asked(parts: Parts, principal: Principal, _key: str) -> AskedFindingsView:
    """The cases that wait for a department of the person's."""
    asking, days = await parts.joint.asking(principal), parts.days()
    due = await parts.left.act_by([one.case_id for one in asking], days)
    return AskedFindingsView(
        cases=[
            AskedCaseView(
                case_id=one.case_id,
                number=one.number,
                item_name=Bilingual.item(one),
                site_name=one.site_zh,
                told=one.told,
                departments=[Bilingual(zh=named.zh, en=named.en) for named in one.departments],
                due=due_view(due[one.case_id], days),
            )
            for one in asking
            if one.case_id in due
        ]
    )


async def left(parts: Parts, principal: Principal) -> list[LeftCase]:
    """The person's own, and those of colleagues that they may take over by now; the first due first."""
    days = parts.days()
    clerks = await parts.left.clerks_beside(principal)
    others = await parts.left.of_colleagues(principal, await parts.signed_in(clerks), days) if clerks else []
    waited = [one for one in others if _has_waited(parts, days, one)]
    return sorted(await parts.left.of_clerk(principal, days) + waited, key=lambda one: one.act_by.on)


def _has_waited(parts: Parts, days: Days, one: LeftCase) -> bool:
    since = days.day_of(one.file.left_at or one.file.opened_at)
    waited = (days.today - since).days if (left := days.left(since)) is None else -left
    return colleagues_see(clerk_there=False, days_waited=waited, wait=parts.colleagues_after_days)


async def show_left(parts: Parts, principal: Principal, _key: str) -> LeftCasesView:
    """Those whose visit is over."""
    days = parts.days()
    return LeftCasesView(
        cases=[
            LeftCaseView(
                case_id=one.file.id,
                number=one.file.number,
                item_name=Bilingual.item(one.file),
                applicant_name=one.file.applicant_name,
                yours=one.file.clerk_id == principal.person_id,
                taken_by=one.taken_by,
                deserted=[Bilingual(zh=named.zh, en=named.en) for named in one.deserted],
                due=due_view(one.act_by, days),
            )
            for one in await left(parts, principal)
        ]
    )


async def show_supplements(parts: Parts, principal: Principal, _key: str) -> SupplementsView:
    """The cases of who looks that wait for an answer or for papers, the first due first."""
    today = parts.today().isoformat()
    rows = [
        _row(case, due_on, waiting, overdue=due_on < today)
        for case, due_on, waiting in await parts.joint.to_answer(principal)
    ]
    for case, one in await parts.supplements.of_worker(principal):
        waiting = 0 if one.state is SupplementState.ANSWERED else sum(paper.open for paper in one.missing)
        rows.append(_row(case, one.due_on, waiting, overdue=one.state is SupplementState.ENDED))
    return SupplementsView(cases=sorted(rows, key=lambda row: row.due_on))


def _row(case: CaseRecord, due_on: str, waiting: int, *, overdue: bool) -> SupplementView:
    return SupplementView(
        case_id=case.id,
        number=case.number,
        item_name=Bilingual.item(case),
        applicant_name=case.applicant_name,
        due_on=due_on,
        overdue=overdue,
        waiting=waiting,
    )
