"""The table of notices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database.tables import Base, UtcDateTime


class NoticeRow(Base):
    """One notice in its present state; address and values are sealed in `content`, and erased when it is over."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_state", "state", "next_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """What it tells of, and where in its course: the same is stored once."""
    topic: Mapped[str] = mapped_column(index=True)
    """What it tells of; all of a topic are withdrawn together."""
    kind: Mapped[str]
    channel: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it is due, or tried again; of one that is being sent, when its lease is over."""
    useful_until: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    lease: Mapped[str | None]
    """Whose it is while it is being sent."""
    error: Mapped[str | None]
    """The code of what the last attempt failed with."""
    data_key: Mapped[bytes | None]
    content: Mapped[bytes | None]
