"""Notices: every statement on them.

A notice is claimed, and let go, on the condition that it is as it was seen: of two processes one has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec
from sqlalchemy import RowMapping, Table, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from foundation.database import ReadSession, WriteSession, is_damage, tell_damaged
from foundation.errors import Language
from foundation.notifying.notice_life import ATTEMPTS, LEASE_SECONDS, OPEN, NoticeState
from foundation.notifying.sending import Channel
from foundation.notifying.tables import NoticeRow

_notices = cast(Table, NoticeRow.__table__)
DAMAGED = "damaged"
"""Why one that cannot be read, or opened, is given up."""
_ERASED: Mapping[str, Any] = {"content": None, "data_key": None, "lease": None}
# Asked several times a second for ever: built once.
_EVERY_DUE = (
    select(_notices.c.id)
    .where(_notices.c.state.in_(OPEN), _notices.c.next_at <= bindparam("now"))
    .order_by(_notices.c.next_at, _notices.c.id)
    .limit(bindparam("at_most"))
)
_DUE = _EVERY_DUE.where(_notices.c.channel == bindparam("channel"))
_DUE_ELSEWHERE = _EVERY_DUE.where(_notices.c.channel.not_in(bindparam("but", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNotice:
    """One row; `next_at` of one that is being sent is when its lease is over."""

    id: str
    key: str
    topic: str
    kind: str
    channel: Channel
    language: Language
    state: NoticeState
    made_at: datetime
    next_at: datetime
    useful_until: datetime
    attempts: int
    lease: str | None
    error: str | None
    data_key: bytes | None
    content: bytes | None


async def add(session: WriteSession, notice: StoredNotice) -> bool:
    """Stores a new notice; False where one with its key is stored already."""
    on_postgres = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgres else sqlite.insert
    adding = insert(_notices).values(**asdict(notice)).on_conflict_do_nothing(index_elements=["key"])
    return (await session.scalar(adding.returning(_notices.c.id))) is not None


async def withdraw(session: WriteSession, topic: str) -> int:
    """Withdraws and erases all open ones of a topic; returns how many."""
    those = (_notices.c.topic == topic, _notices.c.state.in_(OPEN))
    done: Any = await session.execute(update(_notices).where(*those).values(state=NoticeState.WITHDRAWN, **_ERASED))
    return int(done.rowcount)


async def due(session: ReadSession, channel: Channel, now: datetime, at_most: int) -> list[str]:
    """The identifiers of those to be sent now, and of those whose process is gone, the longest due first."""
    return list(await session.scalars(_DUE, {"channel": channel, "now": now, "at_most": at_most}))


async def due_elsewhere(session: ReadSession, but: Collection[Channel], now: datetime, at_most: int) -> list[str]:
    """As `due`, of all channels but these."""
    return list(await session.scalars(_DUE_ELSEWHERE, {"but": list(but), "now": now, "at_most": at_most}))


async def claim(session: WriteSession, ids: Iterable[str], lease: str, now: datetime) -> list[StoredNotice]:
    """Takes those that nobody else has taken meanwhile, each for the time of a lease.

    One that cannot be read is told as damaged, given up and erased.
    """
    until = now + timedelta(seconds=LEASE_SECONDS)
    values = {"state": NoticeState.SENDING, "lease": lease, "next_at": until, "attempts": _notices.c.attempts + 1}
    found = []
    # Always in one order: two that claim the same never wait for each other in a circle.
    for one in sorted(ids):
        free = (_notices.c.id == one, _notices.c.state.in_(OPEN), _notices.c.next_at <= now)
        try:
            rows = await session.execute(update(_notices).where(*free).values(**values).returning(*_notices.c))
            found += [_notice(mapping) for mapping in rows.mappings()]
        except Exception as error:
            if not is_damage(error):
                raise
            # It would come first again at each look, and keep back all others.
            await _take_out(session, one)
            tell_damaged(session, "notices", one, error)
    return found


async def sent(session: WriteSession, notice: StoredNotice) -> bool:
    """Notes that it is sent, and erases it; False where it is not ours any more."""
    return await _settle(session, notice, {"state": NoticeState.SENT, "error": None, **_ERASED})


async def failed(session: WriteSession, notice: StoredNotice, error: str) -> bool:
    """Notes that it is not tried again, and erases it; False where it is not ours any more."""
    return await _settle(session, notice, {"state": NoticeState.FAILED, "error": error, **_ERASED})


async def postponed(session: WriteSession, notice: StoredNotice, error: str, until: datetime) -> bool:
    """Has it tried again at a later time; False where it is not ours any more."""
    values = {"state": NoticeState.WAITING, "error": error, "next_at": until, "lease": None}
    return await _settle(session, notice, values)


async def let_go(session: WriteSession, notice: StoredNotice, now: datetime) -> bool:
    """Has an attempt that was cut off made anew; it is not counted. False where it is not ours any more."""
    values = {"state": NoticeState.WAITING, "next_at": now, "lease": None, "attempts": notice.attempts - 1}
    return await _settle(session, notice, values)


async def forget(session: WriteSession, before: datetime) -> int:
    """Removes those that were over before then; returns how many."""
    over = (_notices.c.state.not_in(OPEN), _notices.c.next_at < before)
    done: Any = await session.execute(delete(_notices).where(*over))
    return int(done.rowcount)


async def counts(session: ReadSession, now: datetime) -> dict[str, int]:
    """How many are in each state, and how many are `late`: tried several times, or due for long and not yet tried."""
    overdue = _notices.c.next_at <= now - timedelta(seconds=2 * LEASE_SECONDS)
    late = and_(_notices.c.state.in_(OPEN), or_(_notices.c.attempts >= ATTEMPTS // 2, overdue))
    rows = await session.execute(select(_notices.c.state, func.count()).group_by(_notices.c.state))
    found = {str(state): int(count) for state, count in rows}
    found["late"] = int(await session.scalar(select(func.count()).select_from(_notices).where(late)) or 0)
    return found


async def failures(session: ReadSession, since: datetime, at_most: int) -> list[tuple[str, str, str]]:
    """Channel, kind and code of those that failed since then, the newest first."""
    wanted = select(_notices.c.channel, _notices.c.kind, _notices.c.error).where(
        _notices.c.state == NoticeState.FAILED, _notices.c.next_at >= since
    )
    rows = await session.execute(wanted.order_by(_notices.c.next_at.desc()).limit(at_most))
    return [(str(channel), str(kind), str(error)) for channel, kind, error in rows]


async def _settle(session: WriteSession, notice: StoredNotice, values: Mapping[str, Any]) -> bool:
    ours = (_notices.c.id == notice.id, _notices.c.lease == notice.lease, _notices.c.state == NoticeState.SENDING)
    done: Any = await session.execute(update(_notices).where(*ours).values(**values))
    return bool(done.rowcount)


async def _take_out(session: WriteSession, notice_id: str) -> None:
    gone = {"state": NoticeState.FAILED, "error": DAMAGED, **_ERASED}
    await session.execute(update(_notices).where(_notices.c.id == notice_id).values(**gone))


def _notice(row: RowMapping) -> StoredNotice:
    return msgspec.convert(dict(row), StoredNotice)
