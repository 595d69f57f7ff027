"""Reads and writes of the directory's tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar, cast

import msgspec
from sqlalchemy import Select, Table, bindparam, delete, func, insert, select, update

from directory.records import (
    CalendarYear,
    Department,
    DutyTurn,
    LifeEvent,
    PersonHours,
    Referral,
    ServiceItem,
    Site,
    SiteCamera,
    StaffMember,
    Window,
)
from directory.store.tables import (
    AuditRow,
    CalendarYearRow,
    DepartmentRow,
    DutyTurnRow,
    HallCameraRow,
    ItemRow,
    LifeEventRow,
    PersonHoursRow,
    ReferralRow,
    SiteRow,
    StaffRow,
    WindowRow,
)
from foundation.database import Base, ReadSession, WriteSession, readable

R = TypeVar("R", bound=msgspec.Struct)

_ROWS: Mapping[type[msgspec.Struct], type[Base]] = {
    Site: SiteRow,
    Department: DepartmentRow,
    LifeEvent: LifeEventRow,
    Referral: ReferralRow,
    ServiceItem: ItemRow,
    CalendarYear: CalendarYearRow,
    Window: WindowRow,
    PersonHours: PersonHoursRow,
    DutyTurn: DutyTurnRow,
    SiteCamera: HallCameraRow,
    StaffMember: StaffRow,
}
# Built once: to build a statement and its cache key takes longer than to execute it.
_ONE: Mapping[type[msgspec.Struct], Select[Any]] = {
    kind: select(row.__table__).where(row.__table__.c.id == bindparam("identifier")) for kind, row in _ROWS.items()
}
_DEPARTMENTS = cast(Table, DepartmentRow.__table__)
_OF_ACCOUNT = select(StaffRow.__table__).where(StaffRow.__table__.c.account == bindparam("account"))
_audit = cast(Table, AuditRow.__table__)
_LAST_AUDIT = select(_audit.c.sequence, _audit.c.hash).order_by(_audit.c.sequence.desc()).limit(1)
_ADD_AUDIT = insert(_audit)


async def every(session: ReadSession, kind: type[R]) -> list[R]:
    """All records of a kind; those that cannot be read are told as damaged."""
    table = cast(Table, _ROWS[kind].__table__)
    return await readable(session, select(table), table.c.id, lambda row: _record(row, kind))


async def one(session: ReadSession, kind: type[R], identifier: str) -> R | None:
    """The record of this identifier."""
    row = (await session.execute(_ONE[kind], {"identifier": identifier})).mappings().first()
    return None if row is None else _record(row, kind)


async def add(session: WriteSession, records: Iterable[msgspec.Struct]) -> None:
    """Stores new records of one kind."""
    rows = list(records)
    if rows:
        values = [msgspec.to_builtins(row, builtin_types=(bytes, datetime)) for row in rows]
        await session.execute(insert(_ROWS[type(rows[0])]), values)


async def remove_camera(session: WriteSession, camera_id: str) -> bool:
    """Forgets a hall camera; False when there is none of this identifier."""
    result: Any = await session.execute(delete(HallCameraRow).where(HallCameraRow.id == camera_id))
    return bool(result.rowcount)


async def remove_year(session: WriteSession, year: str) -> None:
    """Forgets the installation's own table of a year, if there is one."""
    await session.execute(delete(CalendarYearRow).where(CalendarYearRow.id == year))


async def set_booked_percent(session: WriteSession, department_id: str, percent: int) -> None:
    """Keeps how much of a department's windows can be booked."""
    changed = update(_DEPARTMENTS).where(_DEPARTMENTS.c.id == department_id).values(booked_percent=percent)
    await session.execute(changed)


async def remove_person_hours(session: WriteSession, staff_id: str) -> None:
    """Forgets when a person can be booked, if it is known."""
    await session.execute(delete(PersonHoursRow).where(PersonHoursRow.id == staff_id))


async def staff_of_account(session: ReadSession, account: str) -> StaffMember | None:
    """The person with this account."""
    row = (await session.execute(_OF_ACCOUNT, {"account": account})).mappings().first()
    return None if row is None else _record(row, StaffMember)


async def is_empty(session: ReadSession) -> bool:
    """Whether no site is known yet."""
    return not await session.scalar(select(func.count()).select_from(SiteRow))


async def set_passwords(session: WriteSession, hashes: Mapping[str, str]) -> None:
    """Sets the password hashes of accounts."""
    for account, password_hash in hashes.items():
        await session.execute(update(StaffRow).where(StaffRow.account == account).values(password_hash=password_hash))


async def set_password(session: WriteSession, staff_id: str, password_hash: str) -> None:
    """Gives a person a password that nobody else knows."""
    values = {"password_hash": password_hash, "must_change_password": False, "password_ends_at": None}
    await session.execute(update(StaffRow).where(StaffRow.id == staff_id).values(**values))


async def set_one_time_password(session: WriteSession, staff_id: str, password_hash: str, ends_at: datetime) -> None:
    """Gives a person a password that somebody else knows, too."""
    values = {"password_hash": password_hash, "must_change_password": True, "password_ends_at": ends_at}
    await session.execute(update(StaffRow).where(StaffRow.id == staff_id).values(**values))


async def set_disabled(session: WriteSession, staff_id: str, *, disabled: bool) -> None:
    """Lets a person sign in or not."""
    await session.execute(update(StaffRow).where(StaffRow.id == staff_id).values(disabled=disabled))


class AuditEntry(NamedTuple):
    """One stored entry of the audit log, its parts in the order of the table's columns; the hash covers the others."""

    sequence: int
    at: datetime
    who: str
    account: str
    act: str
    outcome: str
    address: str
    what: str
    hash: str


async def last_audit(session: ReadSession) -> tuple[int, str] | None:
    """Number and hash of the newest entry of the audit log; what else stands in it keeps no new one from following."""
    row = (await session.execute(_LAST_AUDIT)).one_or_none()
    return None if row is None else (row[0], row[1])


async def audit_head(session: ReadSession) -> tuple[int, str, datetime] | None:
    """Number, hash and time of the newest entry."""
    newest = select(AuditRow.sequence, AuditRow.hash, AuditRow.at).order_by(AuditRow.sequence.desc()).limit(1)
    row = (await session.execute(newest)).one_or_none()
    return None if row is None else (row[0], row[1], row[2])


async def first_audit_of(session: ReadSession, act: str) -> int | None:
    """The number of the oldest entry of an act."""
    return await session.scalar(select(func.min(AuditRow.sequence)).where(AuditRow.act == act))


async def add_audit(session: WriteSession, entries: Sequence[AuditEntry]) -> None:
    """Appends entries."""
    await session.execute(_ADD_AUDIT, [entry._asdict() for entry in entries])


async def audit_after(session: ReadSession, sequence: int, limit: int) -> list[AuditEntry]:
    """The entries after `sequence`, oldest first."""
    table = AuditRow.__table__
    rows = select(table).where(table.c.sequence > sequence).order_by(table.c.sequence).limit(limit)
    return [AuditEntry(*row) for row in await session.execute(rows)]


def _record(row: Any, kind: type[R]) -> R:
    return msgspec.convert(dict(row), kind, strict=False)
