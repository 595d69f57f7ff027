"""Sites, departments, items, windows, staff, refresh tokens, the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "sites",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("name_zh", sa.String, nullable=False),
        sa.Column("name_en", sa.String, nullable=False),
        sa.UniqueConstraint("path", name="uq_sites_path"),
    )
    op.create_table(
        "departments",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name_zh", sa.String, nullable=False),
        sa.Column("name_en", sa.String, nullable=False),
    )
    op.create_table(
        "service_items",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("department_id", sa.String, sa.ForeignKey("departments.id"), nullable=False, index=True),
        sa.Column("name_zh", sa.String, nullable=False),
        sa.Column("name_en", sa.String, nullable=False),
        sa.Column("expected_minutes", sa.Integer, nullable=False),
        sa.Column("asked_for", sa.Integer, nullable=False),
        sa.Column("situations", sa.JSON, nullable=False),
        sa.Column("materials", sa.JSON, nullable=False),
    )
    op.create_table(
        "windows",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("site_id", sa.String, sa.ForeignKey("sites.id"), nullable=False, index=True),
        sa.Column("name_zh", sa.String, nullable=False),
        sa.Column("name_en", sa.String, nullable=False),
        sa.Column("department_ids", sa.JSON, nullable=False),
        sa.Column("hours", sa.JSON, nullable=False),
        sa.Column("exceptions", sa.JSON, nullable=False),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("account", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("site_id", sa.String, sa.ForeignKey("sites.id"), nullable=False, index=True),
        sa.Column("skills", sa.JSON, nullable=False),
        sa.Column("password_hash", sa.String, nullable=True),
        sa.Column("demonstration", sa.Boolean, nullable=False),
        sa.UniqueConstraint("account", name="uq_staff_account"),
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("family", sa.String, nullable=False, index=True),
        sa.Column("staff_id", sa.String, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
        sa.Column("used", sa.Boolean, nullable=False),
    )
    op.create_table(
        "audit_log",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("who", sa.String, nullable=False),
        sa.Column("act", sa.String, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("hash", sa.String, nullable=False),
    )


def downgrade() -> None:
    for table in ("audit_log", "refresh_tokens", "staff", "windows", "service_items", "departments", "sites"):
        op.drop_table(table)
