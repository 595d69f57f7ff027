"""The tables: case files, materials, pages, reviews, documents, signatures, the event chain, uploads, grants.

What is personal, or a text that people write and may be, stands in columns of bytes, sealed under the case's data key:
destroying that key erases it, and the event chain still verifies.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base, UtcDateTime


class CaseRow(Base):
    """One case file; `private` is sealed JSON of the applicant's name, the answers, the notice and the remark.

    `acting` says that somebody acts for the applicant. `stored_bytes` are those of its blobs, `stored_pieces` its pages
    and documents: counted, lest they be summed up.
    """

    __tablename__ = "case_files"
    __table_args__ = (Index("ix_case_files_newest", "site_id", "opened_at", "stored_bytes"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    ticket_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    item_id: Mapped[str]
    item_zh: Mapped[str]
    item_en: Mapped[str]
    department_id: Mapped[str]
    site_id: Mapped[str]
    site_path: Mapped[str] = mapped_column(index=True)
    site_zh: Mapped[str]
    worker_id: Mapped[str] = mapped_column(index=True)
    clerk_id: Mapped[str | None] = mapped_column(index=True)
    data_key: Mapped[bytes] = mapped_column(LargeBinary)
    private: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None]
    notice_document_id: Mapped[str | None]
    decided_by: Mapped[str | None]
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rating: Mapped[int | None]
    recording: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    acting: Mapped[bool] = mapped_column(server_default=false(), default=False)
    stored_bytes: Mapped[int] = mapped_column(BigInteger, server_default="0")
    stored_pieces: Mapped[int] = mapped_column(server_default="0")


class MaterialRow(Base):
    """One material of a case; `names` are zh and en, and may be in a clerk's own words."""

    __tablename__ = "materials"
    __table_args__ = (UniqueConstraint("case_id", "position", name="uq_materials_position"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"))
    position: Mapped[int]
    state: Mapped[str]
    names: Mapped[bytes] = mapped_column(LargeBinary)
    held_zh: Mapped[str | None]
    held_en: Mapped[str | None]
    note: Mapped[bytes] = mapped_column(LargeBinary)
    asked_now: Mapped[bool]


class PageRow(Base):
    """One page; its pictures lie under the case's blobs; `original_id` names the upload it was made from."""

    __tablename__ = "pages"
    __table_args__ = (Index("ix_pages_content", "case_id", "sha256"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"))
    material_id: Mapped[str] = mapped_column(ForeignKey("materials.id"), index=True)
    number: Mapped[int]
    original_id: Mapped[str]
    capture: Mapped[str]
    sha256: Mapped[str]
    straightened_sha256: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    verdict: Mapped[str]
    findings: Mapped[bytes] = mapped_column(LargeBinary)
    delivered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    replaced: Mapped[bool]


class ReviewRow(Base):
    """One review of a material."""

    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), index=True)
    material_id: Mapped[str] = mapped_column(ForeignKey("materials.id"), index=True)
    verdict: Mapped[str]
    reason: Mapped[str | None]
    note: Mapped[bytes] = mapped_column(LargeBinary)
    mark: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    by_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone: Mapped[bool]


class DocumentRow(Base):
    """One document; `titles` are zh and en, and may be a file's name.

    `field` is the signature's place on it: page from 0, then left, bottom, right, top in points.
    """

    __tablename__ = "documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    titles: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    page_hashes: Mapped[list[str]] = mapped_column(JSON)
    field: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_by: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignatureRow(Base):
    """A signature as it was drawn; the strokes lie under the case's blobs.

    `manner` is name or mark; a mark counts once the clerk has confirmed it, who is named then. Who signs for somebody
    does so under the mandate named.
    """

    __tablename__ = "signatures"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("documents.id"), unique=True)
    strokes_sha256: Mapped[str]
    device: Mapped[str]
    witness_id: Mapped[str]
    witness_name: Mapped[bytes] = mapped_column(LargeBinary)
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    manner: Mapped[str] = mapped_column(server_default="name")
    confirmed_id: Mapped[str | None]
    confirmed_name: Mapped[bytes | None] = mapped_column(LargeBinary)
    mandate_id: Mapped[str | None]


class CaseEventRow(Base):
    """One entry of a case's event chain; `words` is the sealed pair of salt and words."""

    __tablename__ = "case_events"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[str]
    who: Mapped[str]
    act: Mapped[str]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    commitment: Mapped[str]
    hash: Mapped[str]


class UploadRow(Base):
    """One upload; how far it has come is told by its part file alone."""

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_state", "state", "expires_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(index=True)
    staff_name: Mapped[bytes] = mapped_column(LargeBinary)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), index=True)
    material_id: Mapped[str] = mapped_column(ForeignKey("materials.id"))
    length: Mapped[int]
    sha256: Mapped[str]
    capture: Mapped[str]
    replaces: Mapped[str | None]
    metadata_header: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class GrantRow(Base):
    """One person who may read a case of others for a while, with the reason; `note` is their own words."""

    __tablename__ = "case_grants"
    __table_args__ = (Index("ix_case_grants_staff_id_ends_at", "staff_id", "ends_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"))
    staff_id: Mapped[str]
    reason: Mapped[str]
    note: Mapped[bytes] = mapped_column(LargeBinary)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
