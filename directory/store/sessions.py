"""Reads and writes of the sign-in sessions and of the counters of tries."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from typing import cast as typed

import msgspec
from sqlalchemy import Result, Row, RowMapping, Table, Text, and_, bindparam, cast, delete, insert, or_, select, update

from directory.attempts import KNOWN, Counter
from directory.records import SignInSession, StaffMember
from directory.store.tables import CounterRow, SessionRow, StaffRow
from foundation.database import ReadSession, WriteSession, readable, take_turn

Live = tuple[SignInSession, StaffMember]
Mark = tuple[object, ...]
_PERSON = (StaffRow.account, StaffRow.name, StaffRow.site_id, cast(StaffRow.roles, Text), cast(StaffRow.skills, Text))
_sessions = typed(Table, SessionRow.__table__)
_counters = typed(Table, CounterRow.__table__)
# Built once: to build a statement and its cache key takes longer than to execute it.
_INVENTED_TOO = (
    select(SessionRow, StaffRow)
    .join(StaffRow, StaffRow.id == SessionRow.staff_id)
    .where(
        SessionRow.ends_at > bindparam("now"),
        SessionRow.idle_ends_at > bindparam("now"),
        StaffRow.disabled.is_(False),
    )
)
_LIVES = MappingProxyType({True: _INVENTED_TOO, False: _INVENTED_TOO.where(StaffRow.demonstration.is_(False))})
_LIVE = MappingProxyType({kind: one.where(SessionRow.id == bindparam("session_id")) for kind, one in _LIVES.items()})
_HELD = MappingProxyType({kind: one.with_for_update(of=SessionRow) for kind, one in _LIVE.items()})
_MARKS = MappingProxyType(
    {kind: one.with_only_columns(SessionRow.id, *_PERSON) for kind, one in _LIVES.items()},
)
_OF_PERSON = (
    select(_sessions.c.id)
    .where(_sessions.c.staff_id == bindparam("staff_id"))
    .order_by(_sessions.c.began_at, _sessions.c.id)
)
_ADD = insert(_sessions)
_RENEW = update(_sessions).where(_sessions.c.id == bindparam("session_id"))
_END = delete(_sessions).where(_sessions.c.id.in_(bindparam("session_ids", expanding=True)))
_FORGET = delete(_sessions).where(
    or_(_sessions.c.ends_at <= bindparam("now"), _sessions.c.idle_ends_at <= bindparam("now"))
)
_DROP_COUNTERS = delete(_counters).where(_counters.c.key.in_(bindparam("keys", expanding=True)))
_ADD_COUNTERS = insert(_counters)


async def live(session: ReadSession, session_id: str, now: datetime, *, demonstration: bool) -> Live | None:
    """The session and its person, as long as it lives and they may be signed in; None otherwise."""
    return _one(await session.execute(_LIVE[demonstration], {"now": now, "session_id": session_id}))


async def hold(session: WriteSession, session_id: str, now: datetime, *, demonstration: bool) -> Live | None:
    """As `live`; others who want to change the session wait until the transaction ends."""
    return _one(await session.execute(_HELD[demonstration], {"now": now, "session_id": session_id}))


async def marks(session: ReadSession, now: datetime, *, demonstration: bool) -> dict[str, Mark]:
    """Every session that lives, and what is said of its person: as it is stored, since most often nothing changed."""
    return dict(await readable(session, _MARKS[demonstration], _sessions.c.id, _mark, {"now": now}))


async def signed_in(session: ReadSession, staff_ids: Collection[str], now: datetime) -> frozenset[str]:
    """Those of the people who have a session that lives, and are not disabled."""
    wanted = _INVENTED_TOO.with_only_columns(SessionRow.staff_id).where(SessionRow.staff_id.in_(staff_ids))
    return frozenset(await session.scalars(wanted, {"now": now}))


async def sessions_of(session: ReadSession, staff_id: str) -> list[str]:
    """The sessions of a person, the oldest first."""
    return list(await session.scalars(_OF_PERSON, {"staff_id": staff_id}))


async def add_session(session: WriteSession, one: SignInSession) -> None:
    """Stores a new session."""
    await session.execute(_ADD, msgspec.structs.asdict(one))


async def renew_session(session: WriteSession, one: SignInSession) -> None:
    """Stores what a renewal changes."""
    changed = {
        "generation": one.generation,
        "used_branch": one.used_branch,
        "renewed_at": one.renewed_at,
        "idle_ends_at": one.idle_ends_at,
    }
    await session.execute(_RENEW, {**changed, "session_id": one.id})


async def end_sessions(session: WriteSession, session_ids: Sequence[str]) -> bool:
    """Ends sessions; False when none of them was there."""
    result: Any = await session.execute(_END, {"session_ids": session_ids})
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
    await session.execute(_FORGET, {"now": now})


async def counters(session: ReadSession) -> list[Counter]:
    """All counters of tries, those changed last at the end; damaged ones are left out."""
    wanted = select(_counters).order_by(_counters.c.at)
    return await readable(session, wanted, _counters.c.key, lambda row: msgspec.convert(dict(row), Counter))


async def keep_counters(session: WriteSession, kept: Sequence[Counter], dropped: Sequence[str]) -> None:
    """Stores counters anew and forgets others."""
    # Else two tries on one account would both insert its counter.
    await take_turn(session, "sign_in_counters")
    keys = [one.key for one in kept] + list(dropped)
    await session.execute(_DROP_COUNTERS, {"keys": keys})
    await session.execute(_ADD_COUNTERS, [msgspec.structs.asdict(one) for one in kept])


async def forget_counters(session: WriteSession, now: datetime, tries_kept: timedelta, known_kept: timedelta) -> None:
    """Forgets the counters that have not changed for so long."""
    known = CounterRow.kind.in_(KNOWN)
    old = or_(and_(known, CounterRow.at < now - known_kept), and_(~known, CounterRow.at < now - tries_kept))
    await session.execute(delete(CounterRow).where(old))


def _mark(row: RowMapping) -> tuple[str, Mark]:
    return str(row["id"]), (*row.values(),)


def _one(rows: Result[SessionRow, StaffRow]) -> Live | None:
    row = rows.first()
    return None if row is None else _pair(row)


def _pair(row: Row[SessionRow, StaffRow] | tuple[SessionRow, StaffRow]) -> Live:
    one, staff = row
    return (
        msgspec.convert(one, SignInSession, from_attributes=True),
        msgspec.convert(staff, StaffMember, from_attributes=True),
    )
