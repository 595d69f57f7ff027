"""Who is on duty for a department: turns of the week, and dates on which somebody is away or swapped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_table(
        "duty_turns",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("department_id", sa.String, sa.ForeignKey("departments.id"), nullable=False, index=True),
        sa.Column("staff_id", sa.String, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("weekdays", sa.JSON, nullable=False),
        sa.Column("begins", sa.String, nullable=False),
        sa.Column("ends", sa.String, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
    )
    op.create_table(
        "duty_exceptions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("department_id", sa.String, sa.ForeignKey("departments.id"), nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("staff_id", sa.String, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("stand_in_id", sa.String, sa.ForeignKey("staff.id"), nullable=True),
        sa.UniqueConstraint("department_id", "day", "staff_id", name="uq_duty_exceptions_day"),
    )


def downgrade() -> None:
    op.drop_table("duty_exceptions")
    op.drop_table("duty_turns")
