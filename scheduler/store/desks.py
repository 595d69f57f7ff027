"""Desks and offers: every statement on them; conditional like the transitions of tickets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import RowMapping, Select, Table, bindparam, delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from foundation.database import ReadSession, WriteSession, readable, sorted_out
from scheduler.errors import MovedMeanwhile, NoDesk, NoSuchOffer, NotInThisState, OfferOver, WindowTaken
from scheduler.queue_core import clerk_life, window_life
from scheduler.queue_core.life import IllegalTransition
from scheduler.queue_core.window_life import WindowState
from scheduler.records import DeskRecord, Offer
from scheduler.store.tables import OPEN_OFFER, DeskRow, OfferRow

_desks = cast(Table, DeskRow.__table__)
_offers = cast(Table, OfferRow.__table__)
OPEN = "open"
# Built once: to build a statement and its cache key takes longer than to execute it.
_DESK = select(_desks).where(_desks.c.clerk_id == bindparam("clerk_id"))
_DESKS_OF = select(_desks).where(_desks.c.clerk_id.in_(bindparam("clerk_ids", expanding=True)))
_MARKS_ON_DUTY = select(_desks.c.clerk_id, _desks.c.version, _desks.c.window_id).where(
    _desks.c.window_state != WindowState.CLOSED
)
_ADD_DESK = insert(_desks)
_MOVE_DESK = (
    update(_desks)
    .where(_desks.c.clerk_id == bindparam("of_clerk"), _desks.c.version == bindparam("as_of"))
    .returning(*_desks.c)
)
_OFFER = select(_offers).where(_offers.c.id == bindparam("offer_id"))
# In the words of the partial indexes, so that they are used whatever the parameters are.
_OPEN_OFFERS = select(_offers).where(text(OPEN_OFFER))
_OFFER_TO = _OPEN_OFFERS.where(_offers.c.clerk_id == bindparam("clerk_id"))
_OFFER_OF = _OPEN_OFFERS.where(_offers.c.ticket_id == bindparam("ticket_id"))
_ADD_OFFER = insert(_offers)
_END_OFFER = (
    update(_offers).where(_offers.c.id == bindparam("offer_id"), _offers.c.outcome == OPEN).returning(*_offers.c)
)


class Mark(NamedTuple):
    """What is another whenever the desk is; the window, since a desk that was forgotten begins again at version 1."""

    clerk_id: str
    version: int
    window_id: str


def mark(desk: DeskRecord) -> Mark:
    """The desk's mark."""
    return Mark(desk.clerk_id, desk.version, desk.window_id)


async def desk_or_none(session: ReadSession, clerk_id: str) -> DeskRecord | None:
    """The clerk's desk, if there ever was one."""
    row = (await session.execute(_DESK, {"clerk_id": clerk_id})).mappings().one_or_none()
    return None if row is None else _desk(row)


async def desk(session: ReadSession, clerk_id: str) -> DeskRecord:
    """The clerk's desk; raises `NoDesk`."""
    if (found := await desk_or_none(session, clerk_id)) is None:
        raise NoDesk
    return found


async def marks_on_duty(session: ReadSession) -> list[Mark]:
    """The marks of all desks whose window is not closed."""
    return [Mark(*row) for row in await session.execute(_MARKS_ON_DUTY)]


async def desks_of(session: ReadSession, clerk_ids: Collection[str]) -> list[DeskRecord]:
    """The desks of these clerks; damaged ones are left out."""
    return await readable(session, _DESKS_OF, _desks.c.clerk_id, _desk, {"clerk_ids": clerk_ids})


async def add_desk(session: WriteSession, new: DeskRecord) -> DeskRecord:
    """Stores a clerk's first desk; raises `WindowTaken`."""
    try:
        await session.execute(_ADD_DESK, asdict(new))
    except IntegrityError as error:
        raise _desk_conflict(error) from error
    return new


