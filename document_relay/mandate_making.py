"""How a drafted mandate comes into force: signed in the call, shown as paper, or made in an earlier case."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import msgspec

from directory.principal import Principal
from document_relay.access import may_work
from document_relay.case_core import mandates as acts
from document_relay.case_core.lives import DocumentState
from document_relay.case_core.mandates import MandateState
from document_relay.case_files import who_acts
from document_relay.document_signing import Signing
from document_relay.documents import Archive, Documents, Made
from document_relay.errors import NoSuchPage, WrongCaseState
from document_relay.mandate_errors import NoSuchMandate, NotThePaper
from document_relay.mandate_records import MandateRecord
from document_relay.mandates import Mandates, begin, give_up_paper
from document_relay.records import Case
from document_relay.signing.authority import SigningAuthority
from document_relay.signing.seal import Seal
from document_relay.store.folder import Folder, Tools
from document_relay.store.mandate_folder import MandateFolder
from document_relay.store.tables import DocumentRow
from document_relay.typesetting.mandate_papers import mandate_from_before, mandate_on_paper, mandate_to_sign
from document_relay.typesetting.paper import Paper
from document_relay.typesetting.papers import Papers
from foundation.database import Database, ReadSession, WriteSession, take_turn

Begun = Callable[[WriteSession, MandateFolder, DocumentRow], Awaitable[None]]


class MandateMaking:
    """Has mandates signed, accepted and confirmed."""

    def __init__(
        self,
        database: Database,
        tools: Tools,
        mandates: Mandates,
        signing: tuple[Documents, Archive, Signing],
        means: tuple[Papers, SigningAuthority],
    ) -> None:
        self._database = database
        self._tools = tools
        self._mandates = mandates
        self._documents, self._archive, self._signing = signing
        self._papers, self._authority = means

    async def ask_to_sign(self, principal: Principal, mandate_id: str) -> str:
        """Sets a drafted mandate and asks for the principal's signature; the document's id. Once sealed it is in force.

        Raises `NoSuchMandate`, `NotYourCase`, `WrongCaseState`, `CaseFull`, `DiskFull`.
        """
        case, mandate = await self._drafted(principal, mandate_id)
        document_id = mandate.document_id
        if document_id is None:
            now = self._tools.clock.now()
            made = await self._archive.set_paper(mandate_to_sign(self._papers, case, mandate, now))

            async def joined(session: WriteSession, folder: Folder, row: DocumentRow) -> None:
                mandates = await MandateFolder.of(session, folder)
                drafted = mandates.one(mandate_id)
                _require_draft(drafted.state)
                drafted.document_id = row.id
                await mandates.log(who_acts(principal), acts.ASKED, drafted)

            document_id = await self._documents.join(
                principal, case, Made(kind="mandate", pdf=made.pdf, field=made.field, **_titles(mandate)), joined
            )
        state = (await self._documents.find(document_id))[1].state
        if state in (DocumentState.DRAFT, DocumentState.DECLINED):
            await self._signing.push(principal, document_id)
        return document_id

    async def accept_paper(self, principal: Principal, mandate_id: str, page_id: str) -> str:
        """Accepts as the clerk the mandate that a page of the case shows; the id of the sealed record of it.

        Raises `NotThePaper`, `NoSuchMandate`, `NotYourCase`, `WrongCaseState`; `DiskFull` when nothing is left.
        """
        case, mandate = await self._drafted(principal, mandate_id)
        try:
            page = case.page(page_id)
        except NoSuchPage as missing:
            raise NotThePaper from missing
        if page.replaced:
            raise NotThePaper
        by = (principal.name, self._tools.clock.now())
        paper = mandate_on_paper(self._papers, case, mandate, page, by)

        async def accepted(_session: WriteSession, folder: MandateFolder, document: DocumentRow) -> None:
            row = folder.one(mandate_id)
            begin(folder, row, "paper", by[1])
            await give_up_paper(folder, row.document_id, who_acts(principal))
            row.document_id, row.page_id = document.id, page_id
            await folder.log(who_acts(principal), acts.ACCEPTED, row, sha256=document.sha256, page=page_id)

        return await self._sealed(principal, case, (mandate, paper), accepted)

    async def confirm_former(self, principal: Principal, mandate_id: str, former_id: str) -> str:
        """Confirms as the clerk that a mandate of an earlier case holds in this one, as it was made; as `accept_paper`.

        Raises `NoSuchMandate` where it does not: another item, principal or person, ended, or revoked.
        """
        case, draft = await self._drafted(principal, mandate_id)
        async with self._database.read() as session:
            former = await self._former(session, case, draft, former_id)
        taken = _as(draft, former)
        by = (principal.name, self._tools.clock.now())
        paper = mandate_from_before(self._papers, case, taken, former, by)

        async def confirmed(session: WriteSession, folder: MandateFolder, document: DocumentRow) -> None:
            await take_turn(session, f"mandate {former.id}")
            await self._former(session, case, draft, former_id)
            row = folder.one(mandate_id)
            begin(folder, row, "former", by[1])
            await give_up_paper(folder, row.document_id, who_acts(principal))
            row.root_id, row.document_id = former.id, document.id
            row.scope, row.until, row.ends_at = list(former.scope), former.until, former.ends_at
            said = {"former": former.number, "sha256": document.sha256}
            await folder.log(who_acts(principal), acts.CONFIRMED, row, **said)

        return await self._sealed(principal, case, (taken, paper), confirmed)

    async def _drafted(self, principal: Principal, mandate_id: str) -> tuple[Case, MandateRecord]:
        case_id = await self._mandates.place(mandate_id)
        async with self._database.read() as session:
            case = await self._tools.reader.whole(session, case_id)
        may_work(principal, case.file)
        mandate = case.mandate(mandate_id)
        _require_draft(mandate.state)
        return case, mandate

    async def _former(self, session: ReadSession, case: Case, draft: MandateRecord, former_id: str) -> MandateRecord:
        found = await self._mandates.former_of(session, case.file.id, draft)
        for one in found:
            if one.mandate.id == former_id:
                return one.mandate
        raise NoSuchMandate

    async def _sealed(self, principal: Principal, case: Case, made: tuple[MandateRecord, Paper], begun: Begun) -> str:
        mandate, paper = made
        at = paper.made_at
        pdf = (await self._archive.set_paper(paper)).pdf
        reason = f"案卷 {case.file.number} 委托书 {mandate.number}：{mandate.actor_name} 代 {mandate.principal_name}"
        seal = Seal(name=principal.name, reason=reason, location=case.file.site_zh, at=at)
        sealed = await self._archive.sealed(self._authority, pdf, seal)
        forgotten: list[str] = []

        async def joined(session: WriteSession, folder: Folder, row: DocumentRow) -> None:
            may_work(principal, folder.record())
            mandates = await MandateFolder.of(session, folder)
            await begun(session, mandates, row)
            forgotten.extend(mandates.forgotten)

        document_id = await self._documents.join_sealed(
            case.file, Made(kind="mandate", pdf=sealed, field=None, **_titles(mandate)), at, joined
        )
        for name in forgotten:
            await self._archive.forget(case.file, name)
        return document_id


def _require_draft(state: str) -> None:
    if state != MandateState.DRAFTED:
        raise WrongCaseState(former=state, wanted=MandateState.IN_FORCE)


def _as(draft: MandateRecord, former: MandateRecord) -> MandateRecord:
    """The draft with the scope and the period of the one that was made before."""
    return msgspec.structs.replace(draft, scope=former.scope, until=former.until, ends_at=former.ends_at)


def _titles(mandate: MandateRecord) -> dict[str, str]:
    return {"title_zh": f"委托书 {mandate.number}", "title_en": f"Mandate {mandate.number}"}
