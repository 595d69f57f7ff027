"""A document's way to its signature: pushed by the clerk, shown at the point, signed by the resident, sealed.

Who cannot write makes a mark: it counts once the clerk, who has seen it made, confirms it as the witness.

The pages are shown as pictures whose hashes the point sends back with the strokes; other hashes are refused, so what
was seen is what is sealed.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import msgspec

from directory.principal import Principal
from document_relay.access import may_serve, may_show
from document_relay.acting_continuing import continued, require_waited_for
from document_relay.case_core.lives import DocumentState
from document_relay.case_core.strokes import NoSignature, Problem, Strokes, check, check_mark
from document_relay.documents import Archive, Documents
from document_relay.errors import (
    PagesDiffer,
    ScribbleRefused,
    SignatureBroken,
    SignatureOnlyDots,
    SignatureOnlyLine,
    SignatureOutside,
    SignatureTimesWrong,
    SignatureTooLong,
    WrongCaseState,
)
from document_relay.events import (
    DocumentMarked,
    DocumentPushed,
    DocumentSealed,
    DocumentSigned,
    MarkRefused,
    SignatureDeclined,
    SignatureShown,
)
from document_relay.mandate_records import MandateRecord
from document_relay.mandate_rules import require_mandate
from document_relay.mandates import require_drafted, signed_in_call
from document_relay.quotas import Stored
from document_relay.records import Case, CaseBytes, DocumentRecord
from document_relay.signing.authority import SigningAuthority
from document_relay.signing.seal import Seal, SignatureAppearance
from document_relay.store.folder import Folder, Tools
from document_relay.store.signatures import mark_of, signature, unsealed
from document_relay.store.tables import DocumentRow, SignatureRow
from foundation.database import Database, WriteSession

_REFUSED_AS: Mapping[Problem, type[ScribbleRefused]] = MappingProxyType(
    {
        "too_many": SignatureTooLong,
        "too_long": SignatureTooLong,
        "empty_stroke": SignatureBroken,
        "not_finite": SignatureBroken,
        "outside": SignatureOutside,
        "backwards": SignatureTimesWrong,
        "only_dots": SignatureOnlyDots,
        "dot": SignatureOnlyDots,
        "line": SignatureOnlyLine,
    }
)


_HOW: Mapping[str, str] = MappingProxyType({"name": "", "mark": "（不能书写，画押）"})
_DONE: Mapping[str, str] = MappingProxyType({"name": "手写签名", "mark": "不能书写，画押"})


_NOT_BY_ANOTHER = frozenset({"mandate", "continuation"})
"""The kinds of document that the principal signs, and nobody for them."""


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What the point sends: the strokes, and the SHA-256 of each page picture that was shown, in order.

    A mark is made by who cannot write.
    """

    strokes: Strokes
    manner: Literal["name", "mark"] = "name"
    shown_pages: list[str]


