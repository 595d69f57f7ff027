"""A signature is a name, or a mark that the clerk confirms as its witness."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("signatures", sa.Column("manner", sa.String, nullable=False, server_default="name"))
    op.add_column("signatures", sa.Column("confirmed_id", sa.String, nullable=True))
    op.add_column("signatures", sa.Column("confirmed_name", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    for column in ("confirmed_name", "confirmed_id", "manner"):
        op.drop_column("signatures", column)
