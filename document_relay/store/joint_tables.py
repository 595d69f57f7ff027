"""The tables of joint acceptances; what people write in them is sealed under the case's data key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base, UtcDateTime


class JointRow(Base):
    """The joint acceptance of a case; `due_on` is a date, as 2026-03-02.

    `reach` is how the applicant is told, sealed, until it is concluded. `taken_from` is the clerk whose case a
    colleague took over last. `ends_at` is the end of the due date, and `answers_material_id` the material that takes
    the pages by which findings about no paper are answered, both once a link was made.
    """

    __tablename__ = "joint_acceptances"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), unique=True)
    state: Mapped[str]
    days: Mapped[int]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_on: Mapped[str | None]
    document_id: Mapped[str | None]
    opened_site_id: Mapped[str | None]
    reach: Mapped[bytes | None] = mapped_column(LargeBinary)
    taken_from: Mapped[str | None]
    taken_by: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answers_material_id: Mapped[str | None]


class PartyRow(Base):
    """One department in a joint acceptance, when it was asked last and who spoke for it; `words` is sealed."""

    __tablename__ = "joint_departments"
    __table_args__ = (UniqueConstraint("case_id", "department_id", name="uq_joint_departments_department"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"))
    department_id: Mapped[str] = mapped_column(index=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    state: Mapped[str]
    speaker_id: Mapped[str | None]
    opinion: Mapped[str | None]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    by_name: Mapped[str | None]
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class FindingRow(Base):
    """One finding of a department; `words` is sealed JSON of its texts and of the answer."""

    __tablename__ = "findings"

    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("case_files.id"), index=True)
    position: Mapped[int]
    department_id: Mapped[str]
    severity: Mapped[str]
    words: Mapped[bytes] = mapped_column(LargeBinary)
    material_id: Mapped[str | None] = mapped_column(ForeignKey("materials.id"))
    mark: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    state: Mapped[str]
    number: Mapped[int | None]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_page_ids: Mapped[list[str]] = mapped_column(JSON)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
