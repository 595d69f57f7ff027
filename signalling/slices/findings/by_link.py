"""What a link to findings shows: the one list, what is to be done, what came of it, and nothing else of the case."""

from __future__ import annotations

from datetime import date

from directory.principal import Answerer, Principal
from document_relay.case_core.findings import JointState
from document_relay.case_core.lives import CaseState
from document_relay.joint_errors import NoJointAcceptance
from document_relay.joint_records import Joint
from document_relay.records import Case
from signalling.slices.findings.messages import FindingsToAnswerView, FindingToAnswer, ToldFinding
from signalling.slices.findings.parts import Parts
from signalling.slices.findings.views import told_finding
from signalling.wire.sent_pages import sent_page
from signalling.wire.values import Bilingual


async def show_to_answer(parts: Parts, principal: Principal, _key: str) -> FindingsToAnswerView:
    """What who has the link is to answer; raises as reading the case does, `NoJointAcceptance`."""
    case = await parts.joint.of_answerer(principal) if isinstance(principal, Answerer) else None
    if case is None or case.joint is None or case.joint.file.due_on is None:
        raise NoJointAcceptance
    joint, due_on, today = case.joint, date.fromisoformat(case.joint.file.due_on), parts.today()
    ended = joint.file.state is JointState.CONCLUDED or case.file.state is not CaseState.OPEN
    return FindingsToAnswerView(
        case_id=case.file.id,
        item_name=Bilingual.item(case.file),
        due_on=due_on.isoformat(),
        days_left=max(0, parts.days().left(due_on) or 0),
        state="concluded" if ended else "overdue" if due_on < today else "open",
        findings=[_finding(case, joint, told_finding(joint, shared)) for shared in joint.listed()],
    )


def _finding(case: Case, joint: Joint, told: ToldFinding) -> FindingToAnswer:
    known = told.material_id is not None
    material_id = told.material_id or joint.answers_material_id or ""
    since = joint.file.told_at or joint.file.opened_at
    return FindingToAnswer(
        number=told.number,
        severity=told.severity,
        text=told.text,
        todo=told.todo,
        departments=told.departments,
        material=Bilingual.name(case.material(material_id)) if known else None,
        material_id=material_id,
        state=told.state,
        answer=told.answer,
        answer_page_ids=told.answer_page_ids,
        returned=told.returned,
        pages=[sent_page(page) for page in case.pages_of(material_id) if page.delivered_at >= since],
    )
