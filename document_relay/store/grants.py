"""Queries over grants to read cases of others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, or_, select

from document_relay.store.tables import CaseRow, GrantRow
from foundation.database import ReadSession


async def lasting(session: ReadSession, staff_id: str, now: datetime) -> Mapping[str, datetime]:
    """The cases of others that the person may read, and until when."""
    wanted = (
        select(GrantRow.case_id, func.max(GrantRow.ends_at))
        .where(GrantRow.staff_id == staff_id, GrantRow.ends_at > now)
        .group_by(GrantRow.case_id)
    )
    return {row[0]: row[1] for row in await session.execute(wanted)}


async def case_named(session: ReadSession, case: str) -> str | None:
    """The id of the case with this id or number."""
    named = select(CaseRow.id).where(or_(CaseRow.id == case, CaseRow.number == case.upper()))
    return await session.scalar(named)
