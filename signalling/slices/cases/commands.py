"""What is done with a case's materials, and at its end."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.principal import Permission, Principal
from document_relay.case_core.lives import CaseState
from document_relay.case_files import Request
from document_relay.errors import (
    CaseDamaged,
    CharactersNotPrintable,
    NoSuchCase,
    NoSuchMaterial,
    NoSuchPage,
    NothingToUndo,
    NotYourCase,
    PagesChanged,
    PagesReviewed,
    ReviewIncomplete,
    WrongCaseState,
)
from document_relay.rejection import Mark, Rejection
from foundation.vault import SealBroken
from scheduler.errors import NoSuchTicket, NotInThisState, NotYourTicket
from scheduler.queue_core.ticket_life import FINAL, TicketState
from signalling.slices.cases.messages import (
    AcceptMaterial,
    FinishVisit,
    OrderPages,
    RateCase,
    RejectMaterial,
    RemovePage,
    RequestMaterial,
    RequestStill,
    UndoReview,
    WriteNote,
)
from signalling.slices.cases.parts import Parts
from signalling.transport.declared_refusals import CASE_CHANGED, CASE_LOG, Refusals
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def request_material(parts: Parts, principal: Principal, command: RequestMaterial) -> None:
    """Asks the point for a material."""
    request = Request(material_id=command.material_id, name=command.name, note=command.note)
    await parts.case_files.request_material(principal, command.case_id, request)


async def request_still(parts: Parts, principal: Principal, command: RequestStill) -> None:
    """Has the point's page photograph what lies under the document camera."""
    case = await parts.case_files.served(principal, command.case_id)
    case.material(command.material_id)
    parts.stills.ask(case.file.worker_id, command.material_id)
    parts.registry.invalidate_case(command.case_id)


async def accept_material(parts: Parts, principal: Principal, command: AcceptMaterial) -> None:
    """Accepts a delivered material."""
    await parts.case_files.accept(principal, command.material_id)


async def reject_material(parts: Parts, principal: Principal, command: RejectMaterial) -> None:
    """Rejects a delivered material."""
    mark = command.mark
    rejection = Rejection(
        reason=command.reason,
        note=command.note,
        mark=Mark(page_id=mark.page_id, x=mark.x, y=mark.y, width=mark.width, height=mark.height) if mark else None,
    )
    await parts.case_files.reject(principal, command.material_id, rejection)


async def undo_review(parts: Parts, principal: Principal, command: UndoReview) -> None:
    """Takes the last review of a material back."""
    await parts.case_files.undo_review(principal, command.material_id)


async def remove_page(parts: Parts, principal: Principal, command: RemovePage) -> None:
    """Takes a page out of its material."""
    await parts.pages.remove(principal, command.page_id)


async def order_pages(parts: Parts, principal: Principal, command: OrderPages) -> None:
    """Puts the pages of a material in another order."""
    await parts.pages.order(principal, command.material_id, command.page_ids)


async def write_note(parts: Parts, principal: Principal, command: WriteNote) -> None:
    """Keeps a note of the clerk's."""
    await parts.case_files.write_note(principal, command.case_id, command.text)


async def rate_case(parts: Parts, principal: Principal, command: RateCase) -> None:
    """Gives the five-level rating: who only asked something rates as well as whose case was decided."""
    file = await parts.case_files.file(command.case_id)
    visited = False
    if file.state is CaseState.OPEN:
        visited = (await parts.reception.ticket(file.ticket_id)).state == TicketState.COMPLETED
    await parts.case_files.rate(principal, command.case_id, command.level, command.remark, visited=visited)


async def finish_visit(parts: Parts, principal: Principal, command: FinishVisit) -> None:
    """Closes the case of a ticket that is over, and with it what the point's page shows of it."""
    ticket = await parts.reception.ticket(command.ticket_id)
    if ticket.worker_id != principal.person_id:
        raise NotYourTicket
    if TicketState(ticket.state) not in FINAL:
        raise NotInThisState(former=ticket.state, state="left")
    case = await parts.case_files.of_ticket(ticket.id)
    if case is not None:
        await parts.case_files.close(case.id, (principal.person_id, principal.name))
    parts.stills.end(principal.person_id)


_REVIEW: Refusals = CASE_CHANGED | {NoSuchMaterial, NoSuchPage}
_STILL = frozenset({CaseDamaged, NoSuchCase, NoSuchMaterial, NotYourCase, SealBroken, WrongCaseState})
_LEFT = CASE_LOG | {NoSuchTicket, NotInThisState, NotYourTicket, WrongCaseState}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        RequestMaterial: CommandRow(Permission.SERVE, request_material, CASE_CHANGED | {CharactersNotPrintable}),
        RequestStill: CommandRow(Permission.SERVE, request_still, _STILL),
        AcceptMaterial: CommandRow(Permission.SERVE, accept_material, _REVIEW),
        RejectMaterial: CommandRow(Permission.SERVE, reject_material, _REVIEW | {ReviewIncomplete}),
        UndoReview: CommandRow(Permission.SERVE, undo_review, _REVIEW | {NothingToUndo}),
        RemovePage: CommandRow(Permission.SHOW_PAPERS, remove_page, _REVIEW | {PagesReviewed}),
        OrderPages: CommandRow(Permission.SHOW_PAPERS, order_pages, _REVIEW | {PagesChanged, PagesReviewed}),
        WriteNote: CommandRow(Permission.SERVE, write_note, CASE_LOG | {NotYourCase}),
        RateCase: CommandRow(Permission.SHOW_PAPERS, rate_case, CASE_CHANGED | {NoSuchTicket}),
        FinishVisit: CommandRow(Permission.TAKE_TICKET, finish_visit, _LEFT),
    }
)
