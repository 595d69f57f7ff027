"""The codes that prove telephones: every statement on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import Table, delete, insert, select, update

from foundation.database import ReadSession, WriteSession
from scheduler.store.tables import PhoneCodeRow

_codes = cast(Table, PhoneCodeRow.__table__)


class StoredCode(NamedTuple):
    """One code, as its keyed hash."""

    id: str
    person: bytes
    code_hash: bytes
    made_at: datetime
    ends_at: datetime
    tries: int = 0


async def add(session: WriteSession, code: StoredCode) -> None:
    """Stores a new one."""
    await session.execute(insert(_codes), code._asdict())


async def sent(session: ReadSession, person: bytes) -> list[datetime]:
    """When codes were sent to a person, as far as that is kept."""
    return list(await session.scalars(select(_codes.c.made_at).where(_codes.c.person == person)))


async def end(session: WriteSession, person: bytes, now: datetime) -> None:
    """Has every code of a person end."""
    living = (_codes.c.person == person, _codes.c.ends_at > now)
    await session.execute(update(_codes).where(*living).values(ends_at=now))


async def forget(session: WriteSession, before: datetime) -> None:
    """Removes those that were sent before then."""
    await session.execute(delete(_codes).where(_codes.c.made_at < before))


async def count_try(
    session: WriteSession, person: bytes, now: datetime, tries_at_most: int
) -> tuple[str, bytes] | None:
    """Counts a try of the person's code, and says which that is and its hash; None where none is good any more."""
    good = (_codes.c.person == person, _codes.c.ends_at > now, _codes.c.tries < tries_at_most)
    counted = update(_codes).where(*good).values(tries=_codes.c.tries + 1).returning(_codes.c.id, _codes.c.code_hash)
    row = (await session.execute(counted)).one_or_none()
    return None if row is None else (row.id, row.code_hash)


async def use(session: WriteSession, code_id: str, now: datetime) -> bool:
    """Has a code that is good end; False where it was used, or has ended."""
    good = (_codes.c.id == code_id, _codes.c.ends_at > now)
    result: Any = await session.execute(update(_codes).where(*good).values(ends_at=now))
    return bool(result.rowcount)
