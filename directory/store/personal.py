"""Reads and writes of what people keep for themselves."""

from __future__ import annotations

from sqlalchemy import delete, insert, select

from directory.store.tables import PersonalSettingRow
from foundation.database import ReadSession, WriteSession


async def kept(session: ReadSession, staff_id: str, name: str) -> bytes | None:
    """The value under the name, None where there is none."""
    row = PersonalSettingRow
    return await session.scalar(select(row.value).where(row.staff_id == staff_id, row.name == name))


async def keep(session: WriteSession, staff_id: str, name: str, value: bytes) -> None:
    """Stores the value in place of the one so far."""
    row = PersonalSettingRow
    await session.execute(delete(row).where(row.staff_id == staff_id, row.name == name))
    await session.execute(insert(row).values(staff_id=staff_id, name=name, value=value))
