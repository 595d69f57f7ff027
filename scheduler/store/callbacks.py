"""Callbacks: every statement on them; conditional like the transitions of tickets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

import msgspec
from sqlalchemy import RowMapping, Table, and_, bindparam, func, insert, or_, select, text, update
from sqlalchemy.exc import IntegrityError

from foundation.database import ReadSession, WriteSession, readable, sorted_out
from foundation.database.tables import UtcDateTime
from scheduler.errors import MovedMeanwhile, NoSuchCallback, NotInThisState
from scheduler.queue_core import callback_life
from scheduler.queue_core.callback_life import CallbackState
from scheduler.queue_core.life import IllegalTransition
from scheduler.records import Callback
from scheduler.store.tables import OPEN_CALLBACK, CallbackRow

_callbacks = cast(Table, CallbackRow.__table__)
_LISTED_AT_MOST = 40
_CALLBACK = select(_callbacks).where(_callbacks.c.id == bindparam("callback_id"))
# In the words of the partial index, so that it is used whatever the parameters are.
_OPEN = select(_callbacks).where(text(OPEN_CALLBACK))
_DUE = _OPEN.where(
    func.coalesce(_callbacks.c.rings_until, _callbacks.c.deadline) <= bindparam("now", type_=UtcDateTime())
)
_OPEN_OF = _OPEN.where(_callbacks.c.ticket_id == bindparam("ticket_id"))
_MOVE = (
    update(_callbacks)
    .where(_callbacks.c.id == bindparam("of_callback"), _callbacks.c.version == bindparam("as_of"))
    .returning(*_callbacks.c)
)
_OF_PLACE = (
    select(_callbacks)
    .where(
        _callbacks.c.rings_at == bindparam("place"),
        or_(
            text(OPEN_CALLBACK),
            and_(_callbacks.c.state == CallbackState.FAILED, _callbacks.c.asked_at >= bindparam("since")),
        ),
    )
    .order_by(_callbacks.c.asked_at.desc(), _callbacks.c.id.desc())
    .limit(_LISTED_AT_MOST)
)


async def add(session: WriteSession, callback: Callback) -> None:
    """Stores a new one; raises `MovedMeanwhile` when its ticket has one that is open."""
    try:
        await session.execute(insert(_callbacks), asdict(callback))
    except IntegrityError as error:
        raise MovedMeanwhile from error


async def callback(session: ReadSession, callback_id: str) -> Callback:
    """The callback; raises `NoSuchCallback`."""
    row = (await session.execute(_CALLBACK, {"callback_id": callback_id})).mappings().one_or_none()
    if row is None:
        raise NoSuchCallback
    return _callback(row)


async def open_or_none(session: ReadSession, ticket_id: str) -> Callback | None:
    """The ticket's callback that is open, if there is one."""
    row = (await session.execute(_OPEN_OF, {"ticket_id": ticket_id})).mappings().one_or_none()
    return None if row is None else _callback(row)


async def open_of(session: ReadSession, ticket_id: str) -> Callback:
    """The ticket's callback that is open; raises `NoSuchCallback`."""
    if (found := await open_or_none(session, ticket_id)) is None:
        raise NoSuchCallback
    return found


async def due(session: ReadSession, now: datetime) -> list[Callback]:
    """The open ones that have rung to their end by now, and those that do not ring and whose deadline is over."""
    return await readable(session, _DUE, _callbacks.c.id, _callback, {"now": now})


async def of_place(session: ReadSession, place: str, since: datetime) -> list[Callback]:
    """Those that ring at a point or visitor: open ones, and failed ones asked for since; the newest 40 first."""
    values = {"place": place, "since": since}
    return await readable(session, _OF_PLACE, _callbacks.c.id, _callback, values)


async def count_open(session: ReadSession, place: str) -> int:
    """How many that ring at a point or visitor are open."""
    wanted = select(func.count()).select_from(_callbacks).where(text(OPEN_CALLBACK), _callbacks.c.rings_at == place)
    return int((await session.execute(wanted)).scalar_one())


async def open_at(session: ReadSession, places: Collection[str]) -> list[Callback]:
    """The open ones that ring at these points or visitors."""
    return await readable(session, _OPEN.where(_callbacks.c.rings_at.in_(places)), _callbacks.c.id, _callback)


async def places_of(session: ReadSession, prefix: str) -> list[str]:
    """Where open ones ring, of the places that begin like this."""
    wanted = select(_callbacks.c.rings_at).where(text(OPEN_CALLBACK), _callbacks.c.rings_at.startswith(prefix))
    return list(await session.scalars(wanted.distinct()))


async def move(session: WriteSession, former: Callback, state: CallbackState, changes: Mapping[str, Any]) -> Callback:
    """Changes the callback and returns it as it is now; raises `NotInThisState`, `MovedMeanwhile`."""
    try:
        callback_life.check(former.state, state)
    except IllegalTransition as illegal:
        raise NotInThisState(former=illegal.former, state=illegal.state) from illegal
    moved_to = {"state": state, "version": former.version + 1, "rings_until": None}
    values = moved_to | {**changes, "of_callback": former.id, "as_of": former.version}
    row = (await session.execute(_MOVE, values)).mappings().one_or_none()
    if row is None:
        raise MovedMeanwhile
    return _callback(row)


async def end_of(session: WriteSession, ticket_id: str, state: CallbackState, reason: str | None = None) -> None:
    """Ends the ticket's callback; does nothing where none is open."""
    if (found := await open_or_none(session, ticket_id)) is not None:
        await move(session, found, state, {"reason": reason})


async def sorted_out_open(session: ReadSession) -> tuple[list[Callback], list[tuple[str, Exception]]]:
    """Every callback that is open, and those that cannot be read."""
    return await sorted_out(session, _OPEN, _callbacks.c.id, _callback)


async def take_out(session: WriteSession, callback_id: str) -> None:
    """Counts a callback as failed whatever its row says."""
    await session.execute(update(_callbacks).where(_callbacks.c.id == callback_id).values(**_TAKEN_OUT))


async def take_out_of(session: WriteSession, ticket_id: str) -> None:
    """Counts the callbacks of a ticket that is taken out as failed."""
    of = (_callbacks.c.ticket_id == ticket_id, text(OPEN_CALLBACK))
    await session.execute(update(_callbacks).where(*of).values(**_TAKEN_OUT))


_TAKEN_OUT = {"state": CallbackState.FAILED, "reason": "set_aside"}


def _callback(row: RowMapping) -> Callback:
    # Checked, since SQLite keeps anything in any column.
    return msgspec.convert(dict(row), Callback)
