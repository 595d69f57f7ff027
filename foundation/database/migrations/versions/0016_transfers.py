"""A ticket can be given on: who gave its number, for whom it is kept, and what is said to the next clerk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("issuer_id", sa.String, nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("handover", sa.LargeBinary, nullable=True))
    op.add_column("tickets", sa.Column("kept_for", sa.String, nullable=True))
    op.add_column("tickets", sa.Column("kept_until", UtcDateTime, nullable=True))
    op.execute("UPDATE tickets SET issuer_id = home_id")
    op.drop_index("uq_tickets_number", "tickets")
    op.create_index("uq_tickets_number", "tickets", ["issuer_id", "day", "number"], unique=True)


def downgrade() -> None:
    # A ticket that was given on waits at the centre of its number again.
    op.drop_index("uq_tickets_number", "tickets")
    op.execute("UPDATE tickets SET home_id = issuer_id")
    op.create_index("uq_tickets_number", "tickets", ["home_id", "day", "number"], unique=True)
    for column in ("kept_until", "kept_for", "handover", "issuer_id"):
        op.drop_column("tickets", column)
