"""Who is on the waiting list: every statement on wishes; conditional like the transitions of appointments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, cast

import msgspec
from sqlalchemy import RowMapping, Table, func, insert, or_, select, text, update

from foundation.database import ReadSession, WriteSession, readable
from scheduler.errors import MovedMeanwhile, NoSuchWish, NotInThisState
from scheduler.queue_core import wish_life
from scheduler.queue_core.life import IllegalTransition
from scheduler.queue_core.wish_life import WishState
from scheduler.records import Wish
from scheduler.store.tables import OPEN_WISH, WishRow

_wishes = cast(Table, WishRow.__table__)
_LISTED_AT_MOST = 200
# In the words of the partial index, so that it is used whatever the parameters are.
_IN_LINE = select(_wishes).where(text(OPEN_WISH)).order_by(_wishes.c.asked_at, _wishes.c.id)


async def add(session: WriteSession, wish: Wish) -> None:
    """Stores a new one."""
    await session.execute(insert(_wishes), asdict(wish))


async def wish(session: ReadSession, wish_id: str) -> Wish:
    """The wish; raises `NoSuchWish`."""
    row = (await session.execute(select(_wishes).where(_wishes.c.id == wish_id))).mappings().one_or_none()
    if row is None:
        raise NoSuchWish
    return _wish(row)


async def of_appointment(session: ReadSession, appointment_id: str) -> Wish | None:
    """The wish for which this appointment is held; None where there is none, or no more."""
    wanted = select(_wishes).where(_wishes.c.appointment_id == appointment_id)
    row = (await session.execute(wanted)).mappings().one_or_none()
    return None if row is None else _wish(row)


async def in_queue(session: ReadSession, home_id: str) -> list[Wish]:
    """Those of a centre that are open, who asked first first."""
    return await readable(session, _IN_LINE.where(_wishes.c.home_id == home_id), _wishes.c.id, _wish)


async def of_site(session: ReadSession, site_id: str) -> list[Wish]:
    """Those of a point that are open, who asked first first; 200 at most."""
    wanted = _IN_LINE.where(_wishes.c.site_id == site_id).limit(_LISTED_AT_MOST)
    return await readable(session, wanted, _wishes.c.id, _wish)


async def homes(session: ReadSession) -> list[str]:
    """The centres for which somebody waits."""
    return list(await session.scalars(select(_wishes.c.home_id).where(text(OPEN_WISH)).distinct()))


async def due(session: ReadSession, now: datetime, today: date) -> list[Wish]:
    """Those whose held time was not answered for by now, and those whose days are over; 200 at most."""
    unanswered = (_wishes.c.state == WishState.OFFERED) & (_wishes.c.answer_by <= now)
    over = (_wishes.c.state == WishState.WAITING) & (_wishes.c.last_day < today)
    wanted = _IN_LINE.where(or_(unanswered, over)).limit(_LISTED_AT_MOST)
    return await readable(session, wanted, _wishes.c.id, _wish)


async def count_open(session: ReadSession, person: bytes) -> int:
    """How many of a person are open."""
    wanted = select(func.count()).select_from(_wishes).where(_wishes.c.person == person, text(OPEN_WISH))
    return int((await session.execute(wanted)).scalar_one())


async def move(session: WriteSession, former: Wish, state: WishState, changes: Mapping[str, Any]) -> Wish:
    """Changes the wish and returns it as it is now; raises `NotInThisState`, `MovedMeanwhile`."""
    try:
        wish_life.check(former.state, state)
    except IllegalTransition as illegal:
        raise NotInThisState(former=illegal.former, state=illegal.state) from illegal
    of = (_wishes.c.id == former.id, _wishes.c.version == former.version)
    values = {**changes, "state": state, "version": former.version + 1}
    row = (await session.execute(update(_wishes).where(*of).values(values).returning(*_wishes.c))).mappings()
    if (moved := row.one_or_none()) is None:
        raise MovedMeanwhile
    return _wish(moved)


def _wish(row: RowMapping) -> Wish:
    # Checked, since SQLite keeps anything in any column.
    return msgspec.convert(dict(row), Wish)
