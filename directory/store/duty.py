"""Reads and writes of the duty rota, a department at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import msgspec
from sqlalchemy import Table, delete, func, insert, select, update

from directory.duty import Rota
from directory.records import DutyException, DutyTurn
from directory.store.tables import DutyExceptionRow, DutyTurnRow
from foundation.database import ReadSession, WriteSession, readable

_turns = cast(Table, DutyTurnRow.__table__)
_exceptions = cast(Table, DutyExceptionRow.__table__)


async def rota(session: ReadSession, department_id: str) -> Rota:
    """The department's turns in their order, and its exceptions by day; what cannot be read is told as damaged."""
    turns = select(_turns).where(_turns.c.department_id == department_id).order_by(_turns.c.place)
    exceptions = select(_exceptions).where(_exceptions.c.department_id == department_id).order_by(_exceptions.c.day)
    return Rota(
        turns=await readable(session, turns, _turns.c.id, lambda row: _record(row, DutyTurn)),
        exceptions=await readable(session, exceptions, _exceptions.c.id, lambda row: _record(row, DutyException)),
    )


async def rotas_on(session: ReadSession, day: date) -> dict[str, Rota]:
    """The rota of each department that has any turns, with the exceptions of one day alone."""
    turns = await readable(
        session, select(_turns).order_by(_turns.c.place), _turns.c.id, lambda row: _record(row, DutyTurn)
    )
    of_day = select(_exceptions).where(_exceptions.c.day == day.isoformat())
    exceptions = await readable(session, of_day, _exceptions.c.id, lambda row: _record(row, DutyException))
    return {
        department_id: Rota(
            turns=[one for one in turns if one.department_id == department_id],
            exceptions=[one for one in exceptions if one.department_id == department_id],
        )
        for department_id in dict.fromkeys(one.department_id for one in turns)
    }


async def counts(session: ReadSession) -> dict[str, int]:
    """How many turns each department has that has any."""
    rows = await session.execute(select(_turns.c.department_id, func.count()).group_by(_turns.c.department_id))
    return {row[0]: row[1] for row in rows}


async def keep_turns(session: WriteSession, former: Sequence[DutyTurn], now: Sequence[DutyTurn]) -> None:
    """Makes the former turns those of now: what is not there any more is removed."""
    known = {one.id: one for one in former}
    for gone in known.keys() - {one.id for one in now}:
        await session.execute(delete(_turns).where(_turns.c.id == gone))
    for one in now:
        values = msgspec.to_builtins(one)
        if one.id not in known:
            await session.execute(insert(_turns).values(values))
        elif one != known[one.id]:
            await session.execute(update(_turns).where(_turns.c.id == one.id).values(values))


async def add_exception(session: WriteSession, one: DutyException) -> None:
    """Stores it in place of another one of the same person and day."""
    await session.execute(
        delete(_exceptions).where(
            _exceptions.c.department_id == one.department_id,
            _exceptions.c.day == one.day.isoformat(),
            _exceptions.c.staff_id == one.staff_id,
        )
    )
    await session.execute(insert(_exceptions).values(msgspec.to_builtins(one)))


async def remove_exception(session: WriteSession, exception_id: str) -> None:
    """Forgets an exception."""
    await session.execute(delete(_exceptions).where(_exceptions.c.id == exception_id))


async def forget_before(session: WriteSession, department_id: str, day: date) -> None:
    """Forgets the department's exceptions of days that are over."""
    over = (_exceptions.c.department_id == department_id, _exceptions.c.day < day.isoformat())
    await session.execute(delete(_exceptions).where(*over))


def _record(row: Any, kind: type[Any]) -> Any:
    return msgspec.convert(dict(row), kind, strict=False)
