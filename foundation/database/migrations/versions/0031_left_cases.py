"""Joint acceptances: their clerk is stood in for, departments have a date, applicants are reached to the end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("joint_acceptances", sa.Column("opened_site_id", sa.String, nullable=True))
    op.add_column("joint_acceptances", sa.Column("reach", sa.LargeBinary, nullable=True))
    op.add_column("joint_acceptances", sa.Column("taken_from", sa.String, nullable=True))
    op.add_column("joint_acceptances", sa.Column("taken_by", sa.String, nullable=True))
    op.add_column("joint_acceptances", sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("joint_departments", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("joint_departments", "asked_at")
    for name in ("taken_at", "taken_by", "taken_from", "reach", "opened_site_id"):
        op.drop_column("joint_acceptances", name)
