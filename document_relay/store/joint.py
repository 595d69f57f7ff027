"""A joint acceptance open for change inside a write transaction, and its entries in the case's history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlalchemy import select

from document_relay.case_core.findings import (
    FINDING_TRANSITIONS,
    JOINT_TRANSITIONS,
    PARTY_TRANSITIONS,
    FindingState,
    JointState,
    PartyState,
)
from document_relay.case_core.kept import FIELD, kept
from document_relay.events import JointAcceptanceChanged
from document_relay.joint_errors import (
    FindingsOverdue,
    JointAcceptanceOver,
    NoJointAcceptance,
    NoSuchFinding,
    NotYourDepartment,
    ReturnedTooLate,
)
from document_relay.store.folder import Folder, Tools, check_transition
from document_relay.store.joint_reading import OF_CASE, PARTIES, FindingWords, Row, finding_words, record
from document_relay.store.joint_tables import FindingRow, JointRow, PartyRow
from foundation.database import WriteSession


class JointFolder:
    """A joint acceptance inside a write transaction, in which its case is locked."""

    def __init__(self, session: WriteSession, folder: Folder, rows: tuple[JointRow, Sequence[PartyRow]]) -> None:
        self._session = session
        self.case = folder
        self.row, self.parties = rows

    @classmethod
    async def open(cls, tools: Tools, session: WriteSession, case_id: str) -> JointFolder:
        """Locks the case; raises `NoSuchCase`, `CaseDestroyed`, `NoJointAcceptance`, `JointAcceptanceOver`."""
        folder = await Folder.open(tools, session, case_id)
        row = await session.scalar(OF_CASE, {"case_id": case_id})
        if row is None:
            raise NoJointAcceptance
        if row.state == JointState.CONCLUDED:
            # What the sealed answer says stays as it is.
            raise JointAcceptanceOver
        return cls(session, folder, (row, list(await session.scalars(PARTIES, {"case_id": case_id}))))

    @classmethod
    async def ended_or_not(cls, session: WriteSession, folder: Folder) -> JointFolder | None:
        """That of a case that is locked already, concluded or not; None where it has none."""
        row = await session.scalar(OF_CASE, {"case_id": folder.row.id})
        if row is None:
            return None
        parties = await session.scalars(PARTIES, {"case_id": folder.row.id})
        return cls(session, folder, (row, list(parties)))

    def party(self, department_id: str) -> PartyRow:
        """The department, wherever it is; raises `NotYourDepartment` where it was not asked."""
        found = next((one for one in self.parties if one.department_id == department_id), None)
        if found is None:
            raise NotYourDepartment
        return found

    async def finding(self, finding_id: str) -> FindingRow:
        """The finding; raises `NoSuchFinding`."""
        row = await self._session.get(FindingRow, finding_id)
        if row is None or row.case_id != self.case.row.id:
            raise NoSuchFinding
        return row

    async def findings(self) -> list[FindingRow]:
        """All findings of the case, in the order in which they were made."""
        rows = select(FindingRow).where(FindingRow.case_id == self.case.row.id).order_by(FindingRow.position)
        return list(await self._session.scalars(rows))

    def add(self, row: Row) -> None:
        """Adds a row."""
        self._session.add(row)

    def require_in_time(self, today: date, late: type[FindingsOverdue | ReturnedTooLate]) -> None:
        """Raises `late` after the due date."""
        if self.row.due_on is not None and today.isoformat() > self.row.due_on:
            raise late(due=self.row.due_on)

    def move(self, wanted: JointState) -> None:
        """Moves the joint acceptance; raises `WrongCaseState`."""
        check_transition(JOINT_TRANSITIONS, JointState(self.row.state), wanted)
        self.row.state = wanted

    def move_party(self, row: PartyRow, wanted: PartyState) -> None:
        """Moves a department; raises `WrongCaseState`."""
        check_transition(PARTY_TRANSITIONS, PartyState(row.state), wanted)
        row.state = wanted

    def move_finding(self, row: FindingRow, wanted: FindingState) -> None:
        """Moves a finding; raises `WrongCaseState`."""
        check_transition(FINDING_TRANSITIONS, FindingState(row.state), wanted)
        row.state = wanted

    def words(self, row: FindingRow) -> FindingWords:
        """What of the finding is sealed."""
        return finding_words(row, self.case.key)

    def change_words(self, row: FindingRow, **values: str) -> None:
        """Changes some of it."""
        row.words = self.case.key.seal(msgspec.structs.replace(self.words(row), **values), f"finding {row.id}")

    async def log(self, who: tuple[str, str], act: str, changed: Sequence[Row], **details: str) -> None:
        """Adds the entry to the case's chain, with the hash of each record that it has changed."""
        key = self.case.key
        said = {FIELD: kept(record(row, key) for row in changed)}
        event = JointAcceptanceChanged(case_id=self.case.row.id, act=act, department_ids=self._concerned(changed))
        await self.case.log(who, act, event, **said, **details)

    def _concerned(self, changed: Sequence[Row]) -> tuple[str, ...]:
        """The departments for whom the case is another one in the list of those that wait for them."""
        whole = self.parties if any(isinstance(row, JointRow) for row in changed) else ()
        parties = (*whole, *(row for row in changed if isinstance(row, PartyRow)))
        return tuple(sorted({one.department_id for one in parties}))
