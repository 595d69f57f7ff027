"""A case file as the pages show it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import msgspec

from directory.principal import Principal
from document_relay.case_core.history import INTERNAL
from document_relay.case_core.wording import REASONS
from document_relay.records import Case, CaseRecord, DocumentRecord, MaterialRecord, PageRecord, ReviewRecord
from signalling.identity.faces import face_of
from signalling.slices.cases.messages import (
    AnswerView,
    CaseSummary,
    CaseView,
    DecisionView,
    DocumentKind,
    DocumentView,
    Finding,
    HistoryView,
    MaterialView,
    PageView,
    ReviewView,
    Verdict,
)
from signalling.slices.cases.parts import Parts
from signalling.wire.values import Bilingual, Capture, Mark, Outcome

_HISTORY_AT_MOST = 100


async def show_case(parts: Parts, principal: Principal, case_id: str) -> CaseView:
    """A whole case file; raises the document relay's `NoSuchCase`, `NotYourCase`, `ReasonNeeded`."""
    case = await parts.case_files.view(principal, case_id)
    return _case_view(case, principal, parts.stills.of(case.file.worker_id))


def _case_view(case: Case, reader: Principal, still: str | None) -> CaseView:
    """The whole case, as this person reads it: what is for the offices alone is not shown at a point."""
    file = case.file
    at_a_point = face_of(reader) == "point"
    told = [entry for entry in case.history if not (at_a_point and entry.act in INTERNAL)]
    return CaseView(
        case_id=file.id,
        number=file.number,
        state=file.state.value,
        in_hand=file.clerk_id == reader.person_id,
        item_name=Bilingual.item(file),
        applicant_name=file.applicant_name,
        answers=_answers(file.answers),
        fields=_answers(file.fields),
        materials=[_material(case, one, still) for one in case.materials],
        documents=[_document(one) for one in case.documents],
        decision=_decision(case),
        rating=file.rating,
        pdf_url=f"/api/v1/cases/{file.id}/pdf",
        recording_url=f"/api/v1/cases/{file.id}/recording" if file.recording else None,
        replay_url=f"/api/v1/cases/{file.id}/replay" if file.recording else None,
        evidence_url=f"/api/v1/cases/{file.id}/evidence" if file.outcome else None,
        history=[
            HistoryView(at=entry.at, who=entry.who, what=Bilingual(zh=zh, en=en))
            for entry in told[-_HISTORY_AT_MOST:]
            for zh, en in [entry.sentence]
        ],
    )


def _answers(rows: list[list[str]]) -> list[AnswerView]:
    return [
        AnswerView(question=Bilingual(zh=row[0], en=row[1]), answer=Bilingual(zh=row[2], en=row[3])) for row in rows
    ]


def case_summary(file: CaseRecord, until: datetime | None) -> CaseSummary:
    """The case in a list; `until` is when the person may no longer read it, None where it is their own."""
    return CaseSummary(
        case_id=file.id,
        number=file.number,
        item_name=Bilingual.item(file),
        applicant_name=file.applicant_name,
        opened_at=file.opened_at,
        outcome=cast(Outcome | None, file.outcome),
        rating=file.rating,
        granted_until=until,
    )


def _material(case: Case, one: MaterialRecord, still: str | None) -> MaterialView:
    review = case.review_of(one.id)
    return MaterialView(
        material_id=one.id,
        name=Bilingual.name(one),
        state=one.state.value,
        held_by=Bilingual(zh=one.held_zh, en=one.held_en or one.held_zh) if one.held_zh else None,
        note=one.note,
        asked_now=one.asked_now,
        still_asked=one.id == still,
        pages=[_page(page) for page in case.pages_of(one.id)],
        review=_review(review) if review else None,
    )


def _page(page: PageRecord) -> PageView:
    return PageView(
        page_id=page.id,
        number=page.number,
        image_url=f"/api/v1/pages/{page.id}/image",
        thumbnail_url=f"/api/v1/pages/{page.id}/thumbnail",
        width=page.width,
        height=page.height,
        verdict=cast(Verdict, page.verdict),
        findings=[Finding(code=code, text=Bilingual(zh=zh, en=en)) for code, zh, en in page.findings],
        capture=cast(Capture, page.capture),
        delivered_at=page.delivered_at,
        replaced=page.replaced,
    )


def _review(review: ReviewRecord) -> ReviewView:
    reason = REASONS.get(review.reason) if review.reason else None
    return ReviewView(
        verdict="accepted" if review.verdict == "accepted" else "rejected",
        reason=review.reason,
        reason_text=Bilingual(zh=reason[0], en=reason[1]) if reason else None,
        note=review.note,
        mark=msgspec.convert(review.mark, Mark) if review.mark else None,
        by=review.by_name,
        at=review.at,
    )


def _document(one: DocumentRecord) -> DocumentView:
    address = f"/api/v1/documents/{one.id}"
    return DocumentView(
        document_id=one.id,
        kind=cast(DocumentKind, one.kind),
        title=Bilingual(zh=one.title_zh, en=one.title_en),
        state=one.state.value,
        pdf_url=f"{address}/pdf",
        page_urls=[f"{address}/pages/{number}" for number in range(1, len(one.page_hashes) + 1)],
        page_hashes=one.page_hashes,
        signed_by=one.signed_by,
        sealed_at=one.sealed_at,
    )


def _decision(case: Case) -> DecisionView | None:
    file = case.file
    if file.outcome is None or file.decided_at is None:
        return None
    return DecisionView(
        outcome=cast(Outcome, file.outcome),
        notice=file.notice or "",
        notice_en=file.notice_en,
        notice_url=f"/api/v1/documents/{file.notice_document_id}/pdf",
        by=file.decided_by or "",
        at=file.decided_at,
    )
