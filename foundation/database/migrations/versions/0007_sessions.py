"""Sessions that the server holds instead of refresh tokens, counters of tries, accounts that can be disabled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    # Who is signed in signs in once more: the old tokens name no session.
    op.drop_table("refresh_tokens")
    op.create_table(
        "sign_in_sessions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("staff_id", sa.String, sa.ForeignKey("staff.id"), nullable=False, index=True),
        sa.Column("generation", sa.Integer, nullable=False),
        sa.Column("used_branch", sa.String, nullable=False),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("renewed_at", UtcDateTime, nullable=False),
        sa.Column("idle_ends_at", UtcDateTime, nullable=False, index=True),
        sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
    )
    op.create_table(
        "sign_in_counters",
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("count", sa.Double, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False, index=True),
    )
    op.add_column("staff", sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("staff", sa.Column("must_change_password", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("staff", sa.Column("password_ends_at", UtcDateTime, nullable=True))


def downgrade() -> None:
    for column in ("password_ends_at", "must_change_password", "disabled"):
        op.drop_column("staff", column)
    op.drop_table("sign_in_counters")
    op.drop_table("sign_in_sessions")
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("family", sa.String, nullable=False, index=True),
        sa.Column("staff_id", sa.String, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
        sa.Column("used", sa.Boolean, nullable=False),
    )
