"""Somebody acts for the applicant under a mandate."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("case_files", sa.Column("acting", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "mandates",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("root_id", sa.String, nullable=False, index=True),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("way", sa.String, nullable=True),
        sa.Column("item_id", sa.String, nullable=False),
        sa.Column("principal_hash", sa.String, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("relation", sa.String, nullable=False),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("until", sa.String, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("document_id", sa.String, nullable=True),
        sa.Column("page_id", sa.String, nullable=True),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("begun_at", UtcDateTime, nullable=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.UniqueConstraint("case_id", "position", name="uq_mandates_position"),
    )
    op.create_index("ix_mandates_principal", "mandates", ["principal_hash", "state"])
    op.create_index("ix_mandates_end", "mandates", ["state", "ends_at"])
    op.add_column("signatures", sa.Column("mandate_id", sa.String, nullable=True))


def downgrade() -> None:
    op.drop_column("signatures", "mandate_id")
    op.drop_table("mandates")
    op.drop_column("case_files", "acting")
