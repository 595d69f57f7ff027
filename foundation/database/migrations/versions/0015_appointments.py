"""Appointments and the quarter-hours that they take; a point has one open ticket, of whichever channel."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0015"
down_revision = "0014"

_CLERKS_TICKET = "state IN ('offered', 'called', 'recalled', 'serving', 'on_hold', 'interrupted')"
_OPEN_TICKET = f"(state = 'waiting' OR {_CLERKS_TICKET})"


def upgrade() -> None:
    _appointments()
    op.create_table(
        "appointment_units",
        sa.Column("unit_id", sa.String, primary_key=True),
        sa.Column("starts", sa.DateTime(timezone=False), primary_key=True),
        sa.Column("appointment_id", sa.String, sa.ForeignKey("appointments.id"), nullable=False, index=True),
    )
    _one_ticket(f"channel IN ('remote', 'appointment') AND {_OPEN_TICKET}")


def downgrade() -> None:
    _one_ticket(f"channel = 'remote' AND {_OPEN_TICKET}")
    op.drop_table("appointment_units")
    op.drop_table("appointments")


def _one_ticket(condition: str) -> None:
    where = sa.text(condition)
    op.drop_index("uq_tickets_worker", "tickets")
    op.create_index(
        "uq_tickets_worker", "tickets", ["worker_id"], unique=True, sqlite_where=where, postgresql_where=where
    )


def _appointments() -> None:
    op.create_table(
        "appointments",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("state_since", UtcDateTime, nullable=False),
        sa.Column("booked_at", UtcDateTime, nullable=False),
        sa.Column("site_id", sa.String, nullable=False),
        sa.Column("home_id", sa.String, nullable=False),
        sa.Column("department_id", sa.String, nullable=False),
        sa.Column("item_id", sa.String, nullable=False),
        sa.Column("worker_id", sa.String, nullable=False),
        sa.Column("unit_id", sa.String, nullable=False),
        sa.Column("starts", sa.DateTime(timezone=False), nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("minutes", sa.Integer, nullable=False),
        sa.Column("person", sa.LargeBinary, nullable=False),
        sa.Column("ticket_id", sa.String),
        sa.Column("data_key", sa.LargeBinary, nullable=False),
        sa.Column("details", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_appointments_site", "appointments", ["site_id", "starts"])
    op.create_index("ix_appointments_home", "appointments", ["home_id", "starts"])
    op.create_index("ix_appointments_state", "appointments", ["state", "starts"])
    op.create_index("ix_appointments_person", "appointments", ["person"])
