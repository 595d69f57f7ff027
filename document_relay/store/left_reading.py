"""Rows of cases whose visit is over into whose turn it is in each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, Table, and_, func, or_, select

from document_relay.case_core.act_by import Facts, JointFacts, SupplementFacts
from document_relay.case_core.findings import STANDING, FindingState, JointState, PartyState
from document_relay.case_core.hand_on_life import HELD, HandOnState
from document_relay.case_core.lives import CaseState
from document_relay.store.hand_on_tables import HandOnRow
from document_relay.store.joint_tables import FindingRow, JointRow, PartyRow
from document_relay.store.supplement_tables import SupplementRow
from document_relay.store.tables import CaseRow, DocumentRow
from foundation.database import ReadSession, read_each, readable
from foundation.errors import Words

_cases = cast(Table, CaseRow.__table__)
DayOf = Callable[[datetime], date]
"""The day on the wall."""
LEFT = and_(CaseRow.state == CaseState.OPEN, CaseRow.left_at.is_not(None))
HANDED_ON = select(HandOnRow.case_id).where(HandOnRow.state != HandOnState.DECIDED)
# What was asked for after the answer stands in the list of supplements.
_IN_THAT_LIST = select(SupplementRow.case_id)
JOINTLY = and_(
    LEFT,
    CaseRow.id == JointRow.case_id,
    CaseRow.id.not_in(HANDED_ON),
    or_(JointRow.state != JointState.CONCLUDED, CaseRow.id.not_in(_IN_THAT_LIST)),
)


class _Answered(NamedTuple):
    waiting: int = 0
    at: datetime | None = None


async def left_jointly(
    session: ReadSession, which: ColumnElement[bool], most: int
) -> Sequence[tuple[CaseRow, JointRow]]:
    """Those with a joint acceptance whose visit is over, but for those of a desk elsewhere; the first left first."""
    wanted = select(CaseRow, JointRow).join(JointRow, JointRow.case_id == CaseRow.id).where(JOINTLY, which)
    wanted = wanted.order_by(CaseRow.left_at).limit(most)
    return await readable(session, wanted, _cases.c.id, lambda row: (row[CaseRow], row[JointRow]))


async def deserted(session: ReadSession, case_ids: Collection[str]) -> dict[str, list[Words]]:
    """The departments that have left while findings of theirs stand, by case: the clerk answers for those now."""
    stands = select(FindingRow.id).where(
        FindingRow.case_id == PartyRow.case_id,
        FindingRow.department_id == PartyRow.department_id,
        FindingRow.state.in_(STANDING),
    )
    wanted = select(PartyRow).where(
        PartyRow.case_id.in_(case_ids), PartyRow.state == PartyState.LEFT, stands.correlate(PartyRow).exists()
    )
    found: dict[str, list[Words]] = {}
    for row in await session.scalars(wanted.order_by(PartyRow.id)):
        found.setdefault(row.case_id, []).append(Words(row.name_zh, row.name_en))
    return found


async def facts_of(session: ReadSession, case_ids: Collection[str], day_of: DayOf) -> dict[str, Facts]:
    """What decides whose turn it is in each of these cases; one of which that cannot be read is told and left out."""
    return await read_each(session, CaseRow.__tablename__, case_ids, partial(_facts_of, session, day_of))


async def _facts_of(session: ReadSession, day_of: DayOf, case_ids: Collection[str]) -> dict[str, Facts]:
    cases = await session.scalars(select(CaseRow).where(CaseRow.id.in_(case_ids)))
    joints = await _joints(session, case_ids, day_of)
    supplements = await _supplements(session, case_ids, day_of)
    desks = await _desks(session, case_ids)
    return {
        one.id: Facts(
            since=day_of(one.left_at or one.opened_at),
            joint=joints.get(one.id),
            supplement=supplements.get(one.id),
            desk_due=desks.get(one.id),
        )
        for one in cases
    }


async def _joints(session: ReadSession, case_ids: Collection[str], day_of: DayOf) -> dict[str, JointFacts]:
    rows = list(await session.scalars(select(JointRow).where(JointRow.case_id.in_(case_ids))))
    parties: dict[str, list[PartyRow]] = {}
    for party in await session.scalars(select(PartyRow).where(PartyRow.case_id.in_(case_ids))):
        parties.setdefault(party.case_id, []).append(party)
    answered = await _answered(session, case_ids)
    made = await _made(session, [row.document_id for row in rows if row.document_id])
    return {
        row.case_id: _joint(row, parties.get(row.case_id, []), (answered.get(row.case_id, _Answered()), made), day_of)
        for row in rows
    }


def _joint(
    row: JointRow, parties: Sequence[PartyRow], known: tuple[_Answered, Mapping[str, datetime]], day_of: DayOf
) -> JointFacts:
    answered, made = known
    asked = [one.asked_at or row.opened_at for one in parties if one.state == PartyState.ASKED]
    moments = [row.opened_at, row.told_at, answered.at, made.get(row.document_id or "")]
    return JointFacts(
        state=row.state,
        asked_on=day_of(max(asked)) if asked else None,
        due_on=date.fromisoformat(row.due_on) if row.due_on else None,
        waiting=answered.waiting > 0,
        deciding=any(one.state in (PartyState.ASKED, PartyState.SAID) for one in parties),
        moved_on=day_of(max(one for one in moments if one is not None)),
    )


async def _answered(session: ReadSession, case_ids: Collection[str]) -> dict[str, _Answered]:
    wanted = (
        select(FindingRow.case_id, func.max(FindingRow.answered_at))
        .where(FindingRow.case_id.in_(case_ids))
        .group_by(FindingRow.case_id)
    )
    waiting = (
        select(FindingRow.case_id, func.count())
        .where(FindingRow.case_id.in_(case_ids), FindingRow.state == FindingState.TOLD)
        .group_by(FindingRow.case_id)
    )
    counted = dict[str, int]((await session.execute(waiting)).all())
    return {case_id: _Answered(counted.get(case_id, 0), at) for case_id, at in await session.execute(wanted)}


async def _made(session: ReadSession, document_ids: Collection[str]) -> dict[str, datetime]:
    wanted = select(DocumentRow.id, DocumentRow.made_at).where(DocumentRow.id.in_(document_ids))
    return dict[str, datetime]((await session.execute(wanted)).all())


async def _supplements(session: ReadSession, case_ids: Collection[str], day_of: DayOf) -> dict[str, SupplementFacts]:
    rows = await session.scalars(
        select(SupplementRow).where(SupplementRow.case_id.in_(case_ids)).order_by(SupplementRow.id)
    )
    # The last of each case stands.
    return {
        row.case_id: SupplementFacts(
            state=row.state,
            due_on=date.fromisoformat(row.due_on),
            moved_on=day_of(row.ended_at or row.answered_at or row.since),
        )
        for row in rows
    }


async def _desks(session: ReadSession, case_ids: Collection[str]) -> dict[str, date]:
    rows = await session.scalars(
        select(HandOnRow).where(HandOnRow.case_id.in_(case_ids), HandOnRow.state != HandOnState.DECIDED)
    )
    return {row.case_id: date.fromisoformat(row.due_on) for row in rows if _is_owned(row)}


def _is_owned(row: HandOnRow) -> bool:
    """Whether a department answers for it by a date, and a person where one has taken it."""
    taken = row.state in HELD
    return bool(row.desk_department_id and row.due_on) and (not taken or row.taker_id is not None)
