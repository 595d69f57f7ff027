"""Case files, materials, pages, reviews, documents, signatures, event chains, uploads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _case_files()
    _materials()
    _pages()
    _reviews()
    _documents()
    _signatures()
    _events()
    _uploads()


def downgrade() -> None:
    for table in (
        "uploads",
        "case_events",
        "signatures",
        "documents",
        "reviews",
        "pages",
        "materials",
        "case_files",
    ):
        op.drop_table(table)


def _text(name: str, *, nullable: bool = False, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=nullable, index=index)


def _case_id(*, index: bool = True) -> sa.Column[str]:
    return sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False, index=index)


def _case_files() -> None:
    op.create_table(
        "case_files",
        sa.Column("id", sa.String, primary_key=True),
        _text("number"),
        _text("ticket_id"),
        _text("state"),
        _text("item_id"),
        _text("item_zh"),
        _text("item_en"),
        _text("department_id"),
        _text("site_id"),
        _text("site_path", index=True),
        _text("site_zh"),
        _text("worker_id", index=True),
        _text("clerk_id", nullable=True, index=True),
        sa.Column("data_key", sa.LargeBinary, nullable=False),
        sa.Column("private", sa.LargeBinary, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        _text("outcome", nullable=True),
        _text("notice_document_id", nullable=True),
        _text("decided_by", nullable=True),
        sa.Column("decided_at", UtcDateTime),
        sa.Column("rating", sa.Integer),
        sa.Column("recording", sa.JSON),
        sa.UniqueConstraint("number", name="uq_case_files_number"),
        sa.UniqueConstraint("ticket_id", name="uq_case_files_ticket_id"),
    )


def _materials() -> None:
    op.create_table(
        "materials",
        sa.Column("id", sa.String, primary_key=True),
        _case_id(index=False),
        sa.Column("position", sa.Integer, nullable=False),
        _text("state"),
        _text("name_zh"),
        _text("name_en"),
        _text("held_zh", nullable=True),
        _text("held_en", nullable=True),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("asked_now", sa.Boolean, nullable=False),
        sa.UniqueConstraint("case_id", "position", name="uq_materials_position"),
    )


def _pages() -> None:
    op.create_table(
        "pages",
        sa.Column("id", sa.String, primary_key=True),
        _case_id(index=False),
        sa.Column("material_id", sa.String, sa.ForeignKey("materials.id"), nullable=False, index=True),
        sa.Column("number", sa.Integer, nullable=False),
        _text("original_id"),
        _text("capture"),
        _text("sha256"),
        _text("straightened_sha256"),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        _text("verdict"),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("delivered_at", UtcDateTime, nullable=False),
        sa.Column("replaced", sa.Boolean, nullable=False),
    )
    op.create_index("ix_pages_content", "pages", ["case_id", "sha256"])


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.String, primary_key=True),
        _case_id(),
        sa.Column("material_id", sa.String, sa.ForeignKey("materials.id"), nullable=False, index=True),
        _text("verdict"),
        _text("reason", nullable=True),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("mark", sa.JSON),
        _text("by_name"),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("undone", sa.Boolean, nullable=False),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String, primary_key=True),
        _case_id(),
        _text("kind"),
        _text("state"),
        _text("title_zh"),
        _text("title_en"),
        _text("sha256"),
        sa.Column("page_hashes", sa.JSON, nullable=False),
        sa.Column("field", sa.JSON),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("signed_by", sa.LargeBinary),
        sa.Column("sealed_at", UtcDateTime),
    )


def _signatures() -> None:
    op.create_table(
        "signatures",
        sa.Column("id", sa.String, primary_key=True),
        _case_id(),
        sa.Column("document_id", sa.String, sa.ForeignKey("documents.id"), nullable=False),
        _text("strokes_sha256"),
        _text("device"),
        _text("witness_id"),
        sa.Column("witness_name", sa.LargeBinary, nullable=False),
        sa.Column("signed_at", UtcDateTime, nullable=False),
        sa.UniqueConstraint("document_id", name="uq_signatures_document_id"),
    )


def _events() -> None:
    op.create_table(
        "case_events",
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        _text("at"),
        _text("who"),
        _text("act"),
        sa.Column("words", sa.LargeBinary, nullable=False),
        _text("commitment"),
        _text("hash"),
    )


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", sa.String, primary_key=True),
        _text("staff_id", index=True),
        sa.Column("staff_name", sa.LargeBinary, nullable=False),
        _case_id(),
        sa.Column("material_id", sa.String, sa.ForeignKey("materials.id"), nullable=False),
        sa.Column("length", sa.Integer, nullable=False),
        _text("sha256"),
        _text("capture"),
        _text("replaces", nullable=True),
        _text("metadata_header"),
        _text("state"),
        sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
    )
