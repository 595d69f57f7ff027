"""Cameras over the halls of sites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "hall_cameras",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("site_id", sa.String, sa.ForeignKey("sites.id"), nullable=False, index=True),
        sa.Column("name_zh", sa.String, nullable=False),
        sa.Column("name_en", sa.String, nullable=False),
        sa.Column("transport", sa.String, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("address", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("hall_cameras")
