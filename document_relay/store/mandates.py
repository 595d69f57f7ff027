"""Rows of mandates: into plain values, and found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select

from document_relay.case_core.lives import CaseState
from document_relay.case_core.mandates import STANDING, MandateState
from document_relay.mandate_records import MandateRecord
from document_relay.store.keyring import CaseKey
from document_relay.store.mandate_tables import MandateRow
from document_relay.store.plain import plain
from document_relay.store.tables import CaseRow
from foundation.database import ReadSession

_FOUND_AT_MOST = 20
ENDED_AT_MOST = 100
_BY_POSITION = MandateRow.position


class MandateWords(msgspec.Struct, kw_only=True):
    """What of a mandate's row is sealed."""

    principal_name: str
    principal_number: str
    actor_name: str
    made_by: str
    ended_by: str | None = None
    reason: str = ""
    former_applicant: str | None = None
    """Who the case named before it was drafted, where it was somebody else."""


def mandate_words(row: MandateRow, key: CaseKey) -> MandateWords:
    """What of the mandate is sealed."""
    return msgspec.convert(key.unseal(row.words, f"mandate {row.id}"), MandateWords)


def mandate_record(row: MandateRow, key: CaseKey) -> MandateRecord:
    """The mandate as a plain value."""
    return plain(row, MandateRecord, mandate_words(row, key))


async def rows_of(session: ReadSession, case_id: str) -> Sequence[MandateRow]:
    """The mandates of a case, the oldest first."""
    wanted = select(MandateRow).where(MandateRow.case_id == case_id).order_by(_BY_POSITION)
    return list(await session.scalars(wanted))


async def mandates_of(session: ReadSession, case_id: str, key: CaseKey) -> list[MandateRecord]:
    """The mandates of a case as plain values; raises `SealBroken`."""
    return [mandate_record(row, key) for row in await rows_of(session, case_id)]


async def place_of(session: ReadSession, mandate_id: str) -> tuple[str, str] | None:
    """The case of a mandate, and the one that was made first."""
    wanted = select(MandateRow.case_id, MandateRow.root_id).where(MandateRow.id == mandate_id)
    row = (await session.execute(wanted)).one_or_none()
    return None if row is None else (row.case_id, row.root_id)


async def cases_under(session: ReadSession, root_id: str) -> list[str]:
    """The cases in which the mandate, or one that goes back to it, is in force; in one order for all who lock them."""
    wanted = select(MandateRow.case_id).where(
        MandateRow.root_id == root_id, MandateRow.state == MandateState.IN_FORCE.value
    )
    return sorted(set(await session.scalars(wanted)))


async def ended_by(session: ReadSession, now: datetime, after: str) -> list[str]:
    """The mandates whose day is over and that do not say so, with ids behind `after`, in their order.

    Not more than are dealt with at once; none of a case of which nothing is left.
    """
    wanted = (
        select(MandateRow.id)
        .join(CaseRow, CaseRow.id == MandateRow.case_id)
        .where(MandateRow.state.in_([one.value for one in STANDING]), MandateRow.ends_at <= now)
        .where(MandateRow.id > after, CaseRow.state != CaseState.DESTROYED)
    )
    return list(await session.scalars(wanted.order_by(MandateRow.id).limit(ENDED_AT_MOST)))


async def in_force_for(session: ReadSession, principal_hash: str, now: datetime) -> list[tuple[MandateRow, CaseRow]]:
    """The mandates in force of this item and principal that were made first, and their cases; the newest first."""
    wanted = (
        select(MandateRow, CaseRow)
        .join(CaseRow, CaseRow.id == MandateRow.case_id)
        .where(MandateRow.principal_hash == principal_hash, MandateRow.root_id == MandateRow.id)
        .where(MandateRow.state == MandateState.IN_FORCE.value, MandateRow.ends_at > now)
        .where(CaseRow.state != CaseState.DESTROYED)
        .order_by(MandateRow.begun_at.desc(), MandateRow.id)
        .limit(_FOUND_AT_MOST)
    )
    return [(mandate, case) for mandate, case in await session.execute(wanted)]