class Signing:
    """Has documents signed and seals them."""

    def __init__(
        self, database: Database, tools: Tools, documents: Documents, archive: Archive, authority: SigningAuthority
    ) -> None:
        self._database = database
        self._tools = tools
        self._documents = documents
        self._archive = archive
        self._authority = authority

    async def take_up(self) -> None:
        """Seals what a former process had taken the signature for and not sealed; one that cannot be is set aside."""
        async with self._database.read() as session:
            found = await unsealed(session)
        for signature_id in found:
            try:
                async with self._database.read() as session:
                    row = await signature(session, signature_id)
                await self._seal(row)
            except Exception as error:
                self._database.damaged("signatures", signature_id, error)

    async def push(self, principal: Principal, document_id: str) -> None:
        """Asks for a signature; raises NoSuchDocument, NotYourCase, WrongCaseState, and as `require_mandate`."""
        event = DocumentPushed
        await self._move(principal, document_id, DocumentState.REQUESTED, "document_pushed", event)

    async def show(self, principal: Principal, document_id: str) -> None:
        """Says that the point shows the document; raises as `push`."""
        await self._move(principal, document_id, DocumentState.SHOWN, "signature_shown", SignatureShown)

    async def decline(self, principal: Principal, document_id: str, reason: str) -> None:
        """Says that the resident does not sign; raises NoSuchDocument, NotYourCase, WrongCaseState."""
        event = SignatureDeclined
        await self._move(principal, document_id, DocumentState.DECLINED, "signature_declined", event, reason=reason)

    async def sign(self, principal: Principal, document_id: str, signed: Signed) -> None:
        """Takes the strokes and seals the document with them; a mark waits for the clerk.

        Who signs for the applicant does so under a mandate in force. Raises ScribbleRefused, PagesDiffer,
        NoSuchDocument, NotYourCase, WrongCaseState, MandateNeeded, MandateEnded, MandateDoesNotCover, DiskFull.
        """
        try:
            (check if signed.manner == "name" else check_mark)(signed.strokes)
        except NoSignature as problem:
            raise _REFUSED_AS.get(problem.problem, ScribbleRefused) from problem
        case, document = await self._documents.find(document_id)
        may_show(principal, case.file)
        if signed.shown_pages != document.page_hashes:
            raise PagesDiffer
        taken = await self._take(principal, case, document, signed)
        if signed.manner == "name":
            await self._seal(taken)

    async def mark(self, principal: Principal, document_id: str) -> CaseBytes:
        """The mark that waits for its witness, as the canonical JSON of its strokes.

        Raises NoSuchDocument, NotYourCase, WrongCaseState.
        """
        case, document = await self._documents.find(document_id)
        may_serve(principal, case.file)
        if document.state is not DocumentState.MARKED:
            raise WrongCaseState(former=document.state, wanted=DocumentState.MARKED)
        async with self._database.read() as session:
            row = await mark_of(session, document_id)
        return CaseBytes(case.file.id, await self._archive.get(case.file, f"signatures/{row.id}.json"))

    async def witness(self, principal: Principal, document_id: str) -> None:
        """Confirms as the clerk that the mark was made, and seals the document with it.

        Raises NoSuchDocument, NotYourCase, WrongCaseState, and as `sign` of mandates.
        """
        case, _ = await self._documents.find(document_id)
        async with self._database.write() as session:
            folder, document, taken = await self._marked(session, principal, case, document_id)
            mandate = await self._mandate(session, folder, document)
            folder.move_document(document, DocumentState.SIGNED)
            document.signed_by = folder.key.seal(_signer(case, mandate), f"signer {document_id}")
            taken.mandate_id = mandate.id if mandate else None
            taken.confirmed_id = principal.person_id
            taken.confirmed_name = folder.key.seal(principal.name, f"confirmed {taken.id}")
            event = DocumentSigned(case_id=case.file.id, document_id=document_id)
            details = {"title": folder.title_of(document), "strokes_sha256": taken.strokes_sha256}
            await folder.log((principal.person_id, principal.name), "mark_witnessed", event, **details)
        await self._seal(taken)

    async def refuse_mark(self, principal: Principal, document_id: str) -> None:
        """Does not witness the mark: it is forgotten but for its hash, and made again.

        Raises NoSuchDocument, NotYourCase, WrongCaseState.
        """
        case, _ = await self._documents.find(document_id)
        async with self._database.write() as session:
            folder, document, taken = await self._marked(session, principal, case, document_id)
            folder.move_document(document, DocumentState.REQUESTED)
            await session.delete(taken)
            event = MarkRefused(case_id=case.file.id, document_id=document_id)
            details = {"title": folder.title_of(document), "strokes_sha256": taken.strokes_sha256}
            await folder.log((principal.person_id, principal.name), "mark_refused", event, **details)
        await self._archive.forget(case.file, f"signatures/{taken.id}.json")

    async def _marked(
        self, session: WriteSession, principal: Principal, case: Case, document_id: str
    ) -> tuple[Folder, DocumentRow, SignatureRow]:
        """The document whose mark waits for this clerk, and the mark."""
        folder = await Folder.open(self._tools, session, case.file.id)
        may_serve(principal, folder.record())
        folder.require_open()
        document = await folder.one(DocumentRow, document_id)
        if document.state != DocumentState.MARKED:
            raise WrongCaseState(former=document.state, wanted=DocumentState.MARKED)
        return folder, document, await mark_of(session, document_id)

    async def _take(self, principal: Principal, case: Case, document: DocumentRecord, signed: Signed) -> SignatureRow:
        strokes, is_mark = signed.strokes, signed.manner == "mark"
        # A long signature takes a moment, in which calls go on.
        data = await asyncio.to_thread(strokes.canonical)
        signature_id = self._tools.identifiers.new()
        await self._archive.put(case.file, f"signatures/{signature_id}.json", data)
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case.file.id)
            folder.require_open()
            row = await folder.one(DocumentRow, document.id)
            mandate = await self._mandate(session, folder, row)
            folder.move_document(row, DocumentState.MARKED if is_mark else DocumentState.SIGNED)
            if not is_mark:
                row.signed_by = folder.key.seal(_signer(case, mandate), f"signer {row.id}")
            taken = SignatureRow(
                id=signature_id,
                case_id=case.file.id,
                document_id=document.id,
                strokes_sha256=hashlib.sha256(data).hexdigest(),
                device=strokes.device,
                witness_id=principal.person_id,
                witness_name=folder.key.seal(principal.name, f"witness {signature_id}"),
                signed_at=self._tools.clock.now(),
                manner=signed.manner,
                mandate_id=mandate.id if mandate else None,
            )
            folder.add(taken)
            folder.keep(Stored(bytes=len(data), pieces=0))
            event = (DocumentMarked if is_mark else DocumentSigned)(case_id=case.file.id, document_id=document.id)
            act = "document_marked" if is_mark else "document_signed"
            said = {"strokes_sha256": taken.strokes_sha256, "pages_sha256": " ".join(document.page_hashes)}
            if mandate is not None:
                said["mandate"] = mandate.number
            who = (principal.person_id, principal.name)
            await folder.log(who, act, event, title=folder.title_of(row), signer=_signer(case, mandate), **said)
        return taken

    async def _seal(self, taken: SignatureRow) -> None:
        case, document = await self._documents.find(taken.document_id)
        strokes = await self._archive.get(case.file, f"signatures/{taken.id}.json")
        witness = self._witnesses(case, taken)
        pdf = await self._archive.pdf(case.file, document, sealed=False)
        appearance = _appearance(case, document, taken, (msgspec.json.decode(strokes, type=Strokes), witness))
        statement = _statement(case, document, taken, witness)
        sealed = await self._archive.sealed(self._authority, pdf, statement, appearance)
        _, size = await self._archive.store(case.file, document.id, sealed, sealed=True)
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case.file.id)
            folder.keep(Stored(bytes=size, pieces=0))
            row = await folder.one(DocumentRow, document.id)
            folder.move_document(row, DocumentState.SEALED)
            row.sealed_at = self._tools.clock.now()
            row.sha256 = hashlib.sha256(sealed).hexdigest()
            event = DocumentSealed(case_id=case.file.id, document_id=document.id)
            who = (taken.witness_id, witness)
            await folder.log(who, "document_sealed", event, title=folder.title_of(row), sha256=row.sha256)
            if row.kind in _NOT_BY_ANOTHER:
                takes_hold = signed_in_call if row.kind == "mandate" else continued
                await takes_hold(session, folder, (row.id, row.sha256), who, row.sealed_at)

    async def _mandate(self, session: WriteSession, folder: Folder, row: DocumentRow) -> MandateRecord | None:
        """Under which the document is signed; None where the applicant signs in person."""
        if row.kind == "mandate":
            await require_drafted(session, folder, row.id)
        if row.kind == "continuation":
            await require_waited_for(session, folder, row.id, self._tools.clock.now())
        if row.kind in _NOT_BY_ANOTHER:
            return None
        return await require_mandate(session, folder, "sign", self._tools.clock.now())

    def _witnesses(self, case: Case, taken: SignatureRow) -> str:
        """Who was beside the applicant, and behind them the clerk who witnessed a mark."""
        key = self._tools.reader.key_of(case.file)
        beside = str(key.unseal(taken.witness_name, f"witness {taken.id}"))
        if taken.confirmed_name is None:
            return beside
        return f"{beside}、{key.unseal(taken.confirmed_name, f'confirmed {taken.id}')}"

    async def _move(
        self,
        principal: Principal,
        document_id: str,
        wanted: DocumentState,
        act: str,
        kind: type[DocumentPushed] | type[SignatureShown] | type[SignatureDeclined],
        **details: str,
    ) -> None:
        case, document = await self._documents.find(document_id)
        async with self._database.write() as session:
            folder = await Folder.open(self._tools, session, case.file.id)
            (may_serve if wanted is DocumentState.REQUESTED else may_show)(principal, folder.record())
            folder.require_open()
            row = await folder.one(DocumentRow, document_id)
            if row.field is None:
                raise WrongCaseState(former=row.kind, wanted=wanted)
            if wanted is not DocumentState.DECLINED:
                await self._mandate(session, folder, row)
            folder.move_document(row, wanted)
            event = kind(case_id=case.file.id, document_id=document_id)
            who = (principal.person_id, principal.name)
            await folder.log(who, act, event, title=document.title_zh, **details)


