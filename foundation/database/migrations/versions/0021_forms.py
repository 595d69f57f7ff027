"""Application forms that the applicant and the clerk fill in together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "forms",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False, index=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("definition", sa.JSON, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("added", sa.JSON, nullable=False),
        sa.Column("private", sa.LargeBinary, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime, nullable=True),
        sa.Column("document_id", sa.String, nullable=True),
    )
    op.create_table(
        "form_changes",
        sa.Column("form_id", sa.String, sa.ForeignKey("forms.id"), primary_key=True),
        sa.Column("sequence", sa.Integer, primary_key=True),
        sa.Column("change_id", sa.String, nullable=False),
        sa.Column("field_id", sa.String, nullable=False),
        sa.Column("by_id", sa.String, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("form_id", "change_id", name="uq_form_changes_change"),
    )


def downgrade() -> None:
    op.drop_table("form_changes")
    op.drop_table("forms")
