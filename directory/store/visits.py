"""Reads and writes of the invitations of visitors."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Select, Table, insert, select, update

from directory.records import Invitation
from directory.store.tables import VisitorRow
from foundation.database import ReadSession, WriteSession

_visitors = cast(Table, VisitorRow.__table__)


async def add(session: WriteSession, one: Invitation) -> None:
    """Stores a new invitation."""
    await session.execute(insert(_visitors), msgspec.structs.asdict(one))


async def one(session: ReadSession, visitor_id: str) -> Invitation | None:
    """The invitation of this identifier."""
    return await _first(session, select(_visitors).where(_visitors.c.id == visitor_id))


async def of_link(session: ReadSession, link_hash: str) -> Invitation | None:
    """The invitation whose link has this hash."""
    return await _first(session, select(_visitors).where(_visitors.c.link_hash == link_hash))


async def of_host(session: ReadSession, host_id: str, now: datetime) -> list[Invitation]:
    """The invitations of a clerk that are not over, the newest first."""
    wanted = (
        select(_visitors)
        .where(_visitors.c.host_id == host_id, _visitors.c.ended.is_(False), _visitors.c.ends_at > now)
        .order_by(_visitors.c.id.desc())
    )
    return [_invitation(row) for row in (await session.execute(wanted)).mappings()]


async def living(session: ReadSession, visitor_ids: Collection[str], now: datetime) -> set[str]:
    """Those of the visitors whose visit is not over."""
    wanted = select(_visitors.c.id).where(
        _visitors.c.id.in_(visitor_ids), _visitors.c.ended.is_(False), _visitors.c.ends_at > now
    )
    return set(await session.scalars(wanted))


async def end(session: WriteSession, visitor_id: str, host_id: str) -> bool:
    """Ends an invitation of this clerk; False when there is none that is not ended."""
    mine = (_visitors.c.id == visitor_id, _visitors.c.host_id == host_id, _visitors.c.ended.is_(False))
    result: Any = await session.execute(update(_visitors).where(*mine).values(ended=True))
    return bool(result.rowcount)


async def _first(session: ReadSession, wanted: Select[Any]) -> Invitation | None:
    row = (await session.execute(wanted)).mappings().first()
    return None if row is None else _invitation(row)


def _invitation(row: Any) -> Invitation:
    return msgspec.convert(dict(row), Invitation)
