"""The words of each paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from document_relay.case_core.history import INTERNAL
from document_relay.case_core.lives import MaterialState
from document_relay.case_core.mandates import RELATION_WORDS, MandateState, named
from document_relay.case_core.wording import OUTCOMES, Words, state_in_words
from document_relay.form_records import FormRecord
from document_relay.mandate_records import MandateRecord
from document_relay.records import Case, CaseRecord
from document_relay.typesetting.paper import Block, Fine, Heading, Paper, Rows, Section, SignatureField, Space, Text

DECLARATION = (
    "本人承诺：所提供的材料和信息真实、准确、完整，已知悉并理解办理该事项的要求；"
    "如有不实，愿意承担相应的法律责任。本人同意通过“云窗”远程办理，并确认在本文件上的手写签名为本人亲笔书写。"
)
_APPLICANTS_SIGNATURE = "申请人签名 Signature of the applicant"
_STATES = {
    MaterialState.REQUESTED: "待提交",
    MaterialState.DELIVERED: "已提交，待审核",
    MaterialState.ACCEPTED: "已接受",
    MaterialState.REJECTED: "已退回",
}


class Papers:
    """Words the papers with the dates of one time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def form(self, case: Case, now: datetime) -> Paper:
        """The application form with the place for the applicant's signature."""
        blocks: list[Block] = _acting(case)
        if case.file.answers:
            rows = tuple((answer[0], answer[2]) for answer in case.file.answers)
            blocks += [Section("情形 Situation"), Rows(rows)]
        if case.file.fields:
            blocks += [Section("申请信息 Particulars"), Rows(tuple((field[0], field[2]) for field in case.file.fields))]
        else:
            # Without particulars there is nothing else to sign to than what was brought.
            blocks += self._materials(case)
        blocks += [Section("申请人声明 Declaration"), Text(DECLARATION), SignatureField(_APPLICANTS_SIGNATURE)]
        return self.paper((f"{case.file.item_zh} 申请表", "Application form"), case.file, now, blocks)

    def shared_form(self, case: Case, form: FormRecord, now: datetime) -> Paper:
        """The application form that was filled in together, with the place for the applicant's signature."""
        values = form.values()
        blocks: list[Block] = _acting(case)
        if case.file.answers:
            blocks += [Section("情形 Situation"), Rows(tuple((answer[0], answer[2]) for answer in case.file.answers))]
        for section in form.definition.sections:
            rows = tuple((one.name_zh, values[one.id]) for one in section.fields if one.id in values)
            if rows:
                blocks += [Section(f"{section.title_zh} {section.title_en}"), Rows(rows)]
        blocks += [Section("申请人声明 Declaration"), Text(DECLARATION), SignatureField(_APPLICANTS_SIGNATURE)]
        blocks.append(Fine(f"表单版本 Form version {form.definition.version[:16]}"))
        return self.paper((f"{case.file.item_zh} 申请表", "Application form"), case.file, now, blocks)

    def notice(self, case: Case, notice: tuple[str, str], now: datetime) -> Paper:
        """The notice of the decision, which `case.file` holds already; `notice` in Chinese and, if wanted, English."""
        outcome_zh, outcome_en = OUTCOMES[case.file.outcome or ""]
        decided = f"{case.file.decided_by or ''}　{self.moment(case.file.decided_at or now)}"
        blocks: list[Block] = [
            Section("办理结果 Decision"),
            Text(f"{outcome_zh} {outcome_en}"),
            *(Text(text) for text in notice if text),
            Section("经办 Decided by"),
            Text(decided),
            Space(),
            Fine("如对本决定有异议，可依法申请行政复议或者提起行政诉讼。"),
        ]
        return self.paper((f"{case.file.item_zh} 办理结果通知书", "Notice of decision"), case.file, now, blocks)

    def summary(self, case: Case, by: str, said: tuple[Words, str], now: datetime) -> Paper:
        """What was dealt with in a visit and what was agreed: `said` is what came of it, and the clerk's words."""
        (outcome_zh, outcome_en), agreed = said
        rows = [("经办 Clerk", by), ("结果 Outcome", f"{outcome_zh} {outcome_en}")]
        if case.file.outcome:
            decided_zh, decided_en = OUTCOMES[case.file.outcome]
            at = self.moment(case.file.decided_at or now)
            rows.append(("决定 Decision", f"{decided_zh} {decided_en}\n{case.file.decided_by or ''}　{at}"))
        blocks: list[Block] = [
            Section("本次办理 This visit"),
            Rows(tuple(rows)),
            *self._materials(case),
            Section("商定事项 What was agreed"),
            *(Text(line) for line in agreed.splitlines() if line.strip()),
            Space(),
            Fine("本小结记录本次视频办理的内容，不代替办理结果通知书。 This summary takes the place of no decision."),
        ]
        return self.paper((f"{case.file.item_zh} 办事小结", "Summary of the visit"), case.file, now, blocks)

    def receipt(self, case: Case, now: datetime) -> Paper:
        """The receipt for the papers that were delivered."""
        return self.paper((f"{case.file.item_zh} 收件回执", "Receipt"), case.file, now, self._materials(case))

    def cover(self, case: Case, now: datetime) -> Paper:
        """The cover sheet of the whole case on paper."""
        told = [entry for entry in case.history if entry.act not in INTERNAL]
        history = [Fine(f"{self.moment(entry.at)}　{entry.who}　{entry.sentence[0]}") for entry in told]
        blocks: list[Block] = [*_mandates(case, now), *self._materials(case), Section("经过 History"), *history]
        return self.paper((f"{case.file.item_zh} 案卷", "Case file"), case.file, now, blocks)

    def signature_sheet(self, case: Case, title: str, now: datetime) -> Paper:
        """A last page for a document that has no place to sign of its own."""
        blocks: list[Block] = [
            Text(f"本页为《{title}》的签署页，与其为一个整体。"),
            Text(DECLARATION),
            SignatureField(_APPLICANTS_SIGNATURE),
        ]
        return self.paper(("签署页", "Signature page"), case.file, now, blocks)

    def paper(self, title: tuple[str, str], file: CaseRecord, now: datetime, blocks: Sequence[Block]) -> Paper:
        """A paper of the case: its title, what it is about, and the blocks."""
        head = Rows(
            (
                ("案卷编号 Case", file.number),
                ("事项 Matter", file.item_zh),
                ("申请人 Applicant", file.applicant_name),
                ("受理点 Point", file.site_zh),
                ("日期 Date", self.moment(now)),
            )
        )
        return Paper(title=title[0], made_at=now, blocks=(Heading(*title), head, *blocks))

    def _materials(self, case: Case) -> list[Block]:
        if not case.materials:
            return []
        rows = tuple((material.name_zh, self._material_state(case, material.id)) for material in case.materials)
        return [Section("材料 Papers"), Rows(rows)]

    def _material_state(self, case: Case, material_id: str) -> str:
        material, pages = case.material(material_id), len(case.pages_of(material_id))
        if material.held_zh and not pages:
            return f"无需提交（{material.held_zh}已有）"
        state = _STATES[material.state]
        return f"{state}，{pages} 页" if pages else state

    def moment(self, moment: datetime) -> str:
        """The moment as people read it, to the minute."""
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")


