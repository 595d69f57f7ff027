"""The tables of forms that are filled in together; what is entered is sealed under the case's data key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base, UtcDateTime


class FormRow(Base):
    """One form; `private` is sealed JSON of what is entered, and of the names of who opened and ended it."""

    __tablename__ = "forms"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), index=True)
    state: Mapped[str]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    sequence: Mapped[int]
    added: Mapped[list[str]] = mapped_column(JSON)
    private: Mapped[bytes] = mapped_column(LargeBinary)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    document_id: Mapped[str | None]


class FormChangeRow(Base):
    """One change of a field, under the number that its page gave it: sent twice, it is carried out once."""

    __tablename__ = "form_changes"
    __table_args__ = (UniqueConstraint("form_id", "change_id", name="uq_form_changes_change"),)

    form_id: Mapped[str] = mapped_column(ForeignKey("forms.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[str]
    field_id: Mapped[str]
    by_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    value: Mapped[bytes] = mapped_column(LargeBinary)
