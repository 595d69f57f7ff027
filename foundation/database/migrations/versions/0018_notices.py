"""Notices to people outside; appointments that are kept by a visitor's link, and that forget how people are reached."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database import UtcDateTime

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("topic", sa.String, nullable=False, index=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("next_at", UtcDateTime, nullable=False),
        sa.Column("useful_until", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("lease", sa.String, nullable=True),
        sa.Column("error", sa.String, nullable=True),
        sa.Column("data_key", sa.LargeBinary, nullable=True),
        sa.Column("content", sa.LargeBinary, nullable=True),
    )
    op.create_index("ix_notices_state", "notices", ["state", "next_at"])
    op.add_column("appointments", sa.Column("visitor_id", sa.String, nullable=True))
    op.add_column("appointments", sa.Column("forgotten", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("visitors", sa.Column("appointment_id", sa.String, nullable=True))
    op.create_table(
        "visit_links",
        sa.Column("link_hash", sa.String, primary_key=True),
        sa.Column("visitor_id", sa.String, sa.ForeignKey("visitors.id"), nullable=False, index=True),
    )
    op.create_table(
        "visit_codes",
        sa.Column("code_hash", sa.String, primary_key=True),
        sa.Column("visitor_id", sa.String, sa.ForeignKey("visitors.id"), nullable=False, index=True),
        sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
    )


def downgrade() -> None:
    op.drop_table("visit_codes")
    op.drop_table("visit_links")
    op.drop_column("visitors", "appointment_id")
    op.drop_column("appointments", "forgotten")
    op.drop_column("appointments", "visitor_id")
    op.drop_table("notices")
