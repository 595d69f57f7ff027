"""Grants to read cases of others, each with its reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "case_grants",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False),
        sa.Column("staff_id", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.Column("granted_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_case_grants_staff_id_ends_at", "case_grants", ["staff_id", "ends_at"])


def downgrade() -> None:
    op.drop_table("case_grants")
