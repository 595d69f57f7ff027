"""The acting for an applicant is suspended, continued, completed and terminated by forms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_table(
        "acting_forms",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False),
        sa.Column("mandate_id", sa.String, sa.ForeignKey("mandates.id"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.String, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("until", sa.String, nullable=True),
        sa.Column("document_id", sa.String, nullable=False),
        sa.Column("page_id", sa.String, nullable=True),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("done_at", UtcDateTime, nullable=True),
        sa.UniqueConstraint("case_id", "position", name="uq_acting_forms_position"),
    )


def downgrade() -> None:
    op.drop_table("acting_forms")
