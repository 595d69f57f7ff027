"""Rows of supplements into plain values, and which of them concern whom."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, cast

import msgspec
from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, case, func, or_, select

from directory.principal import Permission, Principal, permits
from document_relay.case_core.hand_on_life import HELD, HandOnState
from document_relay.case_core.lives import CaseState
from document_relay.case_core.supplements import STANDING, SupplementState
from document_relay.store.hand_on_tables import HandOnRow
from document_relay.store.keyring import CaseKey
from document_relay.store.plain import plain
from document_relay.store.site_paths import at_or_below
from document_relay.store.supplement_tables import SupplementRow
from document_relay.store.tables import CaseRow
from document_relay.supplement_errors import NoSuchSupplement, SupplementStands
from document_relay.supplement_records import Missing, SupplementRecord
from foundation.database import ReadSession

_rows = cast(Table, SupplementRow.__table__)
OF_CASE = (
    select(SupplementRow)
    .where(_rows.c.case_id == bindparam("case_id"))
    .order_by(_rows.c.asked_at.asc(), _rows.c.id.asc())
)
# Asked of every case that changes hands: built once.
_ANY_OF_CASE = select(_rows.c.id).where(_rows.c.case_id == bindparam("case_id")).limit(1)
_hand_ons = cast(Table, HandOnRow.__table__)
_HELD = select(_hand_ons.c.case_id).where(_hand_ons.c.state.in_(HELD))
_HANDED_ON = select(_hand_ons.c.case_id).where(_hand_ons.c.state != HandOnState.DECIDED)
_AT_MOST = 100
_DUE_AT_ONCE = 50


class SupplementWords(msgspec.Struct, kw_only=True):
    """What of a row is sealed."""

    missing: list[Missing]
    returned: str = ""


class Due(NamedTuple):
    """One whose deadline has passed, and when."""

    ends_at: datetime
    id: str


class Found(NamedTuple):
    """A supplement with its case, as rows."""

    case: CaseRow
    row: SupplementRow


def sealed_words(words: SupplementWords, supplement_id: str, key: CaseKey) -> bytes:
    """The words as the row has them."""
    return key.seal(words, f"supplement {supplement_id}")


def record(row: SupplementRow, key: CaseKey) -> SupplementRecord:
    """The row as a plain value; raises `SealBroken`."""
    return plain(row, SupplementRecord, words_of(row, key))


async def supplements_of(session: ReadSession, case_id: str, key: CaseKey) -> list[SupplementRecord]:
    """All of a case, the first asked for first."""
    return [record(row, key) for row in await session.scalars(OF_CASE, {"case_id": case_id})]


async def case_of(session: ReadSession, supplement_id: str) -> str:
    """The case of a supplement; raises `NoSuchSupplement`."""
    case_id: str | None = await session.scalar(select(_rows.c.case_id).where(_rows.c.id == supplement_id))
    if case_id is None:
        raise NoSuchSupplement
    return case_id


async def last_of(session: ReadSession, case_id: str) -> SupplementRow | None:
    """The case's last one."""
    rows = list(await session.scalars(OF_CASE, {"case_id": case_id}))
    return rows[-1] if rows else None


async def was_asked(session: ReadSession, case_id: str) -> bool:
    """Whether anything was ever asked for in the case."""
    return await session.scalar(_ANY_OF_CASE, {"case_id": case_id}) is not None


async def one_stands(session: ReadSession, case_id: str) -> bool:
    """Whether the case waits for papers, or for the clerk to look at them."""
    wanted = select(_rows.c.id).where(_rows.c.case_id == case_id, _rows.c.state.in_(STANDING))
    return await session.scalar(wanted) is not None


async def require_no_supplement(session: ReadSession, case_id: str) -> None:
    """Raises `SupplementStands` while one stands."""
    if await one_stands(session, case_id):
        raise SupplementStands


async def due(session: ReadSession, now: datetime, after: Due | None) -> Sequence[Due]:
    """Those whose deadline has passed, some at once: the next `after` the one named, the first to end first."""
    wanted = select(_rows.c.ends_at, _rows.c.id).where(_rows.c.state == SupplementState.PARKED, _rows.c.ends_at <= now)
    if after is not None:
        later = and_(_rows.c.ends_at == after.ends_at, _rows.c.id > after.id)
        wanted = wanted.where(or_(_rows.c.ends_at > after.ends_at, later))
    found = await session.execute(wanted.order_by(_rows.c.ends_at, _rows.c.id).limit(_DUE_AT_ONCE))
    return [Due(*one) for one in found]


