"""The visit for an appointment is found by it: who was offered a time answers by a link."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_index("ix_visitors_appointment_id", "visitors", ["appointment_id"])


def downgrade() -> None:
    op.drop_index("ix_visitors_appointment_id", "visitors")
