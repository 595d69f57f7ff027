"""Several departments look at one case, and the applicant is told once what they all find."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from foundation.database.tables import UtcDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("case_files", sa.Column("left_at", UtcDateTime, nullable=True))
    op.create_table(
        "joint_acceptances",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False, unique=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("opened_by", sa.String, nullable=False),
        sa.Column("opened_at", UtcDateTime, nullable=False),
        sa.Column("told_at", UtcDateTime, nullable=True),
        sa.Column("due_on", sa.String, nullable=True),
        sa.Column("document_id", sa.String, nullable=True),
    )
    op.create_table(
        "joint_departments",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False),
        sa.Column("department_id", sa.String, nullable=False, index=True),
        sa.Column("name_zh", sa.String, nullable=False),
        sa.Column("name_en", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("speaker_id", sa.String, nullable=True),
        sa.Column("opinion", sa.String, nullable=True),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("by_name", sa.String, nullable=True),
        sa.Column("at", UtcDateTime, nullable=True),
        sa.UniqueConstraint("case_id", "department_id", name="uq_joint_departments_department"),
    )
    op.create_table(
        "findings",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("case_id", sa.String, sa.ForeignKey("case_files.id"), nullable=False, index=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("department_id", sa.String, nullable=False),
        sa.Column("severity", sa.String, nullable=False),
        sa.Column("words", sa.LargeBinary, nullable=False),
        sa.Column("material_id", sa.String, sa.ForeignKey("materials.id"), nullable=True),
        sa.Column("mark", sa.JSON, nullable=True),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=True),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("answer_page_ids", sa.JSON, nullable=False),
        sa.Column("answered_at", UtcDateTime, nullable=True),
        sa.Column("ended_by", sa.String, nullable=True),
        sa.Column("ended_at", UtcDateTime, nullable=True),
    )


def downgrade() -> None:
    op.drop_table("findings")
    op.drop_table("joint_departments")
    op.drop_table("joint_acceptances")
    op.drop_column("case_files", "left_at")
