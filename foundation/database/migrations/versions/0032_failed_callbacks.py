"""A callback that reached nobody, or came too late, is `failed`."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.execute("UPDATE callbacks SET state = 'failed' WHERE state = 'lapsed'")


def downgrade() -> None:
    op.execute("UPDATE callbacks SET state = 'lapsed' WHERE state = 'failed'")
