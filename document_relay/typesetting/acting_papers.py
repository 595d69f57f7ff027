"""The words of the forms of acting: suspension, continuation, completion and termination."""

from __future__ import annotations

from collections.abc import Sequence

from document_relay.acting_records import ActingFormRecord, Standing
from document_relay.case_core.acting import FORM_WORDS, ActingForm
from document_relay.case_core.wording import OUTCOMES
from document_relay.mandate_records import MandateRecord
from document_relay.records import Case, PageRecord
from document_relay.typesetting.paper import Block, Fine, Paper, Rows, Section, SignatureField, Space, Text
from document_relay.typesetting.papers import Papers, mandate_rows

_REASONS = {
    ActingForm.SUSPENSION: "中止原因 Reason",
    ActingForm.CONTINUATION: "续办说明 Why it goes on",
    ActingForm.COMPLETION: "移交内容 Handed over",
    ActingForm.TERMINATION: "终止原因 Reason",
}
_MEANS = {
    ActingForm.SUSPENSION: (
        "代办自即日起中止，委托书仍然有效。中止期间可以提交材料，受托人不得代为签署、领取；"
        "恢复代办须由委托人签署续办委托书。"
    ),
    ActingForm.CONTINUATION: "代办自即日起恢复，受托人按原委托书的权限和期限继续代为办理上列事项。",
    ActingForm.COMPLETION: "上列事项已经办理完毕，办理结果和上列材料已移交受托人，由其转交委托人，代办至此办结。",
    ActingForm.TERMINATION: "代办至此终止，受托人不得再在本案中代为办理。终止前已办理的仍然有效。",
}
_TO_SIGN = "本人同意恢复代办，委托上述受托人在原委托书的权限和期限内继续办理上列事项，并承担相应的法律责任。"


def acting_paper(papers: Papers, case: Case, read: tuple[Standing, MandateRecord], form: ActingFormRecord) -> Paper:
    """A form that is sealed as it is made."""
    blocks = [*_terms(papers, case, read, form), Text(_MEANS[form.form])]
    return papers.paper(FORM_WORDS[form.form], case.file, form.made_at, blocks)


def continuation_to_sign(
    papers: Papers, case: Case, read: tuple[Standing, MandateRecord], form: ActingFormRecord
) -> Paper:
    """The mandate to continue with the place for the principal's signature."""
    blocks = [
        *_terms(papers, case, read, form),
        Text(_TO_SIGN),
        SignatureField("委托人签名 Signature of the principal"),
    ]
    return papers.paper(FORM_WORDS[form.form], case.file, form.made_at, blocks)


def continuation_on_paper(
    papers: Papers, case: Case, read: tuple[Standing, MandateRecord], form: ActingFormRecord, page: PageRecord
) -> Paper:
    """That a clerk has accepted a mandate to continue that was shown as paper, and which page of the case shows it."""
    material = case.material(page.material_id)
    blocks = [
        *_terms(papers, case, read, form),
        Rows((("纸质续办委托书 Paper", f"《{material.name_zh}》第 {page.number} 页"),)),
        Text(_MEANS[form.form]),
        Fine(f"页面 SHA-256 {page.straightened_sha256}"),
    ]
    return papers.paper(FORM_WORDS[form.form], case.file, form.made_at, blocks)


def _terms(papers: Papers, case: Case, read: tuple[Standing, MandateRecord], form: ActingFormRecord) -> Sequence[Block]:
    """Who acts for whom and in what, and what the form says."""
    standing, mandate = read
    item = ("委托事项 Item", f"{case.file.item_zh}\n{case.file.item_en}")
    rows = [("单据编号 Form", form.number)]
    if form.form is ActingForm.CONTINUATION and standing.last is not None:
        rows.append(("原中止单 Suspended by", f"{standing.last.number}　{papers.moment(standing.last.made_at)}"))
    if form.form is ActingForm.COMPLETION and case.file.outcome and case.file.decided_at:
        outcome = OUTCOMES[case.file.outcome]
        rows.append(("办理结果 Decision", f"{outcome[0]} {outcome[1]}　{papers.moment(case.file.decided_at)}"))
    rows.append((_REASONS[form.form], form.reason))
    if form.until:
        rows.append(("预计恢复 Goes on by", form.until))
    if form.form is ActingForm.COMPLETION:
        rows.append(("领取人 Received by", mandate.actor_name))
    rows.append(("经办人 Made by", f"{form.made_by}　{papers.moment(form.made_at)}"))
    return [
        Section("代办委托 Acting for the applicant"),
        Rows((*mandate_rows(mandate), item)),
        Section(" ".join(FORM_WORDS[form.form])),
        Rows(tuple(rows)),
        Space(),
    ]
