"""What a case file holds, as plain values."""

from __future__ import annotations

from datetime import datetime

import msgspec

from document_relay.case_core.lives import CaseState, DocumentState, MaterialState


class CaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One case file; `answers` are rows of question zh, en and answer zh, en."""

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
    data_key: bytes
    opened_at: datetime
    outcome: str | None
    notice: str | None
    notice_document_id: str | None
    decided_by: str | None
    decided_at: datetime | None
    rating: int | None
    recording: dict[str, object] | None


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
    """One page; `findings` are rows of code, zh, en; `replaced` pages are history."""

    id: str
    case_id: str
    material_id: str
    number: int
    capture: str
    sha256: str
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
    """One document; `page_hashes` are the SHA-256 of its page pictures as they are shown."""

    id: str
    case_id: str
    kind: str
    state: DocumentState
    title_zh: str
    title_en: str
    sha256: str
    page_hashes: list[str]
    signed_by: str | None
    sealed_at: datetime | None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A whole case file as it stands."""

    file: CaseRecord
    materials: list[MaterialRecord]
    pages: list[PageRecord]
    reviews: list[ReviewRecord]
    documents: list[DocumentRecord]
