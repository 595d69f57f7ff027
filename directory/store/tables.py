"""The directory's tables; what is only ever read as a whole is kept as JSON in its owner's row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Text
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


class ItemRow(Base):
    """One service item with its situations and papers."""

    __tablename__ = "service_items"

    id: Mapped[str] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("departments.id"), index=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    expected_minutes: Mapped[int]
    asked_for: Mapped[int]
    situations: Mapped[list[Any]] = mapped_column(JSON)
    materials: Mapped[list[Any]] = mapped_column(JSON)


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


class RefreshTokenRow(Base):
    """One refresh token; a used one that comes back ends its family."""

    __tablename__ = "refresh_tokens"

    hash: Mapped[str] = mapped_column(primary_key=True)
    family: Mapped[str] = mapped_column(index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used: Mapped[bool]


class AuditRow(Base):
    """One entry of the audit log; `hash` covers the entry and the hash before it."""

    __tablename__ = "audit_log"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str]
    act: Mapped[str]
    what: Mapped[str] = mapped_column(Text)
    hash: Mapped[str]
