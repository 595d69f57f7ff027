"""What a case file holds, as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from document_relay.acting_records import ActingFormRecord
from document_relay.case_core.lives import CaseState, DocumentState, MaterialState
from document_relay.case_core.wording import Words
from document_relay.errors import NoSuchDocument, NoSuchMaterial, NoSuchPage
from document_relay.form_records import FormRecord
from document_relay.hand_on_records import HandOnRecord
from document_relay.joint_records import Joint
from document_relay.mandate_errors import NoSuchMandate
from document_relay.mandate_records import MandateRecord
from document_relay.supplement_records import SupplementRecord
from foundation.errors import NotFound


class CaseBytes(NamedTuple):
    """A picture or a paper, and the case that it belongs to."""

    case_id: str
    data: bytes


class CaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One case file; `answers` are rows of question zh, en and answer zh, en, `fields` of the form alike."""

    id: str
    number: str
    ticket_id: str
    state: CaseState
    item_id: str
    item_zh: str
    item_en: str
    department_id: str
    site_id: str
    site_path: str
    site_zh: str
    applicant_name: str
    worker_id: str
    clerk_id: str | None
    answers: list[list[str]]
    fields: list[list[str]]
    data_key: bytes
    opened_at: datetime
    outcome: str | None
    notice: str | None
    notice_en: str
    notice_document_id: str | None
    decided_by: str | None
    decided_at: datetime | None
    rating: int | None
    remark: str
    recording: dict[str, object] | None
    left_at: datetime | None = None
    """When the visit was left of a case that goes on without it."""
    acting: bool = False
    """Whether somebody acts for the applicant, which takes a mandate."""
    home_place: str = ""
    """Where a worker visits the applicant, in words."""


class MaterialRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One material; `held_zh` names the department that holds it, so that it need not be brought."""

    id: str
    case_id: str
    position: int
    state: MaterialState
    name_zh: str
    name_en: str
    held_zh: str | None
    held_en: str | None
    note: str
    asked_now: bool


class PageRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One page; `findings` are rows of code, zh, en; `replaced` pages are history.

    `sha256` is that of the bytes as they were sent, `straightened_sha256` that of the picture made from them. The
    pages of one PDF share `original_id`.
    """

    id: str
    case_id: str
    material_id: str
    number: int
    original_id: str
    capture: str
    sha256: str
    straightened_sha256: str
    width: int
    height: int
    verdict: str
    findings: list[list[str]]
    delivered_at: datetime
    replaced: bool


class ReviewRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One review; an undone one is history."""

    id: str
    material_id: str
    verdict: str
    reason: str | None
    note: str
    mark: dict[str, object] | None
    by_name: str
    at: datetime
    undone: bool


class DocumentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One document; `page_hashes` are the SHA-256 of its page pictures as they are shown.

    `field` is the signature's place: page from 0, then left, bottom, right, top in points; None when nobody signs it.
    """

    id: str
    case_id: str
    kind: str
    state: DocumentState
    title_zh: str
    title_en: str
    sha256: str
    page_hashes: list[str]
    field: list[float] | None
    made_at: datetime
    signed_by: str | None
    sealed_at: datetime | None


class EntryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the case's event chain with its words in the clear."""

    at: datetime
    who: str
    act: str
    details: dict[str, str]
    sentence: Words
    """What happened, in both languages."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A whole case file as it stands."""

    file: CaseRecord
    materials: list[MaterialRecord]
    pages: list[PageRecord]
    reviews: list[ReviewRecord]
    documents: list[DocumentRecord]
    history: list[EntryRecord]
    joint: Joint | None = None
    """Where several departments look at it."""
    forms: list[FormRecord] = []
    """Those filled in together that are finished or discarded."""
    mandates: list[MandateRecord] = []
    """Under which somebody acts for the applicant, or did; the oldest first."""
    acting_forms: list[ActingFormRecord] = []
    """By which the acting was suspended, continued, completed or terminated; the oldest first."""
    hand_on: HandOnRecord | None = None
    """Where it was handed on to a department that decides later."""
    supplements: list[SupplementRecord] = []
    """What was missing and asked for, the first first."""

    @property
    def supplement(self) -> SupplementRecord | None:
        """The last one."""
        return self.supplements[-1] if self.supplements else None

    def material(self, material_id: str) -> MaterialRecord:
        """The material; raises `NoSuchMaterial`."""
        return _one(self.materials, material_id, NoSuchMaterial)

    def page(self, page_id: str) -> PageRecord:
        """The page; raises `NoSuchPage`."""
        return _one(self.pages, page_id, NoSuchPage)

    def document(self, document_id: str) -> DocumentRecord:
        """The document; raises `NoSuchDocument`."""
        return _one(self.documents, document_id, NoSuchDocument)

    def mandate(self, mandate_id: str) -> MandateRecord:
        """The mandate; raises `NoSuchMandate`."""
        return _one(self.mandates, mandate_id, NoSuchMandate)

    def pages_of(self, material_id: str) -> list[PageRecord]:
        """The pages of a material that count, in order."""
        return [page for page in self.pages if page.material_id == material_id and not page.replaced]

    def review_of(self, material_id: str) -> ReviewRecord | None:
        """The last word on a material, None when there is none or it was taken back."""
        said = [review for review in self.reviews if review.material_id == material_id and not review.undone]
        return said[-1] if said else None


class _Named(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_Named)


def _one(records: Iterable[R], wanted: str, missing: type[NotFound]) -> R:
    for record in records:
        if record.id == wanted:
            return record
    raise missing
