"""Queries over uploads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from document_relay.errors import NoSuchUpload
from document_relay.quotas import UnderWay
from document_relay.store.tables import CaseRow, PageRow, UploadRow
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


async def under_way(session: ReadSession, case_id: str, site_id: str, after: datetime) -> UnderWay:
    """The uploads that have not ended and whose time ends after `after`."""
    of_case, of_site = UploadRow.case_id == case_id, CaseRow.site_id == site_id
    sums = select(
        _sum(UploadRow.length, of_case),
        _sum(UploadRow.length, of_site),
        func.count().filter(of_site),
        func.coalesce(func.sum(UploadRow.length), 0),
    )
    found = sums.join(CaseRow, CaseRow.id == UploadRow.case_id).where(
        UploadRow.state == "receiving", UploadRow.expires_at > after
    )
    of_case_bytes, of_site_bytes, of_site_count, total = map(int, (await session.execute(found)).one())
    return UnderWay(case_bytes=of_case_bytes, site_bytes=of_site_bytes, site_uploads=of_site_count, bytes=total)


async def announced(session: ReadSession, after: datetime) -> int:
    """The bytes, as announced, of the uploads that have not ended and whose time ends after that."""
    mine = (UploadRow.state == "receiving", UploadRow.expires_at > after)
    return int(await session.scalar(select(func.coalesce(func.sum(UploadRow.length), 0)).where(*mine)) or 0)


async def stored_of_site(session: ReadSession, site_id: str, since: datetime) -> int:
    """Bytes of the cases that were opened at the site since then."""
    newest = (CaseRow.site_id == site_id, CaseRow.opened_at > since)
    return int(await session.scalar(select(func.coalesce(func.sum(CaseRow.stored_bytes), 0)).where(*newest)) or 0)


def _sum(what: InstrumentedAttribute[int], where: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(what).filter(where), 0)


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
