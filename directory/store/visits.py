"""Reads and writes of the invitations of visitors."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import Select, Table, delete, func, insert, or_, select, update

from directory.records import Invitation
from directory.store.tables import VisitCodeRow, VisitLinkRow, VisitorRow
from foundation.database import ReadSession, WriteSession

_visitors = cast(Table, VisitorRow.__table__)
_links = cast(Table, VisitLinkRow.__table__)
_codes = cast(Table, VisitCodeRow.__table__)


async def add(session: WriteSession, one: Invitation) -> None:
    """Stores a new invitation."""
    await session.execute(insert(_visitors), msgspec.structs.asdict(one))


async def one(session: ReadSession, visitor_id: str) -> Invitation | None:
    """The invitation of this identifier."""
    return await _first(session, select(_visitors).where(_visitors.c.id == visitor_id))


async def of_link(session: ReadSession, link_hash: str) -> Invitation | None:
    """The invitation of which one of the links has this hash."""
    further = select(_links.c.visitor_id).where(_links.c.link_hash == link_hash)
    own = or_(_visitors.c.link_hash == link_hash, _visitors.c.id.in_(further))
    return await _first(session, select(_visitors).where(own))


async def add_link(session: WriteSession, link_hash: str, visitor_id: str) -> None:
    """Stores one more link of a visitor."""
    await session.execute(insert(_links), {"link_hash": link_hash, "visitor_id": visitor_id})


async def links(session: ReadSession, visitor_id: str) -> int:
    """How many links a visitor has beside the first."""
    wanted = select(func.count()).select_from(_links).where(_links.c.visitor_id == visitor_id)
    return int(await session.scalar(wanted) or 0)


async def add_code(session: WriteSession, code_hash: str, visitor_id: str, ends_at: datetime) -> None:
    """Stores a code."""
    row = {"code_hash": code_hash, "visitor_id": visitor_id, "ends_at": ends_at}
    await session.execute(insert(_codes), row)


async def take_code(session: WriteSession, code_hash: str, now: datetime) -> str | None:
    """Removes a code that is good at `now`, and says whose it was; None when there is none."""
    good = (_codes.c.code_hash == code_hash, _codes.c.ends_at > now)
    taken = await session.scalar(delete(_codes).where(*good).returning(_codes.c.visitor_id))
    return None if taken is None else str(taken)


async def drop_codes(session: WriteSession, visitor_id: str, now: datetime) -> None:
    """Removes the codes of a visitor, and everybody's that have ended."""
    await session.execute(delete(_codes).where(or_(_codes.c.visitor_id == visitor_id, _codes.c.ends_at <= now)))


async def prolong(session: WriteSession, visitor_id: str, ends_at: datetime) -> None:
    """Has a visit end at another time."""
    await session.execute(update(_visitors).where(_visitors.c.id == visitor_id).values(ends_at=ends_at))


async def of_appointment(session: ReadSession, appointment_id: str) -> Invitation | None:
    """The invitation that is for this appointment; of several the newest."""
    mine = select(_visitors).where(_visitors.c.appointment_id == appointment_id)
    return await _first(session, mine.order_by(_visitors.c.made_at.desc(), _visitors.c.id.desc()))


async def visitors_of(session: ReadSession, appointment_id: str) -> list[str]:
    """Who has a visit for an appointment, also where what is stored of it is damaged."""
    return list(await session.scalars(select(_visitors.c.id).where(_visitors.c.appointment_id == appointment_id)))


async def prolong_of(session: WriteSession, appointment_id: str, ends_at: datetime) -> None:
    """Has the visits for an appointment end at another time."""
    mine = update(_visitors).where(_visitors.c.appointment_id == appointment_id)
    await session.execute(mine.values(ends_at=ends_at))


async def close_of(session: WriteSession, appointment_id: str) -> None:
    """Ends the visits for an appointment."""
    await session.execute(update(_visitors).where(_visitors.c.appointment_id == appointment_id).values(ended=True))


async def forget(session: WriteSession, visitor_id: str, data_key: bytes, invited: bytes) -> None:
    """Ends a visit and keeps of whom it was for this alone."""
    values = {"data_key": data_key, "invited": invited, "ended": True}
    await session.execute(update(_visitors).where(_visitors.c.id == visitor_id).values(values))


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
