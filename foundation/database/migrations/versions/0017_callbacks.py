"""Who waits can ask to be called back: callbacks, and a ticket that rings at its point."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0017"
down_revision = "0016"

_LINE = ("home_id", "department_id", "credit_from", "id")
_IN_HAND = "'called', 'recalled', 'serving', 'on_hold', 'interrupted'"
_FORMER = f"state IN ('offered', {_IN_HAND})"
_CLERKS_TICKET = f"state IN ('offered', 'calling_back', {_IN_HAND})"


def upgrade() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("ticket_id", sa.String, sa.ForeignKey("tickets.id"), nullable=False, index=True),
        sa.Column("rings_at", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("asked_at", UtcDateTime, nullable=False),
        sa.Column("asked_by", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("deadline", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("rings_until", UtcDateTime),
        sa.Column("reason", sa.String),
    )
    _index("uq_callbacks_ticket", "callbacks", ("ticket_id",), "state IN ('scheduled', 'ringing')")
    op.create_index("ix_callbacks_place", "callbacks", ["rings_at", "asked_at"])
    op.add_column("tickets", sa.Column("not_before", UtcDateTime, nullable=True))
    _tickets(_CLERKS_TICKET, "state IN ('waiting', 'callback_scheduled')")


def downgrade() -> None:
    # Who was to be called back, and who rings, is not known to the former program.
    op.execute("UPDATE tickets SET state = 'expired' WHERE channel = 'callback' AND state <> 'cancelled'")
    _tickets(_FORMER, "state = 'waiting'")
    op.drop_column("tickets", "not_before")
    op.drop_table("callbacks")


def _tickets(clerks: str, line: str) -> None:
    for name in ("uq_tickets_clerk", "uq_tickets_worker", "ix_tickets_line"):
        op.drop_index(name, "tickets")
    _index("uq_tickets_clerk", "tickets", ("clerk_id",), clerks)
    workers = f"channel IN ('remote', 'appointment') AND (state = 'waiting' OR {clerks})"
    _index("uq_tickets_worker", "tickets", ("worker_id",), workers)
    _index("ix_tickets_line", "tickets", _LINE, line, unique=False)


def _index(name: str, table: str, columns: tuple[str, ...], condition: str, unique: bool = True) -> None:
    where = sa.text(condition)
    op.create_index(name, table, list(columns), unique=unique, sqlite_where=where, postgresql_where=where)
