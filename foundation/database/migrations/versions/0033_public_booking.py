"""Centres where people book without a worker, and the codes that prove their telephones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_table(
        "public_booking_sites",
        sa.Column("site_id", sa.String, sa.ForeignKey("sites.id"), primary_key=True),
        sa.Column("opened_by", sa.String, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "phone_codes",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("person", sa.LargeBinary, nullable=False, index=True),
        sa.Column("code_hash", sa.LargeBinary, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False, index=True),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("phone_codes")
    op.drop_table("public_booking_sites")
