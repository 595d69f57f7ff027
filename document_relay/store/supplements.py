"""A supplement open for change inside a write transaction, and its entries in the case's history."""

from __future__ import annotations

from sqlalchemy import select

from document_relay.case_core.kept import FIELD, kept
from document_relay.case_core.supplements import SUPPLEMENT_TRANSITIONS, SupplementState
from document_relay.events import SupplementChanged
from document_relay.store.folder import Folder, Tools, check_transition
from document_relay.store.supplement_reading import SupplementWords, case_of, record, sealed_words, words_of
from document_relay.store.supplement_tables import SupplementRow
from document_relay.store.tables import MaterialRow, PageRow
from document_relay.supplement_errors import NoSuchSupplement
from foundation.database import WriteSession


class SupplementFolder:
    """A supplement inside a write transaction, in which its case is locked."""

    def __init__(self, session: WriteSession, folder: Folder, row: SupplementRow) -> None:
        self._session = session
        self.case = folder
        self.row = row

    @classmethod
    async def open(cls, tools: Tools, session: WriteSession, supplement_id: str) -> SupplementFolder:
        """Locks the case; raises `NoSuchSupplement`, `NoSuchCase`, `CaseDestroyed`."""
        folder = await Folder.open(tools, session, await case_of(session, supplement_id))
        row = await session.get(SupplementRow, supplement_id, populate_existing=True)
        if row is None:
            raise NoSuchSupplement
        return cls(session, folder, row)

    def words(self) -> SupplementWords:
        """What is sealed."""
        return words_of(self.row, self.case.key)

    def change_words(self, words: SupplementWords) -> None:
        """Changes it."""
        self.row.words = sealed_words(words, self.row.id, self.case.key)

    def move(self, wanted: SupplementState) -> None:
        """Moves the supplement; raises `WrongCaseState`."""
        check_transition(SUPPLEMENT_TRANSITIONS, SupplementState(self.row.state), wanted)
        self.row.state = wanted

    async def open_materials(self) -> list[MaterialRow]:
        """The materials that are asked for, in the order of the list."""
        return [await self.case.one(MaterialRow, one.material_id) for one in self.words().missing if one.open]

    async def lacking(self) -> list[MaterialRow]:
        """Those of them of which nothing has come since they were asked for."""
        came = select(PageRow.material_id).where(
            PageRow.case_id == self.row.case_id, PageRow.replaced.is_(False), PageRow.delivered_at >= self.row.since
        )
        known = set(await self._session.scalars(came))
        return [one for one in await self.open_materials() if one.id not in known]

    async def log(self, who: tuple[str, str], act: str, **details: str) -> None:
        """Adds the entry to the case's chain, with the hash of the record as it is now."""
        said = {FIELD: kept([record(self.row, self.case.key)])}
        event = SupplementChanged(case_id=self.row.case_id, act=act, asked_by=self.row.asked_by)
        await self.case.log(who, act, event, **said, **details)
