"""The table of cases that are handed on; what people write is sealed under the case's data key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base, UtcDateTime


class HandOnRow(Base):
    """One case that was handed on. `desk_…` and `due_on` are its owner's now, and are never empty.

    `words` is sealed JSON of the note, the questions with their answers, and why it was returned; `reach` of how the
    resident is told.
    """

    __tablename__ = "hand_ons"
    __table_args__ = (
        Index("ix_hand_ons_desk", "desk_site_id", "desk_department_id", "due_on"),
        Index("ix_hand_ons_sender", "sender_site_id", "sender_department_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), unique=True)
    state: Mapped[str]
    sender: Mapped[dict[str, Any]] = mapped_column(JSON)
    receiver: Mapped[dict[str, Any]] = mapped_column(JSON)
    sender_site_id: Mapped[str]
    sender_department_id: Mapped[str]
    desk_site_id: Mapped[str]
    desk_site_path: Mapped[str]
    desk_department_id: Mapped[str]
    sender_id: Mapped[str]
    sender_name: Mapped[str]
    taker_id: Mapped[str | None] = mapped_column(index=True)
    taker_name: Mapped[str | None]
    handed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    days: Mapped[int]
    decide_by: Mapped[str]
    due_on: Mapped[str]
    asked_on: Mapped[str | None]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    reach: Mapped[bytes] = mapped_column(LargeBinary)
