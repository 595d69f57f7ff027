"""The words of a consolidated answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from document_relay.case_core.findings import OPINION_WORDS, SEVERITY_WORDS, FindingState, PartyState, hardest
from document_relay.case_core.wording import state_in_words
from document_relay.joint_records import FindingRecord, Joint, PartyRecord, last_answered
from document_relay.records import Case
from document_relay.typesetting.paper import Block, Fine, Paper, Rows, Section, Space, Text
from document_relay.typesetting.papers import Papers


def consolidated_answer(papers: Papers, case: Case, now: datetime) -> Paper:
    """What each department has decided, and each finding of the case's joint acceptance with its answer."""
    joint = case.joint
    assert joint is not None
    blocks: list[Block] = [Section("各部门结论 Decisions")]
    blocks.append(Rows(tuple((one.name_zh, _decision(papers, one)) for one in joint.parties)))
    listed = joint.listed()
    blocks.append(Section(f"意见及答复（{len(listed)}条） Findings and answers"))
    for shared in listed:
        blocks += _finding(joint, case, shared)
    if not listed:
        blocks.append(Text("各部门没有提出意见。 No department has found anything."))
    if joint.file.due_on:
        blocks.append(Text(f"一次性告知：{papers.moment(joint.file.told_at or now)}　补正期限：{joint.file.due_on}"))
    blocks += [
        Space(),
        Fine("本答复由作出结论的各部门分别签章；退出的部门不签章，其意见由承办窗口负责。"),
        Fine("如对本答复有异议，可依法申请行政复议或者提起行政诉讼。"),
    ]
    return papers.paper((f"{case.file.item_zh} 联合验收综合答复", "Consolidated answer"), case.file, now, blocks)


def _decision(papers: Papers, party: PartyRecord) -> str:
    if party.state is PartyState.LEFT:
        return "已退出"
    opinion = OPINION_WORDS[party.opinion or ""][0]
    words = f"\n{party.words}" if party.words else ""
    return f"{opinion}　{party.by_name}　{papers.moment(party.at) if party.at else ''}{words}"


def _finding(joint: Joint, case: Case, shared: Sequence[FindingRecord]) -> list[Block]:
    """One number of the list: the same words of several departments stand once."""
    names = {one.department_id: one.name_zh for one in joint.parties}
    first = shared[0]
    severity = SEVERITY_WORDS[hardest(one.severity for one in shared)][0]
    askers = "、".join(dict.fromkeys(names[one.department_id] for one in shared))
    where = f"《{case.material(first.material_id).name_zh}》" if first.material_id else ""
    rows = [(f"第 {first.number} 条　{severity}", f"{where}{first.text}"), ("提出部门", askers)]
    if todo := "；".join(dict.fromkeys(one.todo for one in shared if one.todo)):
        rows.append(("需要怎么办", todo))
    last = last_answered(shared)
    if last.answer:
        pages = f"（附 {len(last.answer_page_ids)} 页）" if last.answer_page_ids else ""
        rows.append(("答复", f"{last.answer}{pages}"))
    states = {names[one.department_id]: _ended(one) for one in shared}
    rows.append(("结果", "；".join(f"{name}{ended}" for name, ended in states.items())))
    return [Rows(tuple(rows))]


def _ended(one: FindingRecord) -> str:
    if one.state is FindingState.STRUCK:
        return f"已核销（{one.ended_by}）"
    return state_in_words(one.state).zh