async def of_worker(session: ReadSession, worker_id: str) -> list[Found]:
    """The last of each open case that the person took, or has as a visitor: waiting, or ended; first due first."""
    states = (SupplementState.PARKED, SupplementState.ANSWERED, SupplementState.ENDED)
    return await _found(session, and_(CaseRow.worker_id == worker_id, _rows.c.state.in_(states)))


async def of_clerk(session: ReadSession, clerk_id: str) -> tuple[list[Found], int]:
    """What the clerk has asked for, and how many there are: what was sent first, then what is due first."""
    # Withdrawn after the visit, the case is still to be decided, and stands in no other list.
    kept = or_(_rows.c.state != SupplementState.WITHDRAWN, CaseRow.left_at.is_not(None))
    own = and_(CaseRow.clerk_id == clerk_id, kept)
    total = await session.scalar(_newest(own).with_only_columns(func.count(), maintain_column_froms=True))
    return await _found(session, own), total or 0


async def of_number(session: ReadSession, number: str) -> Found | None:
    """The last one of the open case with this number, once its visit is over."""
    wanted = _newest(and_(CaseRow.number == number, CaseRow.left_at.is_not(None)))
    found = (await session.execute(wanted)).one_or_none()
    return None if found is None else Found(*found)


async def clerks_beside(session: ReadSession, principal: Principal) -> frozenset[str]:
    """The colleagues who have what `of_colleagues` finds."""
    if not _has_colleagues(principal):
        return frozenset()
    clerks = _newest(_of_colleagues(principal, (), ())).with_only_columns(CaseRow.clerk_id, maintain_column_froms=True)
    return frozenset(one for one in await session.scalars(clerks.distinct()) if one is not None)


async def of_colleagues(
    session: ReadSession, principal: Principal, at_window: Collection[str], signed_in: Collection[str]
) -> list[Found]:
    """What others of the same site and business have: what was sent, and what its visit has left to no other desk.

    What was sent to a clerk `at_window` is left out, and the rest of who is `signed_in`; order as `of_clerk`.
    """
    if not _has_colleagues(principal):
        return []
    return await _found(session, _of_colleagues(principal, at_window, signed_in))


def _has_colleagues(principal: Principal) -> bool:
    return bool(principal.department_ids) and permits(principal, Permission.READ_CASE)


def _of_colleagues(principal: Principal, at_window: Collection[str], signed_in: Collection[str]) -> ColumnElement[bool]:
    sent = and_(_rows.c.state == SupplementState.ANSWERED, CaseRow.clerk_id.not_in(sorted(at_window)))
    left = and_(
        _rows.c.state != SupplementState.ANSWERED,
        CaseRow.left_at.is_not(None),
        CaseRow.id.not_in(_HANDED_ON),
        CaseRow.clerk_id.not_in(sorted(signed_in)),
    )
    return and_(
        CaseRow.clerk_id != principal.person_id,
        or_(sent, left),
        _rows.c.asked_site_id == principal.site_id,
        CaseRow.department_id.in_(sorted(principal.department_ids)),
        at_or_below(CaseRow.site_path, principal.site_path),
        # Whom it was handed on to decides it: it is nobody else's to take.
        CaseRow.id.not_in(_HELD),
    )


def _newest(which: ColumnElement[bool]) -> Select[CaseRow, SupplementRow]:
    newest = select(func.max(_rows.c.id)).where(_rows.c.case_id == CaseRow.id).correlate(CaseRow).scalar_subquery()
    return (
        select(CaseRow, SupplementRow)
        .join(SupplementRow, SupplementRow.case_id == CaseRow.id)
        .where(CaseRow.state == CaseState.OPEN, SupplementRow.id == newest, which)
    )


async def _found(session: ReadSession, which: ColumnElement[bool]) -> list[Found]:
    sent_first = case((_rows.c.state == SupplementState.ANSWERED, 0), else_=1)
    wanted = _newest(which).order_by(sent_first, SupplementRow.ends_at, SupplementRow.id).limit(_AT_MOST)
    return [Found(found, row) for found, row in await session.execute(wanted)]


def words_of(row: SupplementRow, key: CaseKey) -> SupplementWords:
    """What of the row is sealed; raises `SealBroken`."""
    return msgspec.convert(key.unseal(row.words, f"supplement {row.id}"), SupplementWords)