def _signer(case: Case, mandate: MandateRecord | None) -> str:
    """Who signs: the applicant, or who acts for them."""
    return case.file.applicant_name if mandate is None else f"{mandate.actor_name}（代 {mandate.principal_name}）"


def _under(case: Case, taken: SignatureRow) -> MandateRecord | None:
    return None if taken.mandate_id is None else case.mandate(taken.mandate_id)


def _appearance(
    case: Case, document: DocumentRecord, taken: SignatureRow, drawn: tuple[Strokes, str]
) -> SignatureAppearance:
    assert document.field is not None
    strokes, witness = drawn
    mandate = _under(case, taken)
    who = f"申请人 {case.file.applicant_name}"
    if mandate is not None:
        who = f"受托人 {mandate.actor_name}　代 {mandate.principal_name}　委托书 {mandate.number}"
    lines = (
        f"{who}{_HOW[taken.manner]}　见证 {witness}　{case.file.site_zh}",
        f"案卷 {case.file.number}　{taken.signed_at:%Y-%m-%d %H:%M:%S} UTC　笔迹 SHA-256 {taken.strokes_sha256[:24]}…",
    )
    return SignatureAppearance(strokes=strokes, lines=lines, field=document.field)


def _statement(case: Case, document: DocumentRecord, taken: SignatureRow, witness: str) -> Seal:
    """Who, for whom and under which mandate, where, when, and the hash of the strokes and of each page shown."""
    pages = " ".join(document.page_hashes)
    mandate = _under(case, taken)
    name, who, english = case.file.applicant_name, f"申请人 {case.file.applicant_name}", ""
    if mandate is not None:
        name, principal = mandate.actor_name, mandate.principal_name
        who = f"受托人 {name} 依据委托书 {mandate.number} 代 {principal}"
        english = f"signed by {name} for {principal} under mandate {mandate.number}；"
    reason = (
        f"案卷 {case.file.number}《{document.title_zh}》{who} {_DONE[taken.manner]}，"
        f"见证 {witness}；{english}"
        f"strokes sha256 {taken.strokes_sha256}；pages sha256 {pages}"
    )
    return Seal(name=name, reason=reason, location=case.file.site_zh, at=taken.signed_at)
