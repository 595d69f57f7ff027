"""The table of mandates; what is personal in them is sealed under the case's data key."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base, UtcDateTime


class MandateRow(Base):
    """One mandate of a case; `words` is sealed.

    `principal_hash` is a keyed hash of the item and the principal's identity number: by it alone a mandate is found for
    a later case.
    """

    __tablename__ = "mandates"
    __table_args__ = (
        UniqueConstraint("case_id", "position", name="uq_mandates_position"),
        Index("ix_mandates_principal", "principal_hash", "state"),
        Index("ix_mandates_end", "state", "ends_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"))
    position: Mapped[int]
    root_id: Mapped[str] = mapped_column(index=True)
    number: Mapped[str]
    state: Mapped[str]
    way: Mapped[str | None]
    item_id: Mapped[str]
    principal_hash: Mapped[str]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    relation: Mapped[str]
    scope: Mapped[list[str]] = mapped_column(JSON)
    until: Mapped[str]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    document_id: Mapped[str | None]
    page_id: Mapped[str | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
