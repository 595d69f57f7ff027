"""What is missing of a case is sent later, by a link or at the point."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "supplements",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False, index=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("asked_name", sa.String, nullable=False),
        sa.Column("asked_site_id", sa.String, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("due_on", sa.String, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("reach", sa.LargeBinary, nullable=True),
        sa.Column("answered_at", UtcDateTime, nullable=True),
        sa.Column("ended_by", sa.String, nullable=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
    )
    op.create_index("ix_supplements_state", "supplements", ["state", "ends_at"])
    op.create_table(
        "sender_links",
        sa.Column("link_hash", sa.String, primary_key=True),
        sa.Column("sender_id", sa.String, nullable=False, index=True),
        sa.Column("case_id", sa.String, nullable=False),
        sa.Column("site_id", sa.String, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("sender_links")
    op.drop_table("supplements")
