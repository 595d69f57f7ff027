"""Rows of joint acceptances into plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import msgspec
from sqlalchemy import Table, bindparam, distinct, func, or_, select

from directory.principal import Principal
from document_relay.case_core.findings import FindingState, JointState, PartyState
from document_relay.case_core.lives import CaseState
from document_relay.joint_errors import JointAcceptanceStands
from document_relay.joint_records import FindingRecord, Joint, JointRecord, PartyRecord
from document_relay.store.joint_tables import FindingRow, JointRow, PartyRow
from document_relay.store.keyring import CaseKey
from document_relay.store.plain import plain
from document_relay.store.site_paths import at_or_below
from document_relay.store.tables import CaseRow
from foundation.database import ReadSession, readable
from foundation.errors import Words

_joints = cast(Table, JointRow.__table__)
_parties = cast(Table, PartyRow.__table__)
# Built once: to build a statement and its cache key takes longer than to execute it.
OF_CASE = select(JointRow).where(_joints.c.case_id == bindparam("case_id"))
PARTIES = select(PartyRow).where(_parties.c.case_id == bindparam("case_id")).order_by(_parties.c.id)
_STANDS = select(_joints.c.id).where(
    _joints.c.case_id == bindparam("case_id"), _joints.c.state != JointState.CONCLUDED.value
)
_ASKED_AT_MOST = 100
Row = JointRow | PartyRow | FindingRow


async def cases_to_answer(session: ReadSession, worker_id: str) -> Sequence[tuple[CaseRow, JointRow, int]]:
    """The open cases of who took them whose findings were told, the first due first.

    Each with how many numbers of its list wait for an answer; those where none waits are left out.
    """
    waiting = func.count(distinct(FindingRow.number))
    wanted = (
        select(CaseRow, JointRow, waiting)
        .join(JointRow, JointRow.case_id == CaseRow.id)
        .join(FindingRow, FindingRow.case_id == CaseRow.id)
        .where(CaseRow.worker_id == worker_id, CaseRow.state == CaseState.OPEN)
        .where(JointRow.state == JointState.TOLD, FindingRow.state == FindingState.TOLD)
        .group_by(CaseRow.id, JointRow.id)
        .order_by(JointRow.due_on, JointRow.id)
        .limit(_ASKED_AT_MOST)
    )
    return [(case, joint, count) for case, joint, count in await session.execute(wanted)]


class Department(Protocol):
    """What has the names of a department."""

    @property
    def name_zh(self) -> str:
        """In Chinese."""
        ...

    @property
    def name_en(self) -> str:
        """In English."""
        ...


class FindingWords(msgspec.Struct, kw_only=True):
    """What of a finding's row is sealed."""

    text: str
    todo: str
    answer: str = ""
    returned: str = ""


async def joint_of(session: ReadSession, case_id: str, key: CaseKey) -> Joint | None:
    """The joint acceptance of a case as it stands; raises `SealBroken`."""
    joint = await session.scalar(OF_CASE, {"case_id": case_id})
    if joint is None:
        return None
    parties = await session.scalars(PARTIES, {"case_id": case_id})
    findings = await session.scalars(
        select(FindingRow).where(FindingRow.case_id == case_id).order_by(FindingRow.position)
    )
    return Joint(
        file=plain(joint, JointRecord),
        parties=[party_record(row, key) for row in parties],
        findings=[finding_record(row, key) for row in findings],
        answers_material_id=joint.answers_material_id,
    )


async def require_none_stands(session: ReadSession, case_id: str) -> None:
    """Raises `JointAcceptanceStands` while the case has a joint acceptance that is not concluded."""
    if await session.scalar(_STANDS, {"case_id": case_id}) is not None:
        raise JointAcceptanceStands


async def stands(session: ReadSession, case_id: str) -> bool:
    """Whether the case has a joint acceptance that is not concluded."""
    return await session.scalar(_STANDS, {"case_id": case_id}) is not None


async def has_one(session: ReadSession, case_id: str) -> bool:
    """Whether the case has a joint acceptance, concluded or not."""
    return await session.scalar(OF_CASE, {"case_id": case_id}) is not None


async def case_of_finding(session: ReadSession, finding_id: str) -> str | None:
    """The case that the finding belongs to."""
    return await session.scalar(select(FindingRow.case_id).where(FindingRow.id == finding_id))


def departments_named(parties: Sequence[Department]) -> Words:
    """The departments in a sentence."""
    return Words("、".join(one.name_zh for one in parties), ", ".join(one.name_en for one in parties))


async def departments_asked(session: ReadSession, case_id: str) -> frozenset[str]:
    """The departments that take part in the case's joint acceptance; those that left excepted, none once it is over."""
    wanted = (
        select(PartyRow.department_id)
        .join(JointRow, JointRow.case_id == PartyRow.case_id)
        .where(PartyRow.case_id == case_id, PartyRow.state != PartyState.LEFT)
        .where(JointRow.state != JointState.CONCLUDED)
    )
    return frozenset(await session.scalars(wanted))


async def cases_asking(
    session: ReadSession, principal: Principal
) -> Sequence[tuple[CaseRow, JointRow, Sequence[PartyRow]]]:
    """The cases of others at the person's site or below whose joint acceptance waits for a department of theirs.

    Those that wait longest first.
    """
    departments = sorted(principal.department_ids)
    wanted = (
        select(CaseRow, JointRow, PartyRow)
        .join(JointRow, JointRow.case_id == CaseRow.id)
        .join(PartyRow, PartyRow.case_id == CaseRow.id)
        .where(at_or_below(CaseRow.site_path, principal.site_path))
        .where(or_(CaseRow.clerk_id.is_(None), CaseRow.clerk_id != principal.person_id))
        .where(JointRow.state != JointState.CONCLUDED, PartyRow.department_id.in_(departments))
        .where(PartyRow.state.in_((PartyState.ASKED, PartyState.SAID)))
        .order_by(JointRow.opened_at, JointRow.id, PartyRow.id)
        .limit(_ASKED_AT_MOST)
    )
    found: dict[str, tuple[CaseRow, JointRow, list[PartyRow]]] = {}
    rows = await readable(session, wanted, _parties.c.id, lambda row: (row[CaseRow], row[JointRow], row[PartyRow]))
    for case, joint, party in rows:
        found.setdefault(case.id, (case, joint, []))[2].append(party)
    return list(found.values())


def record(row: Row, key: CaseKey) -> JointRecord | PartyRecord | FindingRecord:
    """The row as a plain value."""
    if isinstance(row, JointRow):
        return plain(row, JointRecord)
    return party_record(row, key) if isinstance(row, PartyRow) else finding_record(row, key)


def party_record(row: PartyRow, key: CaseKey) -> PartyRecord:
    """The department as a plain value."""
    return plain(row, PartyRecord, {"words": key.unseal(row.words, f"party {row.id}")})


def finding_record(row: FindingRow, key: CaseKey) -> FindingRecord:
    """The finding as a plain value."""
    return plain(row, FindingRecord, finding_words(row, key))


def finding_words(row: FindingRow, key: CaseKey) -> FindingWords:
    """What of a finding is sealed."""
    return msgspec.convert(key.unseal(row.words, f"finding {row.id}"), FindingWords)
