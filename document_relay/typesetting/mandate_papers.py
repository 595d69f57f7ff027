"""The words of a mandate, as it is signed in the call, and as it was shown or made before."""

from __future__ import annotations

from datetime import datetime

from document_relay.mandate_records import MandateRecord
from document_relay.records import Case, PageRecord
from document_relay.typesetting.paper import Block, Fine, Paper, Rows, Section, SignatureField, Space, Text
from document_relay.typesetting.papers import Papers, mandate_rows

TITLE = ("委托书", "Mandate")
_MEANS = (
    "本人委托上述受托人，在上列期限和权限内代为办理上列事项。受托人在权限内所作的行为，由本人承担责任。"
    "本委托仅对上列事项有效，本人可以随时撤销；撤销后受托人不得再以本人名义办理，撤销前已办理的仍然有效。"
)


def mandate_to_sign(papers: Papers, case: Case, mandate: MandateRecord, now: datetime) -> Paper:
    """The mandate with the place for the principal's signature."""
    blocks = [
        *_terms(papers, case, mandate),
        Section("委托内容 What it means"),
        Text(_MEANS),
        SignatureField("委托人签名 Signature of the principal"),
    ]
    return papers.paper(TITLE, case.file, now, blocks)


def mandate_on_paper(
    papers: Papers, case: Case, mandate: MandateRecord, page: PageRecord, by: tuple[str, datetime]
) -> Paper:
    """That a clerk has accepted a mandate that was shown as paper, and which page of the case shows it."""
    clerk, now = by
    material = case.material(page.material_id)
    rows = (
        ("纸质委托书 Paper", f"《{material.name_zh}》第 {page.number} 页"),
        ("核验人 Accepted by", f"{clerk}　{papers.moment(now)}"),
    )
    blocks = [
        *_terms(papers, case, mandate),
        Section("纸质委托书核验 The mandate on paper"),
        Rows(rows),
        Fine(f"页面 SHA-256 {page.straightened_sha256}"),
    ]
    return papers.paper(TITLE, case.file, now, blocks)


def mandate_from_before(
    papers: Papers, case: Case, mandate: MandateRecord, former: MandateRecord, by: tuple[str, datetime]
) -> Paper:
    """That a clerk has confirmed that a mandate made in an earlier case of the item holds in this one."""
    clerk, now = by
    begun = papers.moment(former.begun_at) if former.begun_at else ""
    rows = (
        ("原委托书 Made before", f"{former.number}　{begun}"),
        ("确认人 Confirmed by", f"{clerk}　{papers.moment(now)}"),
    )
    blocks = [*_terms(papers, case, mandate), Section("沿用确认 Confirmation"), Rows(rows)]
    return papers.paper(TITLE, case.file, now, blocks)


def _terms(papers: Papers, case: Case, mandate: MandateRecord) -> list[Block]:
    item = ("委托事项 Item", f"{case.file.item_zh}\n{case.file.item_en}")
    return [Section("委托关系 Parties"), Rows((*mandate_rows(mandate), item)), Space()]
