"""The table of supplements; what people write in it is sealed under the case's data key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base, UtcDateTime


class SupplementRow(Base):
    """What is missing of a case; `words` is the sealed list, `reach` how the applicant is told, until it is over."""

    __tablename__ = "supplements"
    __table_args__ = (Index("ix_supplements_state", "state", "ends_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), index=True)
    state: Mapped[str]
    asked_by: Mapped[str]
    asked_name: Mapped[str]
    asked_site_id: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[str]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    words: Mapped[bytes] = mapped_column(LargeBinary)
    reach: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
