"""Who finds no time waits for one: a list, and times that are held for those on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "appointment_wishes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("site_id", sa.String, nullable=False),
        sa.Column("home_id", sa.String, nullable=False),
        sa.Column("department_id", sa.String, nullable=False),
        sa.Column("item_id", sa.String, nullable=False),
        sa.Column("worker_id", sa.String, nullable=False),
        sa.Column("days", sa.JSON, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("passed", sa.JSON, nullable=False),
        sa.Column("offers", sa.Integer, nullable=False),
        sa.Column("person", sa.LargeBinary, nullable=False),
        sa.Column("appointment_id", sa.String, sa.ForeignKey("appointments.id")),
        sa.Column("answer_by", UtcDateTime),
        sa.Column("data_key", sa.LargeBinary, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    is_open = sa.text("state IN ('listed', 'time_held')")
    op.create_index(
        "ix_appointment_wishes_list",
        "appointment_wishes",
        ["home_id", "asked_at", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("ix_appointment_wishes_person", "appointment_wishes", ["person"])
    op.create_index("ix_appointment_wishes_site", "appointment_wishes", ["site_id"])
    op.create_index("uq_appointment_wishes_appointment", "appointment_wishes", ["appointment_id"], unique=True)


def downgrade() -> None:
    op.drop_table("appointment_wishes")
    # What was held is not known to the former program, which gives the times to others.
    op.execute(
        "DELETE FROM appointment_units"
        " WHERE appointment_id IN (SELECT id FROM appointments WHERE state IN ('held', 'released'))"
    )
    op.execute("UPDATE appointments SET state = 'cancelled' WHERE state IN ('held', 'released')")
