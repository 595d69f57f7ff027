"""The words of each paper."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from document_relay.case_core.lives import MaterialState
from document_relay.case_core.wording import OUTCOMES
from document_relay.records import Case, CaseRecord
from document_relay.typesetting.sheet import Field, Sheet

DECLARATION = (
    "本人承诺：所提供的材料和信息真实、准确、完整，已知悉并理解办理该事项的要求；"
    "如有不实，愿意承担相应的法律责任。本人同意通过“云窗”远程办理，并确认在本文件上的手写签名为本人亲笔书写。"
)
_STATES = {
    MaterialState.REQUESTED: "待提交",
    MaterialState.DELIVERED: "已提交，待审核",
    MaterialState.ACCEPTED: "已接受",
    MaterialState.REJECTED: "已退回",
}


class Papers:
    """Sets the papers with the dates of one time zone."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def form(self, case: Case, now: datetime) -> tuple[bytes, Field]:
        """The application form and the place for the applicant's signature."""
        sheet = self._begin(f"{case.file.item_zh} 申请表", "Application form", case.file, now)
        if case.file.answers:
            sheet.section("情形 Situation")
            sheet.rows((answer[0], answer[2]) for answer in case.file.answers)
        self._materials(sheet, case)
        sheet.section("申请人声明 Declaration")
        sheet.text(DECLARATION)
        field = sheet.signature_field("申请人签名 Signature of the applicant")
        return sheet.finish(), field

    def notice(self, case: Case, notice: str, now: datetime) -> bytes:
        """The notice of the decision, which `case.file` holds already."""
        outcome_zh, outcome_en = OUTCOMES[case.file.outcome or ""]
        sheet = self._begin(f"{case.file.item_zh} 办理结果通知书", "Notice of decision", case.file, now)
        sheet.section("办理结果 Decision")
        sheet.text(f"{outcome_zh} {outcome_en}")
        if notice:
            sheet.text(notice)
        sheet.section("经办 Decided by")
        sheet.text(f"{case.file.decided_by or ''}　{self._moment(case.file.decided_at or now)}")
        sheet.space()
        sheet.fine("如对本决定有异议，可依法申请行政复议或者提起行政诉讼。")
        return sheet.finish()

    def receipt(self, case: Case, now: datetime) -> bytes:
        """The receipt for the papers that were delivered."""
        sheet = self._begin(f"{case.file.item_zh} 收件回执", "Receipt", case.file, now)
        self._materials(sheet, case)
        return sheet.finish()

    def cover(self, case: Case, now: datetime) -> bytes:
        """The cover sheet of the whole case on paper."""
        sheet = self._begin(f"{case.file.item_zh} 案卷", "Case file", case.file, now)
        self._materials(sheet, case)
        sheet.section("经过 History")
        for entry in case.history:
            sheet.fine(f"{self._moment(entry.at)}　{entry.who}　{entry.sentence()[0]}")
        return sheet.finish()

    def signature_sheet(self, case: Case, title: str, now: datetime) -> tuple[bytes, Field]:
        """A last page for a document that has no place to sign of its own."""
        sheet = self._begin("签署页", "Signature page", case.file, now)
        sheet.text(f"本页为《{title}》的签署页，与其为一个整体。")
        sheet.text(DECLARATION)
        field = sheet.signature_field("申请人签名 Signature of the applicant")
        return sheet.finish(), field

    def _begin(self, zh: str, en: str, file: CaseRecord, now: datetime) -> Sheet:
        sheet = Sheet(zh, now)
        sheet.heading(zh, en)
        sheet.rows(
            (
                ("案卷编号 Case", file.number),
                ("事项 Matter", file.item_zh),
                ("申请人 Applicant", file.applicant_name),
                ("受理点 Point", file.site_zh),
                ("日期 Date", self._moment(now)),
            )
        )
        return sheet

    def _materials(self, sheet: Sheet, case: Case) -> None:
        if not case.materials:
            return
        sheet.section("材料 Papers")
        sheet.rows((material.name_zh, self._material_state(case, material.id)) for material in case.materials)

    def _material_state(self, case: Case, material_id: str) -> str:
        material, pages = case.material(material_id), len(case.pages_of(material_id))
        if material.held_zh and not pages:
            return f"无需提交（{material.held_zh}已有）"
        state = _STATES[material.state]
        return f"{state}，{pages} 页" if pages else state

    def _moment(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M")
