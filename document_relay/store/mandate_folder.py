"""The mandates of a case open for change inside a write transaction, and their entries in the case's history."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from document_relay.case_core.kept import FIELD, kept
from document_relay.case_core.lives import DocumentState
from document_relay.case_core.mandates import MANDATE_TRANSITIONS, STANDING, MandateState
from document_relay.events import MandateChanged, MarkRefused
from document_relay.mandate_errors import NoSuchMandate
from document_relay.mandate_records import MandateRecord
from document_relay.store.acting import acting_rows, waiting_of
from document_relay.store.folder import Folder, Tools, check_transition
from document_relay.store.mandate_tables import MandateRow
from document_relay.store.mandates import mandate_record, mandate_words, rows_of
from document_relay.store.signatures import mark_of
from document_relay.store.tables import DocumentRow
from foundation.database import WriteSession


class MandateFolder:
    """The mandates of a case, which is locked."""

    def __init__(self, session: WriteSession, folder: Folder, rows: Sequence[MandateRow]) -> None:
        self._session = session
        self.case = folder
        self.rows = list(rows)
        self.forgotten: list[str] = []
        """The blobs of the case that are to be removed once this is committed."""

    @classmethod
    async def of(cls, session: WriteSession, folder: Folder) -> MandateFolder:
        """Those of a case that is locked already."""
        return cls(session, folder, await rows_of(session, folder.row.id))

    @classmethod
    async def open(cls, tools: Tools, session: WriteSession, case_id: str) -> MandateFolder:
        """Locks the case; raises `NoSuchCase`, `CaseDestroyed`."""
        return await cls.of(session, await Folder.open(tools, session, case_id))

    def one(self, mandate_id: str) -> MandateRow:
        """The mandate; raises `NoSuchMandate`."""
        found = next((row for row in self.rows if row.id == mandate_id), None)
        if found is None:
            raise NoSuchMandate
        return found

    def standing(self) -> MandateRow | None:
        """The one that is drafted or in force."""
        return next((row for row in self.rows if row.state in STANDING), None)

    def under(self, root_id: str) -> list[MandateRow]:
        """Those in force that go back to this one."""
        return [row for row in self.rows if row.root_id == root_id and row.state == MandateState.IN_FORCE]

    def add(self, row: MandateRow) -> None:
        """Adds a mandate."""
        self._session.add(row)
        self.rows.append(row)

    def record(self, row: MandateRow) -> MandateRecord:
        """The mandate as a plain value."""
        return mandate_record(row, self.case.key)

    def move(self, row: MandateRow, wanted: MandateState) -> None:
        """Moves a mandate; raises `WrongCaseState`."""
        check_transition(MANDATE_TRANSITIONS, MandateState(row.state), wanted)
        row.state = wanted

    def change_words(self, row: MandateRow, **values: str | None) -> None:
        """Changes some of what is sealed of it."""
        words = msgspec.structs.replace(mandate_words(row, self.case.key), **values)
        row.words = self.case.key.seal(words, f"mandate {row.id}")

    def name_former_applicant(self, row: MandateRow) -> None:
        """Names in the case whom it named before this draft, which did not come into force."""
        former = mandate_words(row, self.case.key).former_applicant
        if former is not None:
            self.case.change_private(applicant_name=former)

    async def continuation(self) -> str | None:
        """The document by which a suspended acting was to go on, and which is not sealed yet."""
        waiting = waiting_of(await acting_rows(self._session, self.case.row.id))
        return None if waiting is None else waiting.document_id

    async def forget_mark(self, document: DocumentRow, who: tuple[str, str]) -> None:
        """Has a mark that waits for its witness forgotten but for its hash; raises `NoSuchDocument`."""
        taken = await mark_of(self._session, document.id)
        self.case.move_document(document, DocumentState.REQUESTED)
        await self._session.delete(taken)
        self.forgotten.append(f"signatures/{taken.id}.json")
        event = MarkRefused(case_id=self.case.row.id, document_id=document.id)
        details = {"title": self.case.title_of(document), "strokes_sha256": taken.strokes_sha256}
        await self.case.log(who, "mark_refused", event, **details)

    async def log(self, who: tuple[str, str], act: str, row: MandateRow, **details: str) -> None:
        """Adds the entry to the case's chain, with the hash of the mandate as it is now."""
        said = {FIELD: kept([self.record(row)]), "number": row.number}
        await self.case.log(who, act, MandateChanged(case_id=self.case.row.id, act=act), **said, **details)