def _acting(case: Case) -> list[Block]:
    """Who acts for the applicant, on a paper that is signed later: its mandate may come into force meanwhile."""
    if not (case.file.acting and case.mandates):
        return []
    return [Section("代办委托 Acting for the applicant"), Rows(mandate_rows(case.mandates[-1]))]


def _mandates(case: Case, now: datetime) -> list[Block]:
    """Under which mandates somebody acts for the applicant, or did, and how each stands."""
    blocks: list[Block] = []
    for one in case.mandates:
        state = "expired" if one.state is MandateState.IN_FORCE and not one.holds(now) else one.state.value
        words = state_in_words(state)
        rows = (*mandate_rows(one), ("状态 State", f"{words.zh}\n{words.en}"))
        blocks += [Section("代办委托 Acting for the applicant"), Rows(rows)]
    return blocks


def mandate_rows(mandate: MandateRecord) -> tuple[tuple[str, str], ...]:
    """Both parties, the scope and the period, as any paper of the case tells them."""
    relation, scope = RELATION_WORDS[mandate.relation], named(mandate.scope)
    return (
        ("委托书编号 Number", mandate.number),
        ("委托人 Principal", f"{mandate.principal_name}　{mandate.principal_number}"),
        ("受托人 Acts for them", f"{mandate.actor_name}　{relation[0]} {relation[1]}"),
        ("权限 Scope", f"{scope[0]}\n{scope[1]}"),
        ("有效期至 Until", mandate.until),
    )
