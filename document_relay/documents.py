"""Documents of a case: forms, receipts and notices that the service sets, and PDFs that the clerk brings."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext
from datetime import datetime
from functools import partial
from typing import Literal

import msgspec

from directory.principal import Principal
from document_relay.access import may_decide, may_serve, may_work
from document_relay.case_access import CaseAccess
from document_relay.case_core.acting import ActingFormKind
from document_relay.case_core.lives import CaseState, DocumentState
from document_relay.case_core.wording import OUTCOMES
from document_relay.case_files import SYSTEM
from document_relay.disk_budget import DiskBudget, Use
from document_relay.errors import DiskFull, NoSuchDocument, NoSuchPage
from document_relay.events import CaseClosed, CaseDecided, DocumentMade
from document_relay.mandate_rules import covering, require_mandate
from document_relay.ports import PaperReader
from document_relay.quotas import Stored, check_case
from document_relay.records import Case, CaseBytes, CaseRecord, DocumentRecord
from document_relay.signing.authority import SigningAuthority, sign_prepared
from document_relay.signing.seal import Seal, SignatureAppearance
from document_relay.store.folder import Folder, Tools
from document_relay.store.hand_on import HandOnFolder, may_decide_handed_on
from document_relay.store.joint_reading import require_none_stands
from document_relay.store.keyring import CaseBlobs
from document_relay.store.supplement_reading import require_no_supplement
from document_relay.store.tables import DocumentRow
from document_relay.typesetting.paper import Field, Paper, SetPaper
from document_relay.typesetting.papers import Papers
from foundation.database import Database, WriteSession
from foundation.errors import Refusal

Kind = Literal["form", "uploaded", "notice", "receipt", "summary", "answer", "mandate", ActingFormKind]
Change = Callable[[WriteSession, Folder, DocumentRow], Awaitable[None]]
_DPI = 110
_MOST_FOREIGN_PAGES = 40
_MOST_OWN_PAGES = 200


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A document before it joins its case."""

    kind: Kind
    title_zh: str
    title_en: str
    pdf: bytes
    field: Field | None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """How a case is decided, and what the applicant is told."""

    outcome: Literal["approved", "supplement", "refused"]
    notice: str
    notice_en: str = ""
    """The same for who reads English; it stands beside the Chinese text, which is the one that holds."""


class Archive:
    """A case's documents as blobs: the PDF, its page pictures, and after sealing the sealed PDF."""

    def __init__(self, tools: Tools, blobs: CaseBlobs, reader: PaperReader, budget: DiskBudget) -> None:
        self._tools = tools
        self._blobs = blobs
        self._reader = reader
        self.budget = budget

    async def store(self, file: CaseRecord, document_id: str, pdf: bytes, *, sealed: bool) -> tuple[list[str], int]:
        """Stores the PDF and pictures of its pages as readers show them; the pictures' SHA-256, and all the bytes.

        What is sealed ends a matter that is under way, and is stored in any room. Raises `DiskFull`.
        """
        pages = await self._reader.pdf_pages(pdf, _DPI, _MOST_OWN_PAGES)
        size = len(pdf) + sum(map(len, pages))
        async with nullcontext() if sealed else self.budget.hold(Use.PAPERS, size):
            try:
                await self._put_all(file, _name(document_id, sealed=sealed), pdf, pages)
            except DiskFull:
                await self.remove(file, document_id, len(pages), sealed=sealed)
                raise
        return [hashlib.sha256(page).hexdigest() for page in pages], size

    async def _put_all(self, file: CaseRecord, name: str, pdf: bytes, pages: Sequence[bytes]) -> None:
        for number, picture in enumerate(pages, 1):
            await self.put(file, f"{name}/{number}.jpg", picture)
        await self.put(file, f"{name}.pdf", pdf)

    async def remove(self, file: CaseRecord, document_id: str, pages: int, *, sealed: bool) -> None:
        """Removes what `store` stored."""
        name = _name(document_id, sealed=sealed)
        for piece in (f"{name}.pdf", *(f"{name}/{number}.jpg" for number in range(1, pages + 1))):
            await self._blobs.delete(file.id, piece)

    async def set_paper(self, paper: Paper) -> SetPaper:
        """A paper of ours as PDF; raises imaging's refusals."""
        return await self._reader.set_paper(paper)

    async def taken_in(self, data: bytes, sheet: Paper) -> tuple[bytes, Field]:
        """A stranger's PDF with the sheet behind it, and the place of the sheet's signature field in the whole.

        Raises imaging's refusals.
        """
        last = await self._reader.set_paper(sheet)
        assert last.field is not None
        taken = await self._reader.take_in_pdf(data, last.pdf, _MOST_FOREIGN_PAGES)
        return taken.data, [last.field[0] + taken.pages, *last.field[1:]]

    async def sealed(
        self, authority: SigningAuthority, pdf: bytes, seal: Seal, appearance: SignatureAppearance | None = None
    ) -> bytes:
        """The PDF with a certifying signature that allows no change, drawn where `appearance` says, else invisible.

        Raises imaging's refusals.
        """
        prepared = await self._reader.prepare_seal(pdf, seal, appearance)
        return await asyncio.to_thread(sign_prepared, authority, pdf, prepared, seal.at)

    async def pdf(self, file: CaseRecord, document: DocumentRecord, *, sealed: bool | None = None) -> bytes:
        """The document as PDF; the sealed one once it is sealed, unless `sealed` says which."""
        return await self.get(file, f"{_name(document.id, sealed=_which(document, sealed))}.pdf")

    async def picture(self, file: CaseRecord, document: DocumentRecord, number: int) -> bytes:
        """The picture of page `number`, from 1, as JPEG; raises `NoSuchPage`."""
        if not 1 <= number <= len(document.page_hashes):
            raise NoSuchPage
        return await self.get(file, f"{_name(document.id, sealed=_which(document, None))}/{number}.jpg")

    async def bound(self, file: CaseRecord, cover: bytes, page_ids: list[str]) -> bytes:
        """The cover and behind it the pages of materials; raises imaging's refusals."""
        pictures = [await self.get(file, f"pages/{page_id}.jpg") for page_id in page_ids]
        return await self._reader.bind_pictures(cover, pictures)

    async def put(self, file: CaseRecord, name: str, data: bytes) -> None:
        """Stores a piece of the case; raises `DiskFull`."""
        await self._blobs.put(self._tools.reader.key_of(file), file.id, name, data)

    async def forget(self, file: CaseRecord, name: str) -> None:
        """Removes a piece of the case."""
        await self._blobs.delete(file.id, name)

    async def get(self, file: CaseRecord, name: str) -> bytes:
        """A piece of the case; raises `BlobMissing`."""
        return await self._blobs.get(self._tools.reader.key_of(file), file.id, name)


