"""Reads and writes of the sign-in sessions and of the counters of tries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from typing import cast as typed

import msgspec
from sqlalchemy import Result, Row, Select, Table, Text, and_, cast, delete, insert, or_, select, update

from directory.attempts import Counter
from directory.records import SignInSession, StaffMember
from directory.store.tables import CounterRow, SessionRow, StaffRow
from foundation.database import ReadSession, WriteSession, readable, take_turn

Live = tuple[SignInSession, StaffMember]
Mark = tuple[object, ...]
_PERSON = (StaffRow.account, StaffRow.name, StaffRow.site_id, cast(StaffRow.roles, Text), cast(StaffRow.skills, Text))
_sessions = typed(Table, SessionRow.__table__)
_counters = typed(Table, CounterRow.__table__)


async def live(session: ReadSession, session_id: str, now: datetime, *, demonstration: bool) -> Live | None:
    """The session and its person, as long as it lives and they may be signed in; None otherwise."""
    return _one(await session.execute(_lives(now, demonstration).where(SessionRow.id == session_id)))


async def hold(session: WriteSession, session_id: str, now: datetime, *, demonstration: bool) -> Live | None:
    """As `live`; others who want to change the session wait until the transaction ends."""
    asked = _lives(now, demonstration).where(SessionRow.id == session_id)
    return _one(await session.execute(asked.with_for_update(of=SessionRow)))


async def marks(session: ReadSession, now: datetime, *, demonstration: bool) -> dict[str, Mark]:
    """Every session that lives, and what is said of its person: as it is stored, since most often nothing changed."""
    wanted = _lives(now, demonstration).with_only_columns(SessionRow.id, *_PERSON)
    found = await readable(session, wanted, _sessions.c.id, lambda row: (str(row["id"]), (*row.values(),)))
    return dict(found)


async def sessions_of(session: ReadSession, staff_id: str) -> list[str]:
    """The sessions of a person, the oldest first."""
    rows = select(SessionRow.id).where(SessionRow.staff_id == staff_id).order_by(SessionRow.began_at, SessionRow.id)
    return list(await session.scalars(rows))


async def add_session(session: WriteSession, one: SignInSession) -> None:
    """Stores a new session."""
    await session.execute(insert(SessionRow).values(**msgspec.structs.asdict(one)))


async def renew_session(session: WriteSession, one: SignInSession) -> None:
    """Stores what a renewal changes."""
    changed = update(SessionRow).where(SessionRow.id == one.id)
    await session.execute(
        changed.values(
            generation=one.generation,
            used_branch=one.used_branch,
            renewed_at=one.renewed_at,
            idle_ends_at=one.idle_ends_at,
        )
    )


async def end_sessions(session: WriteSession, session_ids: Sequence[str]) -> bool:
    """Ends sessions; False when none of them was there."""
    result: Any = await session.execute(delete(SessionRow).where(SessionRow.id.in_(session_ids)))
    return bool(result.rowcount)


async def end_sessions_of(session: WriteSession, staff_id: str) -> None:
    """Ends all sessions of a person."""
    await session.execute(delete(SessionRow).where(SessionRow.staff_id == staff_id))


async def end_demonstration(session: WriteSession) -> None:
    """Ends the sessions of the demonstration's people."""
    invented = select(StaffRow.id).where(StaffRow.demonstration.is_(True))
    await session.execute(delete(SessionRow).where(SessionRow.staff_id.in_(invented)))


async def forget_sessions(session: WriteSession, now: datetime) -> None:
    """Forgets the sessions whose time is over."""
    await session.execute(delete(SessionRow).where(or_(SessionRow.ends_at <= now, SessionRow.idle_ends_at <= now)))


async def counters(session: ReadSession) -> list[Counter]:
    """All counters of tries, those changed last at the end; damaged ones are left out."""
    wanted = select(_counters).order_by(_counters.c.at)
    return await readable(session, wanted, _counters.c.key, lambda row: msgspec.convert(dict(row), Counter))


async def keep_counters(session: WriteSession, kept: Sequence[Counter], dropped: Sequence[str]) -> None:
    """Stores counters anew and forgets others."""
    # Else two tries on one account would both insert its counter.
    await take_turn(session, "sign_in_counters")
    keys = [one.key for one in kept] + list(dropped)
    await session.execute(delete(CounterRow).where(CounterRow.key.in_(keys)))
    await session.execute(insert(CounterRow), [msgspec.structs.asdict(one) for one in kept])


async def forget_counters(session: WriteSession, now: datetime, tries_kept: timedelta, known_kept: timedelta) -> None:
    """Forgets the counters that have not changed for so long."""
    known = CounterRow.kind == "known"
    old = or_(and_(known, CounterRow.at < now - known_kept), and_(~known, CounterRow.at < now - tries_kept))
    await session.execute(delete(CounterRow).where(old))


def _lives(now: datetime, demonstration: bool) -> Select[SessionRow, StaffRow]:
    asked = select(SessionRow, StaffRow).join(StaffRow, StaffRow.id == SessionRow.staff_id)
    asked = asked.where(SessionRow.ends_at > now, SessionRow.idle_ends_at > now, StaffRow.disabled.is_(False))
    return asked if demonstration else asked.where(StaffRow.demonstration.is_(False))


def _one(rows: Result[SessionRow, StaffRow]) -> Live | None:
    row = rows.first()
    return None if row is None else _pair(row)


def _pair(row: Row[SessionRow, StaffRow] | tuple[SessionRow, StaffRow]) -> Live:
    one, staff = row
    return (
        msgspec.convert(one, SignInSession, from_attributes=True),
        msgspec.convert(staff, StaffMember, from_attributes=True),
    )
