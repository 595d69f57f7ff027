"""Queries over grants to read cases of others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select

from document_relay.store.tables import CaseRow, GrantRow
from foundation.database import ReadSession

SUPPLEMENT = "supplement"
"""The reason of a grant that shows what is missing of a case, and nothing else of it."""


async def lasting(session: ReadSession, staff_id: str, now: datetime) -> Mapping[str, datetime]:
    """The cases of others that the person may read, and until when."""
    wanted = (
        select(GrantRow.case_id, func.max(GrantRow.ends_at))
        .where(GrantRow.staff_id == staff_id, GrantRow.ends_at > now, GrantRow.reason != SUPPLEMENT)
        .group_by(GrantRow.case_id)
    )
    return {row[0]: row[1] for row in await session.execute(wanted)}


async def case_named(session: ReadSession, case: str) -> str | None:
    """The id of the case with this id or number."""
    named = select(CaseRow.id).where(or_(CaseRow.id == case, CaseRow.number == case.upper()))
    return await session.scalar(named)


async def has_found(session: ReadSession, staff_id: str, case_id: str, now: datetime) -> bool:
    """Whether the person has found what is missing of the case, and may still bring papers to it."""
    wanted = select(GrantRow.id).where(_found(staff_id, now), GrantRow.case_id == case_id).limit(1)
    return await session.scalar(wanted) is not None


async def had_found(session: ReadSession, staff_id: str, case_id: str) -> bool:
    """Whether the person has ever found what is missing of the case."""
    wanted = select(GrantRow.id).where(
        GrantRow.staff_id == staff_id, GrantRow.case_id == case_id, GrantRow.reason == SUPPLEMENT
    )
    return await session.scalar(wanted.limit(1)) is not None


async def found_by(session: ReadSession, staff_id: str, now: datetime, most: int) -> list[str]:
    """The cases that the person has found, the last one first; `most` at most."""
    wanted = (
        select(GrantRow.case_id)
        .where(_found(staff_id, now))
        .group_by(GrantRow.case_id)
        .order_by(func.max(GrantRow.granted_at).desc(), GrantRow.case_id)
        .limit(most)
    )
    return list(await session.scalars(wanted))


def _found(staff_id: str, now: datetime) -> ColumnElement[bool]:
    return and_(GrantRow.staff_id == staff_id, GrantRow.ends_at > now, GrantRow.reason == SUPPLEMENT)
