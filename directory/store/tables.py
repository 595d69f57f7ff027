"""The directory's tables; what is only ever read as a whole is kept as JSON in its owner's row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Double, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from foundation.database import Base, UtcDateTime


class SiteRow(Base):
    """One site."""

    __tablename__ = "sites"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    path: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]


class DepartmentRow(Base):
    """One department."""

    __tablename__ = "departments"

    id: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    booked_percent: Mapped[int] = mapped_column(server_default="50")


class LifeEventRow(Base):
    """One occasion that groups items."""

    __tablename__ = "life_events"

    id: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    place: Mapped[int]


class ReferralRow(Base):
    """One matter that is done elsewhere."""

    __tablename__ = "referrals"

    id: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    aliases: Mapped[list[Any]] = mapped_column(JSON)
    advice_zh: Mapped[str] = mapped_column(Text)
    advice_en: Mapped[str] = mapped_column(Text)
    phone: Mapped[str]


class ItemRow(Base):
    """One service item with its situations, papers and form fields."""

    __tablename__ = "service_items"

    id: Mapped[str] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("departments.id"), index=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    expected_minutes: Mapped[int]
    asked_for: Mapped[int]
    situations: Mapped[list[Any]] = mapped_column(JSON)
    materials: Mapped[list[Any]] = mapped_column(JSON)
    life_event_id: Mapped[str | None]
    aliases: Mapped[list[Any]] = mapped_column(JSON)
    fields: Mapped[list[Any]] = mapped_column(JSON)
    any_matter: Mapped[bool]
    supplement_days: Mapped[int] = mapped_column(server_default="10")
    handling_days: Mapped[int] = mapped_column(server_default="5")


class CalendarYearRow(Base):
    """The working days of a year, where the installation has another table than the one that it came with."""

    __tablename__ = "calendar_years"

    id: Mapped[str] = mapped_column(primary_key=True)
    holidays: Mapped[list[Any]] = mapped_column(JSON)
    worked: Mapped[list[Any]] = mapped_column(JSON)


class PersonHoursRow(Base):
    """When one person can be booked."""

    __tablename__ = "person_hours"

    id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    hours: Mapped[list[Any]] = mapped_column(JSON)
    exceptions: Mapped[list[Any]] = mapped_column(JSON)
    capacity: Mapped[int]


class PublicBookingSiteRow(Base):
    """A centre where people book without a worker; the others are not open to them."""

    __tablename__ = "public_booking_sites"

    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), primary_key=True)
    opened_by: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DutyTurnRow(Base):
    """One colleague's turn of duty for a department."""

    __tablename__ = "duty_turns"

    id: Mapped[str] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("departments.id"), index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    weekdays: Mapped[list[Any]] = mapped_column(JSON)
    begins: Mapped[str]
    ends: Mapped[str]
    place: Mapped[int]


class DutyExceptionRow(Base):
    """One date on which somebody's turns are somebody else's, or nobody's."""

    __tablename__ = "duty_exceptions"
    __table_args__ = (UniqueConstraint("department_id", "day", "staff_id", name="uq_duty_exceptions_day"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("departments.id"))
    day: Mapped[str]
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    stand_in_id: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))


class WindowRow(Base):
    """One window with its hours."""

    __tablename__ = "windows"

    id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), index=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    department_ids: Mapped[list[Any]] = mapped_column(JSON)
    hours: Mapped[list[Any]] = mapped_column(JSON)
    exceptions: Mapped[list[Any]] = mapped_column(JSON)


class HallCameraRow(Base):
    """One camera of a site, its address sealed."""

    __tablename__ = "hall_cameras"

    id: Mapped[str] = mapped_column(primary_key=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), index=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    transport: Mapped[str]
    key: Mapped[bytes]
    address: Mapped[bytes]


class StaffRow(Base):
    """One person."""

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[list[Any]] = mapped_column(JSON)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"), index=True)
    skills: Mapped[dict[str, Any]] = mapped_column(JSON)
    password_hash: Mapped[str | None]
    demonstration: Mapped[bool]
    disabled: Mapped[bool] = mapped_column(default=False)
    must_change_password: Mapped[bool] = mapped_column(default=False)
    password_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """One session of a person who signed in; the row goes when the session ends."""

    __tablename__ = "sign_in_sessions"

    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    generation: Mapped[int]
    used_branch: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    renewed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    idle_ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class VisitorRow(Base):
    """One invitation of a visitor; who it is for is sealed."""

    __tablename__ = "visitors"

    id: Mapped[str] = mapped_column(primary_key=True)
    link_hash: Mapped[str] = mapped_column(unique=True)
    site_id: Mapped[str] = mapped_column(ForeignKey("sites.id"))
    item_id: Mapped[str] = mapped_column(ForeignKey("service_items.id"))
    host_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    data_key: Mapped[bytes]
    invited: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[bool]
    appointment_id: Mapped[str | None] = mapped_column(index=True)


class VisitLinkRow(Base):
    """One more link of a visitor."""

    __tablename__ = "visit_links"

    link_hash: Mapped[str] = mapped_column(primary_key=True)
    visitor_id: Mapped[str] = mapped_column(ForeignKey("visitors.id"), index=True)


class VisitCodeRow(Base):
    """A code that is good once, for a short time, for a link of the visitor's; its hash is keyed."""

    __tablename__ = "visit_codes"

    code_hash: Mapped[str] = mapped_column(primary_key=True)
    visitor_id: Mapped[str] = mapped_column(ForeignKey("visitors.id"), index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SenderLinkRow(Base):
    """One link by which somebody sends what is missing of a case; of one supplement there may be several."""

    __tablename__ = "sender_links"

    link_hash: Mapped[str] = mapped_column(primary_key=True)
    sender_id: Mapped[str] = mapped_column(index=True)
    case_id: Mapped[str]
    site_id: Mapped[str]
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[bool]


class PersonalSettingRow(Base):
    """Something that a person keeps for themselves, as JSON."""

    __tablename__ = "personal_settings"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[bytes]


class CounterRow(Base):
    """One counter of tries to sign in; the key tells neither account nor address."""

    __tablename__ = "sign_in_counters"

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    count: Mapped[float] = mapped_column(Double)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class AuditRow(Base):
    """One entry of the audit log; `hash` is keyed, and covers the entry and the hash before it."""

    __tablename__ = "audit_log"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str]
    account: Mapped[str]
    act: Mapped[str]
    outcome: Mapped[str]
    address: Mapped[str]
    what: Mapped[str] = mapped_column(Text)
    hash: Mapped[str]
