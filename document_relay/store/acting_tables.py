"""The table of the forms of acting; what is personal in them is sealed under the case's data key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base, UtcDateTime


class ActingFormRow(Base):
    """One form of a case; `words` is sealed."""

    __tablename__ = "acting_forms"
    __table_args__ = (UniqueConstraint("case_id", "position", name="uq_acting_forms_position"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"))
    mandate_id: Mapped[str] = mapped_column(ForeignKey("mandates.id"))
    position: Mapped[int]
    number: Mapped[str]
    form: Mapped[str]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    until: Mapped[str | None]
    document_id: Mapped[str]
    page_id: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
