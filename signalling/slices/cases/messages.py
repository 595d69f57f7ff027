"""A case file: its materials, their review, its end."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from document_relay.deliveries import MOST_PAGES
from signalling.wire.commands import Command
from signalling.wire.values import (
    AccessReason,
    Bilingual,
    Capture,
    DocumentState,
    Identifier,
    Mark,
    MaterialState,
    Moment,
    Outcome,
    RatingLevel,
    SaidText,
    ShortText,
    Value,
)
from signalling.wire.views import View


class RequestMaterial(Command, frozen=True, kw_only=True):
    """Asks the point for a material: one of the item's (by id) or another one (by name)."""

    case_id: Identifier
    material_id: Identifier | None
    name: ShortText
    note: ShortText


class RequestStill(Command, frozen=True, kw_only=True):
    """Has the point's page photograph what lies under the document camera, for this material."""

    case_id: Identifier
    material_id: Identifier


class AcceptMaterial(Command, frozen=True, kw_only=True):
    """Accepts a delivered material."""

    material_id: Identifier


class RejectMaterial(Command, frozen=True, kw_only=True):
    """Rejects a delivered material with a reason, a note and a mark on the page."""

    material_id: Identifier
    reason: Literal["unreadable", "incomplete", "wrong_paper", "expired", "does_not_match", "other"]
    note: ShortText
    mark: Mark | None


class UndoReview(Command, frozen=True, kw_only=True):
    """Takes the last review of a material back."""

    material_id: Identifier


class RemovePage(Command, frozen=True, kw_only=True):
    """Takes a page out of a material that is not reviewed yet; the case's history and evidence keep it."""

    page_id: Identifier


class OrderPages(Command, frozen=True, kw_only=True):
    """Numbers the pages of a material that is not reviewed yet in this order, which names each of them once."""

    material_id: Identifier
    page_ids: Annotated[list[Identifier], Meta(max_length=MOST_PAGES)]


class WriteNote(Command, frozen=True, kw_only=True):
    """Keeps a note in the history of a case that the clerk has or had in hand; the point is not shown it."""

    case_id: Identifier
    text: SaidText


class RateCase(Command, frozen=True, kw_only=True):
    """Gives the five-level rating, once the visit is over or the case decided."""

    case_id: Identifier
    level: RatingLevel
    remark: ShortText


class FinishVisit(Command, frozen=True, kw_only=True):
    """Leaves the finished ticket: the point's page is wiped and free for the next resident."""

    ticket_id: Identifier


CaseState = Literal["open", "decided", "closed", "held", "destroyed"]
DocumentKind = Literal[
    "form",
    "uploaded",
    "notice",
    "receipt",
    "summary",
    "answer",
    "mandate",
    "suspension",
    "continuation",
    "completion",
    "termination",
]
Verdict = Literal["good", "usable", "poor"]


class Finding(Value, frozen=True, kw_only=True):
    """What the imaging noticed about a page, and what to do about it."""

    code: str
    text: Bilingual


class PageView(Value, frozen=True, kw_only=True):
    """One page; the addresses are for this origin and ask for the access token."""

    page_id: str
    number: int
    image_url: str
    thumbnail_url: str
    width: int
    height: int
    verdict: Verdict
    findings: list[Finding]
    capture: Capture
    delivered_at: Moment
    replaced: bool


class ReviewView(Value, frozen=True, kw_only=True):
    """The clerk's last word on a material."""

    verdict: Literal["accepted", "rejected"]
    reason: str | None
    reason_text: Bilingual | None
    note: str
    mark: Mark | None
    by: str
    at: Moment


class MaterialView(Value, frozen=True, kw_only=True):
    """A material of the case; `held_by` names the department that holds it already, so it need not be brought."""

    material_id: str
    name: Bilingual
    state: MaterialState
    held_by: Bilingual | None
    note: str
    asked_now: bool
    still_asked: bool
    """Whether the point's page is to photograph it now."""
    pages: list[PageView]
    review: ReviewView | None


class DocumentView(Value, frozen=True, kw_only=True):
    """A document of the case: a form, an uploaded PDF or the notice; `page_urls` are pictures of its pages."""

    document_id: str
    kind: DocumentKind
    title: Bilingual
    state: DocumentState
    pdf_url: str
    page_urls: list[str]
    page_hashes: list[str]
    signed_by: str | None
    sealed_at: Moment | None


class DecisionView(Value, frozen=True, kw_only=True):
    """The clerk's decision."""

    outcome: Outcome
    notice: str
    notice_en: str
    """Empty where the clerk has written none."""
    notice_url: str
    by: str
    at: Moment


class AnswerView(Value, frozen=True, kw_only=True):
    """A situation question or a field of the form, and what was said."""

    question: Bilingual
    answer: Bilingual


class HistoryView(Value, frozen=True, kw_only=True):
    """One entry of the case's log, in words."""

    at: Moment
    who: str
    what: Bilingual


class CaseView(View, frozen=True, kw_only=True):
    """A whole case file."""

    case_id: str
    number: str
    state: CaseState
    in_hand: bool
    """Whether who looks is the clerk of the case; others read it."""
    item_name: Bilingual
    applicant_name: str
    answers: list[AnswerView]
    fields: list[AnswerView]
    """What was written into the application form."""
    materials: list[MaterialView]
    documents: list[DocumentView]
    decision: DecisionView | None
    rating: int | None
    pdf_url: str
    recording_url: str | None
    replay_url: str | None
    evidence_url: str | None
    history: list[HistoryView]


class CaseSummary(Value, frozen=True, kw_only=True):
    """A case file in a list."""

    case_id: Identifier
    number: str
    item_name: Bilingual
    applicant_name: str
    opened_at: Moment
    outcome: Outcome | None
    rating: int | None
    granted_until: Moment | None
    """When a case of others may no longer be read; null where it is the person's own."""


class CasesBody(Value, frozen=True, kw_only=True):
    """The case files that the person took or served, and those of others that may be read; newest first."""

    cases: list[CaseSummary]


class FoundCaseBody(Value, frozen=True, kw_only=True):
    """A case that was found; who has to say why asks for it first."""

    case: CaseSummary
    state: CaseState
    needs_reason: bool


class FoundCasesBody(Value, frozen=True, kw_only=True):
    """A page of the cases found, newest first; `next` goes on behind it, null at the end."""

    cases: list[FoundCaseBody]
    next: str | None


class CaseAccessBody(Value, frozen=True, kw_only=True):
    """Asks to read a case of others, by its id or number, and says why; with `other` the note says it."""

    case: Identifier
    reason: AccessReason
    note: ShortText


class CaseAccessGrantedBody(Value, frozen=True, kw_only=True):
    """The case, and until when it may be read; null for the people of the case."""

    case_id: Identifier
    until: Moment | None
