"""How much of a department's windows can be booked, for each department; half where nobody has said."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column("departments", sa.Column("booked_percent", sa.Integer, nullable=False, server_default="50"))


def downgrade() -> None:
    op.drop_column("departments", "booked_percent")
