"""When a person can be booked, beside the windows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "person_hours",
        sa.Column("id", sa.String, sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("hours", sa.JSON, nullable=False),
        sa.Column("exceptions", sa.JSON, nullable=False),
        sa.Column("capacity", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("person_hours")
