"""What each case keeps is counted, so that limits cost no sum over its pages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    # Cases of an earlier version begin at 0: they have no more than what they add from now on to be held to.
    op.add_column("case_files", sa.Column("stored_bytes", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("case_files", sa.Column("stored_pieces", sa.Integer, nullable=False, server_default="0"))
    op.create_index("ix_case_files_newest", "case_files", ["site_id", "opened_at", "stored_bytes"])
    op.create_index("ix_uploads_state", "uploads", ["state", "expires_at"])


def downgrade() -> None:
    op.drop_index("ix_uploads_state", "uploads")
    op.drop_index("ix_case_files_newest", "case_files")
    op.drop_column("case_files", "stored_pieces")
    op.drop_column("case_files", "stored_bytes")