async def move_desk(session: WriteSession, old: DeskRecord, changes: Mapping[str, Any]) -> DeskRecord:
    """Changes the desk and returns it as it is now.

    Raises `NotInThisState` for a move that the clerk's or the window's table does not hold, `MovedMeanwhile`
    when the desk is not the version given, `WindowTaken` when another clerk has the window.
    """
    _check(old, changes)
    values = {**changes, "version": old.version + 1, "of_clerk": old.clerk_id, "as_of": old.version}
    try:
        row = (await session.execute(_MOVE_DESK, values)).mappings().one_or_none()
    except IntegrityError as error:
        raise _desk_conflict(error) from error
    if row is None:
        raise MovedMeanwhile
    return _desk(row)


async def add_offer(session: WriteSession, new: Offer) -> None:
    """Stores an open offer; raises `MovedMeanwhile` when its ticket or its clerk has one already."""
    try:
        await session.execute(_ADD_OFFER, asdict(new))
    except IntegrityError as error:
        raise MovedMeanwhile from error


async def offer(session: ReadSession, offer_id: str) -> Offer:
    """The offer; raises `NoSuchOffer`."""
    row = (await session.execute(_OFFER, {"offer_id": offer_id})).mappings().one_or_none()
    if row is None:
        raise NoSuchOffer
    return _offer(row)


async def open_offers(session: ReadSession) -> list[Offer]:
    """Every offer that rings."""
    return await readable(session, _OPEN_OFFERS, _offers.c.id, _offer)


async def offer_to(session: ReadSession, clerk_id: str) -> Offer | None:
    """The offer that rings at this clerk."""
    return await _open_offer(session, _OFFER_TO, {"clerk_id": clerk_id})


async def offer_of(session: ReadSession, ticket_id: str) -> Offer | None:
    """The offer that rings for this ticket."""
    return await _open_offer(session, _OFFER_OF, {"ticket_id": ticket_id})


async def end_offer(session: WriteSession, offer_id: str, outcome: str, at: datetime) -> Offer:
    """Ends an open offer; raises `OfferOver` for one that is open no more."""
    values = {"outcome": outcome, "ended_at": at, "offer_id": offer_id}
    row = (await session.execute(_END_OFFER, values)).mappings().one_or_none()
    if row is None:
        raise OfferOver
    return _offer(row)


async def sorted_out_desks(session: ReadSession) -> tuple[list[DeskRecord], list[tuple[str, Exception]]]:
    """Every desk, and the clerks whose desks cannot be read."""
    return await sorted_out(session, select(_desks), _desks.c.clerk_id, _desk)


async def sorted_out_offers(session: ReadSession) -> tuple[list[Offer], list[tuple[str, Exception]]]:
    """Every open offer, and those that cannot be read."""
    return await sorted_out(session, _OPEN_OFFERS, _offers.c.id, _offer)


async def take_out_desk(session: WriteSession, clerk_id: str) -> None:
    """Forgets a desk; the clerk opens the window anew."""
    await session.execute(delete(_desks).where(_desks.c.clerk_id == clerk_id))


async def take_out_offer(session: WriteSession, offer_id: str) -> None:
    """Counts an offer as withdrawn whatever its row says."""
    await session.execute(update(_offers).where(_offers.c.id == offer_id).values(outcome="withdrawn"))


async def _open_offer(session: ReadSession, wanted: Select[Any], of: Mapping[str, str]) -> Offer | None:
    row = (await session.execute(wanted, of)).mappings().one_or_none()
    return None if row is None else _offer(row)


def _check(old: DeskRecord, changes: Mapping[str, Any]) -> None:
    state = changes.get("state", old.state)
    window_state = changes.get("window_state", old.window_state)
    try:
        if state is not old.state:
            clerk_life.check(old.state, state)
        if window_state is not old.window_state:
            window_life.check(old.window_state, window_state)
    except IllegalTransition as illegal:
        raise NotInThisState(former=illegal.former, state=illegal.state) from illegal


def _desk_conflict(error: IntegrityError) -> WindowTaken | MovedMeanwhile:
    taken = "uq_desks_window" in str(error.orig) or "desks.window_id" in str(error.orig)
    return WindowTaken() if taken else MovedMeanwhile()


def _offer(row: RowMapping) -> Offer:
    return msgspec.convert(dict(row), Offer)


def _desk(row: RowMapping) -> DeskRecord:
    # Checked, since SQLite keeps anything in any column.
    return msgspec.convert(dict(row), DeskRecord)
