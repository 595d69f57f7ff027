"""What a clerk does at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import NoSuchSite, NoSuchStaff, NoSuchWindow
from directory.principal import Permission, Principal
from document_relay.errors import CharactersNotPrintable
from document_relay.summaries import Summary
from scheduler.errors import (
    CalledTooOften,
    ClerkBusy,
    NoSuchCallback,
    NoSuchOffer,
    NotYourTicket,
    NotYourWindow,
    OfferOver,
    WindowNotOpen,
)
from scheduler.queue_core.clerk_life import ClerkStatus
from signalling.slices.desks.acts import OUTCOMES, VISIT_FINISHED
from signalling.slices.desks.messages import (
    AcceptOffer,
    Called,
    CallNext,
    CloseWindow,
    EndWrapUp,
    ExtendWrapUp,
    FinishTicket,
    HoldTicket,
    MarkNoShow,
    OpenWindow,
    RecallTicket,
    RejectOffer,
    ResumeTicket,
    SetStatus,
)
from signalling.slices.desks.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG, DESK, PAPER_MADE
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def open_window(parts: Parts, principal: Principal, command: OpenWindow) -> None:
    """Opens a window and sits the clerk down at it."""
    await parts.desk.open_window(principal, command.window_id)


async def close_window(parts: Parts, principal: Principal, _command: CloseWindow) -> None:
    """Closes the clerk's window."""
    await parts.desk.close_window(principal)


async def set_status(parts: Parts, principal: Principal, command: SetStatus) -> None:
    """Sets the clerk's own status."""
    await parts.desk.set_status(principal, ClerkStatus(command.status))


async def call_next(parts: Parts, principal: Principal, _command: CallNext) -> Called:
    """Calls the best ticket at once."""
    return Called(ticket_id=await parts.desk.call_next(principal))


async def accept_offer(parts: Parts, principal: Principal, command: AcceptOffer) -> None:
    """Takes the ticket that was offered."""
    await parts.desk.accept(principal, command.offer_id)


async def reject_offer(parts: Parts, principal: Principal, command: RejectOffer) -> None:
    """Lets the offered ticket go back to its place."""
    await parts.desk.reject(principal, command.offer_id, command.reason)


async def recall_ticket(parts: Parts, principal: Principal, command: RecallTicket) -> None:
    """Calls a resident once more."""
    await parts.desk.recall(principal, command.ticket_id)


async def mark_no_show(parts: Parts, principal: Principal, command: MarkNoShow) -> None:
    """Ends the call of a resident who does not come."""
    await parts.desk.no_show(principal, command.ticket_id)


async def hold_ticket(parts: Parts, principal: Principal, command: HoldTicket) -> None:
    """Puts the session on hold."""
    await parts.desk.hold(principal, command.ticket_id)


async def resume_ticket(parts: Parts, principal: Principal, command: ResumeTicket) -> None:
    """Ends the hold."""
    await parts.desk.resume(principal, command.ticket_id)


async def finish_ticket(parts: Parts, principal: Principal, command: FinishTicket) -> None:
    """Completes the ticket, and writes what came of it into the case's history; makes the summary, if there is one."""
    outcome = OUTCOMES[command.outcome]
    if command.agreed.strip() and (case := await parts.case_of(command.ticket_id)) is not None:
        # First, since it takes a moment: a link that breaks meanwhile leaves a visit that the clerk ends again.
        await parts.summarise(principal, case.id, Summary(outcome=outcome, agreed=command.agreed))
    await parts.desk.finish(principal, command.ticket_id, command.outcome)
    who = (principal.person_id, principal.name)
    await parts.note(command.ticket_id, who, VISIT_FINISHED.code, outcome=outcome[0])


async def end_wrap_up(parts: Parts, principal: Principal, _command: EndWrapUp) -> None:
    """Ends the wrap-up before its time."""
    await parts.desk.end_wrap_up(principal)


async def extend_wrap_up(parts: Parts, principal: Principal, _command: ExtendWrapUp) -> None:
    """Lets the wrap-up end later."""
    await parts.desk.extend_wrap_up(principal)


_MAY = Permission.SERVE

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        OpenWindow: CommandRow(
            _MAY, open_window, DESK | {ClerkBusy, NoSuchSite, NoSuchStaff, NoSuchWindow, NotYourWindow}
        ),
        CloseWindow: CommandRow(_MAY, close_window, DESK | {ClerkBusy, OfferOver}),
        SetStatus: CommandRow(_MAY, set_status, DESK | {ClerkBusy, OfferOver}),
        CallNext: CommandRow(
            _MAY,
            call_next,
            DESK | {ClerkBusy, NoSuchCallback, OfferOver, WindowNotOpen},
            result=Called,
            access="ticket_called",
        ),
        AcceptOffer: CommandRow(
            _MAY,
            accept_offer,
            DESK | {NoSuchCallback, NoSuchOffer, NotYourTicket, OfferOver},
            access="offer_accepted",
        ),
        RejectOffer: CommandRow(_MAY, reject_offer, DESK | {NoSuchOffer, NotYourTicket, OfferOver}),
        RecallTicket: CommandRow(_MAY, recall_ticket, DESK | {CalledTooOften}),
        MarkNoShow: CommandRow(_MAY, mark_no_show, DESK),
        HoldTicket: CommandRow(_MAY, hold_ticket, DESK),
        ResumeTicket: CommandRow(_MAY, resume_ticket, DESK),
        FinishTicket: CommandRow(_MAY, finish_ticket, DESK | CASE_LOG | PAPER_MADE | {CharactersNotPrintable}),
        EndWrapUp: CommandRow(_MAY, end_wrap_up, DESK),
        ExtendWrapUp: CommandRow(_MAY, extend_wrap_up, DESK),
    }
)
