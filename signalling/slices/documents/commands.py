"""How the documents of a case are made, signed and decided upon."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.principal import Permission, Principal
from document_relay.documents import Decision
from document_relay.errors import CaseDamaged, CharactersNotPrintable, NoSuchDocument
from document_relay.hand_on_errors import HandOnStands
from document_relay.joint_errors import JointAcceptanceStands
from document_relay.mandate_errors import NotThisFormNow
from document_relay.supplement_errors import SupplementStands
from foundation.errors import NotFound
from signalling.slices.documents.messages import (
    DecideCase,
    DeclineSignature,
    DocumentMade,
    MakeForm,
    MakeReceipt,
    RefuseMark,
    RequestSignature,
    ShowDocument,
    WitnessMark,
)
from signalling.slices.documents.parts import Parts
from signalling.transport.declared_refusals import ACTING, CASE_CHANGED, PAPER_KEPT, PAPER_MADE, STORED, Refusals
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def make_form(parts: Parts, principal: Principal, command: MakeForm) -> DocumentMade:
    """Makes the item's application form."""
    return DocumentMade(document_id=await parts.documents.make_form(principal, command.case_id))


async def make_receipt(parts: Parts, principal: Principal, command: MakeReceipt) -> DocumentMade:
    """Makes the receipt for the papers delivered so far."""
    return DocumentMade(document_id=await parts.documents.make_receipt(principal, command.case_id))


async def request_signature(parts: Parts, principal: Principal, command: RequestSignature) -> None:
    """Pushes a document to the point to be signed."""
    await parts.signing.push(principal, command.document_id)


async def show_document(parts: Parts, principal: Principal, command: ShowDocument) -> None:
    """Says that the document is on the point's screen."""
    await parts.signing.show(principal, command.document_id)


async def decline_signature(parts: Parts, principal: Principal, command: DeclineSignature) -> None:
    """Says that the resident does not sign."""
    await parts.signing.decline(principal, command.document_id, command.reason)


async def witness_mark(parts: Parts, principal: Principal, command: WitnessMark) -> None:
    """Confirms the resident's mark as its witness."""
    await parts.signing.witness(principal, command.document_id)


async def refuse_mark(parts: Parts, principal: Principal, command: RefuseMark) -> None:
    """Has the resident sign again."""
    await parts.signing.refuse_mark(principal, command.document_id)


async def decide_case(parts: Parts, principal: Principal, command: DecideCase) -> DocumentMade:
    """Decides the case and makes the notice."""
    decision = Decision(outcome=command.outcome, notice=command.notice, notice_en=command.notice_en)
    return DocumentMade(document_id=await parts.documents.decide(principal, command.case_id, decision))


_DOCUMENT: Refusals = CASE_CHANGED | {CaseDamaged, NoSuchDocument, NotFound}
_SIGNED = _DOCUMENT | ACTING | {NotThisFormNow}
_MADE = PAPER_KEPT | {NotFound}
_WITNESSED = PAPER_MADE | STORED | ACTING | {NoSuchDocument, NotFound, NotThisFormNow}
_DECIDED = PAPER_MADE | ACTING | {CharactersNotPrintable, HandOnStands, JointAcceptanceStands, SupplementStands}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        MakeForm: CommandRow(Permission.SERVE, make_form, _MADE, result=DocumentMade),
        MakeReceipt: CommandRow(Permission.SERVE, make_receipt, _MADE | ACTING, result=DocumentMade),
        RequestSignature: CommandRow(Permission.SERVE, request_signature, _SIGNED),
        ShowDocument: CommandRow(Permission.SHOW_PAPERS, show_document, _SIGNED),
        DeclineSignature: CommandRow(Permission.SHOW_PAPERS, decline_signature, _DOCUMENT),
        WitnessMark: CommandRow(Permission.SERVE, witness_mark, _WITNESSED),
        RefuseMark: CommandRow(Permission.SERVE, refuse_mark, _DOCUMENT),
        DecideCase: CommandRow(Permission.DECIDE, decide_case, _DECIDED, result=DocumentMade),
    }
)
