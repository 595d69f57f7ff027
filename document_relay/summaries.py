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

_SUMMARISED = "visit_summarised"
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

    async def make(self, principal: Principal, case_id: str, summary: Summary) -> str:
        """Seals the summary in the clerk's name and keeps it in the case; returns the document's id.

        Asked for again, as after a link that broke, it is the one that was made.

        Raises NoSuchCase, NotYourCase, CharactersNotPrintable, imaging's refusals; DiskFull when nothing is left.
        """
        self._tools.fonts.require(summary.agreed)
        case = await self._read(case_id)
        may_serve(principal, case.file)
        said = (summary.outcome, summary.agreed.strip())
        if (former := _made(case, summary)) is not None:
            return former
        now = self._tools.clock.now()
        paper = await self._archive.set_paper(self._papers.summary(case, principal.name, said, now))
        reason = f"{case.file.number} {_TITLE['title_zh']}"
        seal = Seal(name=principal.name, reason=reason, location=case.file.site_zh, at=now)
        pdf = await self._archive.sealed(self._authority, paper.pdf, seal)

        async def told(_session: WriteSession, folder: Folder, row: DocumentRow) -> None:
            may_serve(principal, folder.record())
            event = DocumentMade(case_id=case_id, document_id=row.id)
            words = _words(summary) | {"document": row.id, "sha256": row.sha256}
            await folder.log(who_acts(principal), _SUMMARISED, event, **words)

        return await self._documents.join_sealed(
            case.file, Made(kind="summary", pdf=pdf, field=None, **_TITLE), now, told
        )

    async def _read(self, case_id: str) -> Case:
        async with self._database.read() as session:
            return await self._tools.reader.whole(session, case_id)


def _words(summary: Summary) -> dict[str, str]:
    return {"outcome": summary.outcome[0], "agreed": summary.agreed.strip()}


def _made(case: Case, summary: Summary) -> str | None:
    """The paper of this case that says the same."""
    words = _words(summary)
    made = (one for one in case.history if one.act == _SUMMARISED and words.items() <= one.details.items())
    return next((one.details["document"] for one in made), None)
