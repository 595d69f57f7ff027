"""Findings are answered by a link: until when, and where its pages go that are about no paper."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.add_column("joint_acceptances", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("joint_acceptances", sa.Column("answers_material_id", sa.String, nullable=True))


def downgrade() -> None:
    op.drop_column("joint_acceptances", "answers_material_id")
    op.drop_column("joint_acceptances", "ends_at")
