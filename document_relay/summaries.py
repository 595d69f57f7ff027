"""The summary of a visit: one sealed paper of what was dealt with and what was agreed, for who came."""

from __future__ import annotations

import msgspec

from directory.principal import Principal
from document_relay.access import may_serve
from document_relay.case_core.wording import Words
from document_relay.case_files import who_acts
from document_relay.documents import Archive, Documents, Made
from document_relay.events import DocumentMade
from document_relay.records import Case
from document_relay.signing.authority import SigningAuthority
from document_relay.signing.seal import Seal
from document_relay.store.folder import Folder, Tools
from document_relay.store.tables import DocumentRow
from document_relay.typesetting.papers import Papers
from foundation.database import Database, WriteSession

_TITLE = {"title_zh": "办事小结", "title_en": "Summary of the visit"}


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a visit, in both languages, and what was agreed, in the clerk's words."""

    outcome: Words
    agreed: str


class Summaries:
    """Makes the summaries of visits."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        documents: Documents,
        archive: Archive,
        means: tuple[Papers, SigningAuthority],
    ) -> None:
        self._database = database
        self._tools = tools
        self._documents = documents
        self._archive = archive
        self._papers, self._authority = means

    async def require(self, principal: Principal, case_id: str, agreed: str) -> None:
        """Raises what `make` would refuse, before the visit is ended.

        Raises `NoSuchCase`, `CaseDestroyed`, `NotYourCase`, `CharactersNotPrintable`.
        """
        self._tools.fonts.require(agreed)
        may_serve(principal, (await self._read(case_id)).file)

    async def make(self, principal: Principal, case_id: str, summary: Summary) -> str:
        """Seals the summary in the clerk's name and keeps it in the case; returns the document's id.

        Raises NoSuchCase, NotYourCase, CharactersNotPrintable, imaging's refusals; DiskFull when nothing is left.
        """
        self._tools.fonts.require(summary.agreed)
        case = await self._read(case_id)
        may_serve(principal, case.file)
        now = self._tools.clock.now()
        said = (summary.outcome, summary.agreed.strip())
        paper = await self._archive.set_paper(self._papers.summary(case, principal.name, said, now))
        reason = f"{case.file.number} {_TITLE['title_zh']}"
        seal = Seal(name=principal.name, reason=reason, location=case.file.site_zh, at=now)
        pdf = await self._archive.sealed(self._authority, paper.pdf, seal)

        async def told(_session: WriteSession, folder: Folder, row: DocumentRow) -> None:
            may_serve(principal, folder.record())
            event = DocumentMade(case_id=case_id, document_id=row.id)
            fields = {"agreed": said[1], "sha256": row.sha256}
            await folder.log(who_acts(principal), "visit_summarised", event, **fields)

        return await self._documents.join_sealed(
            case.file, Made(kind="summary", pdf=pdf, field=None, **_TITLE), now, told
        )

    async def _read(self, case_id: str) -> Case:
        async with self._database.read() as session:
            return await self._tools.reader.whole(session, case_id)
