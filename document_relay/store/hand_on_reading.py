"""Rows of cases that are handed on into plain values."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, cast

import msgspec
from sqlalchemy import ColumnElement, Table, and_, bindparam, case, func, or_, select

from directory.principal import Principal
from document_relay.case_core.hand_on_life import HELD, HandOnState
from document_relay.case_core.lives import MaterialState
from document_relay.hand_on_errors import HandOnStands
from document_relay.hand_on_records import Desk, Exchange, HandOnRecord
from document_relay.store.hand_on_tables import HandOnRow
from document_relay.store.joint_reading import stands as joint_stands
from document_relay.store.keyring import CaseKey
from document_relay.store.plain import plain
from document_relay.store.site_paths import at_or_below
from document_relay.store.tables import CaseRow, MaterialRow
from foundation.database import ReadSession
from foundation.errors import Words

_rows = cast(Table, HandOnRow.__table__)
# Built once: to build a statement and its cache key takes longer than to execute it.
OF_CASE = select(HandOnRow).where(_rows.c.case_id == bindparam("case_id"))
_OPEN = select(_rows.c.id).where(_rows.c.case_id == bindparam("case_id"), _rows.c.state != HandOnState.DECIDED.value)
_RESULTS_AT_MOST = 20


class HandOnWords(msgspec.Struct, kw_only=True):
    """What of a row is sealed."""

    note: str
    exchanges: list[Exchange] = []
    returned: str = ""


class OverdueRow(NamedTuple):
    """Of a department at a centre: how many cases it owns now, how many of them are overdue, the first due date."""

    site_id: str
    department_id: str
    open: int
    overdue: int
    first_due: str


class Followed(NamedTuple):
    """A case and how its handing on stands; `wanted` papers wait at the point."""

    case: CaseRow
    row: HandOnRow
    wanted: int = 0


async def hand_on_of(session: ReadSession, case_id: str, key: CaseKey) -> HandOnRecord | None:
    """How a case is handed on; None where it never was. Raises `SealBroken`."""
    row = await session.scalar(OF_CASE, {"case_id": case_id})
    return None if row is None else record(row, key)


async def goes_on(session: ReadSession, case_id: str) -> bool:
    """Whether the case goes on after its visit: several departments look at it, or it is handed on."""
    if await joint_stands(session, case_id):
        return True
    return await is_handed_on(session, case_id)


async def is_handed_on(session: ReadSession, case_id: str) -> bool:
    """Whether a desk has the case, or the way to it."""
    return await session.scalar(_OPEN, {"case_id": case_id}) is not None


async def require_not_handed_on(session: ReadSession, case_id: str) -> None:
    """Raises `HandOnStands` while the case lies with a department where nobody has taken it."""
    row = await session.scalar(OF_CASE, {"case_id": case_id})
    if row is not None and row.state == HandOnState.HANDED_ON:
        desk = msgspec.convert(row.receiver, Desk)
        raise HandOnStands(desk=Words(desk.zh, desk.en))


async def is_held(session: ReadSession, case_id: str) -> bool:
    """Whether somebody of the department that the case is handed on to has it."""
    row = await session.scalar(OF_CASE, {"case_id": case_id})
    return row is not None and row.state in HELD


async def is_at_desk(session: ReadSession, case_id: str, principal: Principal) -> bool:
    """Whether the case was handed on by the person, or is handed on to or from a department of theirs."""
    row = await session.scalar(OF_CASE, {"case_id": case_id})
    if row is None:
        return False
    if row.sender_id == principal.person_id:
        return True
    desks = (msgspec.convert(one, Desk) for one in (row.sender, row.receiver))
    return row.state != HandOnState.DECIDED and any(belongs(principal, one) for one in desks)


def belongs(principal: Principal, desk: Desk) -> bool:
    """Whether the person is of this department at this centre."""
    return principal.site_id == desk.site_id and desk.department_id in principal.department_ids


async def inbox(session: ReadSession, principal: Principal, since: datetime, most: int) -> tuple[list[Followed], int]:
    """What lies at the person's desks or was handed on from them, the first due first, and how many there are.

    What is decided stands behind it, of those that were handed on since then.
    """
    departments = sorted(principal.department_ids)
    decided = _rows.c.state == HandOnState.DECIDED.value
    ours = and_(_rows.c.desk_site_id == principal.site_id, _rows.c.desk_department_id.in_(departments))
    sent = and_(_rows.c.sender_site_id == principal.site_id, _rows.c.sender_department_id.in_(departments))
    mine = or_(_rows.c.sender_id == principal.person_id, _rows.c.taker_id == principal.person_id)
    shown = and_(or_(ours, sent, mine), or_(~decided, and_(or_(sent, mine), _rows.c.handed_at >= since)))
    last = case((decided, 1), else_=0)
    wanted = _with_case(shown).order_by(last, HandOnRow.due_on, HandOnRow.id).limit(most)
    found = [Followed(one, row) for one, row in await session.execute(wanted)]
    total = await session.scalar(select(func.count()).select_from(HandOnRow).where(shown)) or 0
    return found, total


async def results(session: ReadSession, principal: Principal, since: datetime) -> list[Followed]:
    """The cases of who took them that are handed on, and those decided since then; newest first."""
    papers = (
        select(func.count())
        .where(MaterialRow.case_id == CaseRow.id, MaterialRow.asked_now.is_(True))
        .where(MaterialRow.state.in_((MaterialState.REQUESTED, MaterialState.REJECTED)))
        .scalar_subquery()
    )
    shown = and_(
        CaseRow.worker_id == principal.person_id,
        or_(HandOnRow.state != HandOnState.DECIDED, CaseRow.decided_at >= since),
    )
    wanted = _with_case(shown).add_columns(papers).order_by(HandOnRow.handed_at.desc(), HandOnRow.id)
    return [Followed(*one) for one in await session.execute(wanted.limit(_RESULTS_AT_MOST))]


async def held_by(session: ReadSession, staff_id: str) -> list[tuple[str, str]]:
    """What the person has taken and not decided: the row's id and the case's."""
    wanted = select(HandOnRow.id, HandOnRow.case_id)
    wanted = wanted.where(HandOnRow.taker_id == staff_id, HandOnRow.state != HandOnState.DECIDED)
    return [(row_id, case_id) for row_id, case_id in await session.execute(wanted)]


async def takers(session: ReadSession) -> frozenset[str]:
    """Everybody who has taken one and not decided it."""
    wanted = select(HandOnRow.taker_id).where(HandOnRow.state != HandOnState.DECIDED).distinct()
    return frozenset(one for one in await session.scalars(wanted) if one is not None)


async def overdue(session: ReadSession, site_path: str, today: str) -> list[OverdueRow]:
    """The departments at the site or below that own cases now; those with the most overdue first."""
    late = func.sum(case((HandOnRow.due_on < today, 1), else_=0))
    desk = (HandOnRow.desk_site_id, HandOnRow.desk_department_id)
    wanted = (
        select(*desk, func.count(), late, func.min(HandOnRow.due_on))
        .where(at_or_below(HandOnRow.desk_site_path, site_path), HandOnRow.state != HandOnState.DECIDED)
        .group_by(*desk)
        .order_by(late.desc(), *desk)
    )
    return [OverdueRow(*one) for one in await session.execute(wanted)]


def record(row: HandOnRow, key: CaseKey) -> HandOnRecord:
    """The row as a plain value."""
    return plain(row, HandOnRecord, words_of(row, key))


def words_of(row: HandOnRow, key: CaseKey) -> HandOnWords:
    """What of it is sealed."""
    return msgspec.convert(key.unseal(row.words, f"hand-on {row.id}"), HandOnWords)


def _with_case(shown: ColumnElement[bool]) -> Any:
    return select(CaseRow, HandOnRow).join(HandOnRow, HandOnRow.case_id == CaseRow.id).where(shown)
