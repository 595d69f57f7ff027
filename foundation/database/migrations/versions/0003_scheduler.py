"""Visits, tickets and their periods, offers, desks, ticket counters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0003"
down_revision = "0002"

# The conditions are written out, not imported: a migration tells what was true on its day.
_CLERKS_TICKET = "state IN ('offered', 'called', 'recalled', 'serving', 'on_hold', 'interrupted')"
_WORKERS_TICKET = f"channel = 'remote' AND (state = 'waiting' OR {_CLERKS_TICKET})"


def upgrade() -> None:
    _visits()
    _tickets()
    _periods()
    _offers()
    _desks()


def downgrade() -> None:
    for table in ("ticket_counters", "desks", "offers", "ticket_periods", "tickets", "visits"):
        op.drop_table(table)


def _index_where(name: str, table: str, columns: list[str], condition: str, *, unique: bool = True) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("site_id", sa.String, nullable=False),
        sa.Column("worker_id", sa.String, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
    )


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("visit_id", sa.String, sa.ForeignKey("visits.id"), nullable=False, index=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("state_since", UtcDateTime, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("site_id", sa.String, nullable=False),
        sa.Column("home_id", sa.String, nullable=False),
        sa.Column("home_path", sa.String, nullable=False),
        sa.Column("department_id", sa.String, nullable=False),
        sa.Column("item_id", sa.String, nullable=False),
        sa.Column("worker_id", sa.String, nullable=False),
        sa.Column("taken_at", UtcDateTime, nullable=False),
        sa.Column("credit_from", UtcDateTime, nullable=False),
        sa.Column("expected_seconds", sa.Double, nullable=False),
        sa.Column("calls", sa.Integer, nullable=False),
        sa.Column("clerk_id", sa.String),
        sa.Column("window_id", sa.String),
        sa.Column("window_name", sa.String),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("grants", sa.JSON, nullable=False),
        sa.Column("refused_by", sa.JSON, nullable=False),
        sa.Column("grace_until", UtcDateTime),
    )
    op.create_index("uq_tickets_number", "tickets", ["home_id", "day", "number"], unique=True)
    op.create_index("ix_tickets_state", "tickets", ["state", "day"])
    _index_where("uq_tickets_clerk", "tickets", ["clerk_id"], _CLERKS_TICKET)
    _index_where("uq_tickets_worker", "tickets", ["worker_id"], _WORKERS_TICKET)
    line = ["home_id", "department_id", "credit_from", "id"]
    _index_where("ix_tickets_line", "tickets", line, "state = 'waiting'", unique=False)


def _periods() -> None:
    op.create_table(
        "ticket_periods",
        sa.Column("ticket_id", sa.String, sa.ForeignKey("tickets.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("next_state", sa.String, nullable=False),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=False),
        sa.Column("clerk_id", sa.String),
        sa.Column("window_id", sa.String),
        sa.Column("actor_id", sa.String),
        sa.Column("reason", sa.String),
    )


def _offers() -> None:
    op.create_table(
        "offers",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("ticket_id", sa.String, sa.ForeignKey("tickets.id"), nullable=False, index=True),
        sa.Column("clerk_id", sa.String, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("ended_at", UtcDateTime),
    )
    _index_where("uq_offers_ticket", "offers", ["ticket_id"], "outcome = 'open'")
    _index_where("uq_offers_clerk", "offers", ["clerk_id"], "outcome = 'open'")


def _desks() -> None:
    op.create_table(
        "desks",
        sa.Column("clerk_id", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("site_id", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("skills", sa.JSON, nullable=False),
        sa.Column("window_id", sa.String, nullable=False),
        sa.Column("window_name", sa.String, nullable=False),
        sa.Column("window_state", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("state_since", UtcDateTime, nullable=False),
        sa.Column("wrap_up_until", UtcDateTime),
    )
    _index_where("uq_desks_window", "desks", ["window_id"], "window_state <> 'closed'")
    op.create_table(
        "ticket_counters",
        sa.Column("home_id", sa.String, primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("issued", sa.Integer, nullable=False),
    )
