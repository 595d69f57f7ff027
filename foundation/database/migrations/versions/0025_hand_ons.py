"""A case is handed on to a department that decides it later; an item says in how many working days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("service_items", sa.Column("handling_days", sa.Integer, nullable=False, server_default="5"))
    op.create_table(
        "hand_ons",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False, unique=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("sender", sa.JSON, nullable=False),
        sa.Column("receiver", sa.JSON, nullable=False),
        sa.Column("sender_site_id", sa.String, nullable=False),
        sa.Column("sender_department_id", sa.String, nullable=False),
        sa.Column("desk_site_id", sa.String, nullable=False),
        sa.Column("desk_site_path", sa.String, nullable=False),
        sa.Column("desk_department_id", sa.String, nullable=False),
        sa.Column("sender_id", sa.String, nullable=False),
        sa.Column("sender_name", sa.String, nullable=False),
        sa.Column("taker_id", sa.String, nullable=True, index=True),
        sa.Column("taker_name", sa.String, nullable=True),
        sa.Column("handed_at", UtcDateTime, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("decide_by", sa.String, nullable=False),
        sa.Column("due_on", sa.String, nullable=False),
        sa.Column("asked_on", sa.String, nullable=True),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("reach", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_hand_ons_desk", "hand_ons", ["desk_site_id", "desk_department_id", "due_on"])
    op.create_index("ix_hand_ons_sender", "hand_ons", ["sender_site_id", "sender_department_id"])


def downgrade() -> None:
    op.drop_table("hand_ons")
    op.drop_column("service_items", "handling_days")
