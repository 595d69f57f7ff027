"""Reads and writes of the links by which people send what is missing of a case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Select, Table, insert, select, update

from directory.records import SenderLink
from directory.store.tables import SenderLinkRow
from foundation.database import ReadSession, WriteSession

_links = cast(Table, SenderLinkRow.__table__)


async def add(session: WriteSession, one: SenderLink) -> None:
    """Stores a new link."""
    await session.execute(insert(_links), msgspec.structs.asdict(one))


async def of_link(session: ReadSession, link_hash: str) -> SenderLink | None:
    """The link with this hash."""
    return await _first(session, select(_links).where(_links.c.link_hash == link_hash))


async def of_sender(session: ReadSession, sender_id: str) -> SenderLink | None:
    """One of the sender's links."""
    return await _first(session, select(_links).where(_links.c.sender_id == sender_id).limit(1))


async def count(session: ReadSession, sender_id: str) -> int:
    """How many links the sender was given."""
    return len(list(await session.scalars(select(_links.c.link_hash).where(_links.c.sender_id == sender_id))))


async def change(session: WriteSession, sender_id: str, **values: object) -> None:
    """Changes all the sender's links."""
    await session.execute(update(_links).where(_links.c.sender_id == sender_id).values(**values))


async def living(session: ReadSession, sender_ids: Collection[str], now: datetime) -> set[str]:
    """Those of the senders whose links are not over."""
    wanted = select(_links.c.sender_id).where(
        _links.c.sender_id.in_(sender_ids), _links.c.ended.is_(False), _links.c.ends_at > now
    )
    return set(await session.scalars(wanted))


async def _first(session: ReadSession, wanted: Select[Any]) -> SenderLink | None:
    row = (await session.execute(wanted)).mappings().first()
    return None if row is None else msgspec.convert(dict(row), SenderLink)
