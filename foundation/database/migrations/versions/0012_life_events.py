"""Items have other names, form fields and a group; what is asked for here and done elsewhere is told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "life_events",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name_zh", sa.String, nullable=False),
        sa.Column("name_en", sa.String, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
    )
    op.create_table(
        "referrals",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name_zh", sa.String, nullable=False),
        sa.Column("name_en", sa.String, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("advice_zh", sa.Text, nullable=False),
        sa.Column("advice_en", sa.Text, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
    )
    # Items of an earlier version have one name, no form fields and no group.
    op.add_column("service_items", sa.Column("life_event_id", sa.String, nullable=True))
    op.add_column("service_items", sa.Column("aliases", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("service_items", sa.Column("fields", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("service_items", sa.Column("any_matter", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    for column in ("any_matter", "fields", "aliases", "life_event_id"):
        op.drop_column("service_items", column)
    op.drop_table("referrals")
    op.drop_table("life_events")
