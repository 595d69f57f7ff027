"""Visitors come by a link, without an account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database import UtcDateTime

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "visitors",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("link_hash", sa.String, nullable=False, unique=True),
        sa.Column("site_id", sa.String, sa.ForeignKey("sites.id"), nullable=False),
        sa.Column("item_id", sa.String, sa.ForeignKey("service_items.id"), nullable=False),
        sa.Column("host_id", sa.String, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("data_key", sa.LargeBinary, nullable=False),
        sa.Column("invited", sa.LargeBinary, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False),
        sa.Column("ended", sa.Boolean, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("visitors")
