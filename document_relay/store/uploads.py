"""Queries over uploads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from document_relay.errors import NoSuchUpload
from document_relay.store.tables import PageRow, UploadRow
from foundation.database import ReadSession, WriteSession


async def receiving(session: ReadSession) -> list[str]:
    """The ids of the uploads that are not delivered."""
    return list(await session.scalars(select(UploadRow.id).where(UploadRow.state == "receiving")))


async def find(session: ReadSession, upload_id: str) -> UploadRow | None:
    """The upload, if there is one."""
    return await session.get(UploadRow, upload_id)


async def count_unfinished(session: ReadSession, staff_id: str, now: datetime) -> int:
    """How many uploads of the person are under way."""
    mine = (UploadRow.staff_id == staff_id, UploadRow.state == "receiving", UploadRow.expires_at > now)
    return await session.scalar(select(func.count()).select_from(UploadRow).where(*mine)) or 0


async def known(session: ReadSession) -> set[str]:
    """The ids of all uploads."""
    return set(await session.scalars(select(UploadRow.id)))


async def expired(session: ReadSession, now: datetime) -> set[str]:
    """The ids of uploads past their time."""
    return set(await session.scalars(select(UploadRow.id).where(UploadRow.expires_at <= now)))


async def mark_delivered(session: WriteSession, upload_id: str) -> None:
    """Notes that the upload's pages have joined their material; raises `NoSuchUpload` when it was ended meanwhile."""
    mine = (UploadRow.id == upload_id, UploadRow.state == "receiving")
    marked = await session.execute(update(UploadRow).where(*mine).values(state="delivered").returning(UploadRow.id))
    if marked.scalar_one_or_none() is None:
        raise NoSuchUpload


async def has_pages(session: ReadSession, upload_id: str) -> bool:
    """Whether pages were made of the upload."""
    return await session.scalar(select(PageRow.id).where(PageRow.original_id == upload_id).limit(1)) is not None


async def forget(session: WriteSession, upload_id: str) -> None:
    """Removes the upload's row."""
    await session.execute(delete(UploadRow).where(UploadRow.id == upload_id))
