"""The working days of a year, and how many of them an applicant has for what is found missing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "calendar_years",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("holidays", sa.JSON, nullable=False),
        sa.Column("worked", sa.JSON, nullable=False),
    )
    op.add_column("service_items", sa.Column("supplement_days", sa.Integer, nullable=False, server_default="10"))


def downgrade() -> None:
    op.drop_column("service_items", "supplement_days")
    op.drop_table("calendar_years")