class Documents:
    """Makes, stores and shows the documents of cases."""

    def __init__(
        self, database: Database, tools: Tools, archive: Archive, papers: Papers, authority: SigningAuthority
    ) -> None:
        self._database = database
        self._tools = tools
        self._archive = archive
        self._papers = papers
        self._authority = authority
        self._access = CaseAccess(database, tools)

    async def make_form(self, principal: Principal, case_id: str) -> str:
        """Sets the item's application form from the case and returns the document's id.

        Raises NoSuchCase, NotYourCase, WrongCaseState, CaseFull, DiskFull.
        """
        case = await self.made_for(principal, case_id, 0)
        form = await self._archive.set_paper(self._papers.form(case, self._tools.clock.now()))
        title = {"title_zh": f"{case.file.item_zh}申请表", "title_en": f"Application form: {case.file.item_en}"}
        return await self.join(principal, case, Made(kind="form", pdf=form.pdf, field=form.field, **title))

    async def make_receipt(self, principal: Principal, case_id: str) -> str:
        """Sets the receipt for the papers delivered so far.

        Raises NoSuchCase, NotYourCase, WrongCaseState, CaseFull, DiskFull; MandateNeeded, MandateEnded and
        MandateDoesNotCover where somebody receives it for the applicant.
        """
        case = await self.made_for(principal, case_id, 0)
        if case.file.acting:
            covering(case.mandates, "receive", self._tools.clock.now())
        receipt = await self._archive.set_paper(self._papers.receipt(case, self._tools.clock.now()))
        made = Made(kind="receipt", title_zh="收件回执", title_en="Receipt", pdf=receipt.pdf, field=None)

        async def received(session: WriteSession, folder: Folder, _row: DocumentRow) -> None:
            # Asked again now that the case is locked: it may have been revoked while the receipt was set.
            await require_mandate(session, folder, "receive", self._tools.clock.now())

        return await self.join(principal, case, made, received)

    async def upload_pdf(self, principal: Principal, case_id: str, title: str, data: bytes) -> str:
        """Takes a clerk's PDF in without its active content, adds a page to sign, and returns the document's id.

        Raises imaging's PdfDamaged, PdfEncrypted, PdfSigned, PdfTextNotShown, PdfTooManyPages, PdfTooHeavy,
        FileTooCostly; NoSuchCase, NotYourCase, WrongCaseState, CharactersNotPrintable, CaseFull, DiskFull.
        """
        case = await self.made_for(principal, case_id, len(data))
        self._tools.fonts.require(title)
        sheet = self._papers.signature_sheet(case, title, self._tools.clock.now())
        pdf, field = await self._archive.taken_in(data, sheet)
        made = Made(kind="uploaded", title_zh=title, title_en=title, pdf=pdf, field=field)
        return await self.join(principal, case, made)

    async def decide(self, principal: Principal, case_id: str, decision: Decision) -> str:
        """Decides the case and seals the notice for the applicant; returns the notice's document id.

        A case whose visit is over is closed with it: nobody is there any more to leave.

        Where somebody acts for the applicant, it is approved under a mandate in force that lets them receive it.
        One that is handed on is decided by who took it, or by who handed it on once it was returned.

        Raises NoSuchCase, NotYourCase, WrongCaseState, JointAcceptanceStands, HandOnStands, MandateNeeded,
        MandateEnded, MandateDoesNotCover, CharactersNotPrintable; DiskFull when nothing at all is left.
        """
        case = await self._served(principal, case_id)
        may_decide(principal, case.file)
        may_decide_handed_on(principal, case.hand_on)
        self._tools.fonts.require(decision.notice)
        self._tools.fonts.require(decision.notice_en)
        now = self._tools.clock.now()
        decided = msgspec.structs.replace(
            case.file, outcome=decision.outcome, decided_by=principal.name, decided_at=now
        )
        whole = msgspec.structs.replace(case, file=decided)
        notice = await self._archive.set_paper(self._papers.notice(whole, (decision.notice, decision.notice_en), now))
        seal = Seal(
            name=principal.name,
            reason=f"{case.file.number} {OUTCOMES[decision.outcome][0]}",
            location=case.file.site_zh,
            at=now,
        )
        sealed = await self._archive.sealed(self._authority, notice.pdf, seal)
        return await self._join_notice(principal, decided, decision, sealed)

    async def pdf(self, principal: Principal, document_id: str) -> CaseBytes:
        """The document as PDF, sealed once it is sealed; raises NoSuchDocument, NotYourCase, ReasonNeeded."""
        case, document = await self.find(document_id)
        await self._access.require(principal, case.file)
        return CaseBytes(case.file.id, await self._archive.pdf(case.file, document))

    async def case_pdf(self, principal: Principal, case_id: str) -> bytes:
        """The whole case on paper: a cover sheet, then every page that counts, its JPEG bytes untouched.

        Raises NoSuchCase, NotYourCase, ReasonNeeded, imaging's refusals.
        """
        async with self._database.read() as session:
            case = await self._tools.reader.whole(session, case_id)
        await self._access.require(principal, case.file)
        cover = await self._archive.set_paper(self._papers.cover(case, self._tools.clock.now()))
        pages = [page for material in case.materials for page in case.pages_of(material.id)]
        return await self._archive.bound(case.file, cover.pdf, [page.id for page in pages])

    async def page_picture(self, principal: Principal, document_id: str, number: int) -> CaseBytes:
        """The picture of page `number`, from 1, as JPEG; raises NoSuchDocument, NoSuchPage, and as `pdf`."""
        case, document = await self.find(document_id)
        await self._access.require(principal, case.file)
        return CaseBytes(case.file.id, await self._archive.picture(case.file, document, number))

    async def find(self, document_id: str) -> tuple[Case, DocumentRecord]:
        """The document and its whole case; raises `NoSuchDocument`."""
        async with self._database.read() as session:
            case_id = await self._tools.reader.case_of(session, DocumentRow, document_id)
            if case_id is None:
                raise NoSuchDocument
            case = await self._tools.reader.whole(session, case_id)
        return case, case.document(document_id)

    async def _served(self, principal: Principal, case_id: str) -> Case:
        async with self._database.read() as session:
            case = await self._tools.reader.whole(session, case_id)
        may_work(principal, case.file)
        return case

    async def made_for(self, principal: Principal, case_id: str, size: int) -> Case:
        """The case that a document of about this size is made for, before the effort; raises `DiskFull`."""
        case = await self._served(principal, case_id)
        await self._archive.budget.require(Use.PAPERS, size)
        return case

    async def join(self, principal: Principal, case: Case, made: Made, change: Change | None = None) -> str:
        """Stores a paper that is to be signed, or handed out, and returns its id.

        `change` is done in the transaction in which it joins its case; what that refuses leaves nothing behind. Raises
        `NotYourCase`, `WrongCaseState`, `CaseFull`, `DiskFull`.
        """
        document_id = self._tools.identifiers.new()
        hashes, size = await self._archive.store(case.file, document_id, made.pdf, sealed=False)
        remove = partial(self._archive.remove, case.file, document_id, len(hashes), sealed=False)
        async with self._kept(document_id, remove), self._database.write() as session:
            folder = await Folder.open(self._tools, session, case.file.id)
            may_serve(principal, folder.record())
            folder.require_open()
            more = Stored(bytes=size, pieces=1)
            check_case(self._archive.budget.quotas, folder.stored(), more)
            folder.keep(more)
            row = self._row(folder, document_id, made, hashes)
            folder.add(row)
            event = DocumentMade(case_id=case.file.id, document_id=document_id)
            act = "document_uploaded" if made.kind == "uploaded" else "document_made"
            sha256 = hashlib.sha256(made.pdf).hexdigest()
            await folder.log((principal.person_id, principal.name), act, event, title=made.title_zh, sha256=sha256)
            if change is not None:
                await change(session, folder, row)
        return document_id

    async def join_sealed(self, file: CaseRecord, made: Made, at: datetime, change: Change) -> str:
        """Stores a paper that was sealed as it was made, and returns its id.

        `change` is done in the transaction in which it joins its case; what that refuses leaves nothing behind.
        """
        document_id = self._tools.identifiers.new()
        hashes, size = await self._archive.store(file, document_id, made.pdf, sealed=True)
        remove = partial(self._archive.remove, file, document_id, len(hashes), sealed=True)
        async with self._kept(document_id, remove), self._database.write() as session:
            folder = await Folder.open(self._tools, session, file.id)
            # Whatever the limits say: a full case must not stay undecided.
            folder.keep(Stored(bytes=size, pieces=1))
            row = self._row(folder, document_id, made, hashes)
            row.sealed_at = at
            folder.move_document(row, DocumentState.SEALED)
            folder.add(row)
            await change(session, folder, row)
        return document_id

    async def _join_notice(self, principal: Principal, file: CaseRecord, decision: Decision, pdf: bytes) -> str:
        async def decided(session: WriteSession, folder: Folder, row: DocumentRow) -> None:
            may_decide(principal, folder.record())
            if decision.outcome == "approved":
                await require_mandate(session, folder, "receive", self._tools.clock.now())
            await require_none_stands(session, file.id)
            hand_on = await HandOnFolder.of(session, folder)
            may_decide_handed_on(principal, None if hand_on is None else hand_on.record())
            await require_no_supplement(session, file.id)
            folder.move(CaseState.DECIDED)
            folder.row.outcome, folder.row.notice_document_id = decision.outcome, row.id
            folder.row.decided_by, folder.row.decided_at = principal.name, file.decided_at
            folder.change_private(notice=decision.notice, notice_en=decision.notice_en)
            event = CaseDecided(case_id=file.id, outcome=decision.outcome)
            words = {"outcome": OUTCOMES[decision.outcome][0], "notice": decision.notice, "sha256": row.sha256}
            if decision.notice_en:
                words["notice_en"] = decision.notice_en
            await folder.log((principal.person_id, principal.name), "case_decided", event, **words)
            if hand_on is not None:
                await hand_on.decided((principal.person_id, principal.name))
            if folder.row.left_at is not None:
                folder.move(CaseState.CLOSED)
                await folder.log(SYSTEM, "case_closed", CaseClosed(case_id=file.id, worker_id=folder.row.worker_id))

        title = {"title_zh": "办理结果通知书", "title_en": "Notice of decision"}
        assert file.decided_at is not None
        return await self.join_sealed(file, Made(kind="notice", pdf=pdf, field=None, **title), file.decided_at, decided)

    @asynccontextmanager
    async def _kept(self, document_id: str, remove: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
        """Has what was stored removed when the block is refused and the document has not joined its case."""
        try:
            yield
        except Refusal:
            async with self._database.read() as session:
                joined = await self._tools.reader.case_of(session, DocumentRow, document_id)
            if joined is None:
                await remove()
            raise

    def _row(self, folder: Folder, document_id: str, made: Made, hashes: list[str]) -> DocumentRow:
        return DocumentRow(
            id=document_id,
            case_id=folder.row.id,
            kind=made.kind,
            state=DocumentState.DRAFT,
            titles=folder.key.seal((made.title_zh, made.title_en), f"titles {document_id}"),
            sha256=hashlib.sha256(made.pdf).hexdigest(),
            page_hashes=hashes,
            field=made.field,
            made_at=self._tools.clock.now(),
            signed_by=None,
            sealed_at=None,
        )


def _which(document: DocumentRecord, sealed: bool | None) -> bool:
    return document.state is DocumentState.SEALED if sealed is None else sealed


def _name(document_id: str, *, sealed: bool) -> str:
    return f"documents/{document_id}{'.sealed' if sealed else ''}"
