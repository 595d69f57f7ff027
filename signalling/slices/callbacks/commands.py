"""What the applicant's side does with a callback; the case's history says so."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import NoSuchItem, NoSuchSite, NoSuchStaff
from directory.principal import Permission, Principal
from scheduler.errors import CallbackTooLate, NoSuchCallback, NotYourTicket, TooManyCallbacks
from signalling.slices.callbacks.messages import AnswerCallback, PostponeCallback, RequestCallback, WaitAgain
from signalling.slices.callbacks.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG, DESK, TICKET
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command

ASKED, ANSWERED, POSTPONED, WITHDRAWN = (
    "callback_asked",
    "callback_answered",
    "callback_postponed",
    "callback_withdrawn",
)


async def request_callback(parts: Parts, principal: Principal, command: RequestCallback) -> None:
    """Asks to be called back."""
    known = await parts.callbacks.of_ticket(command.ticket_id)
    asked = await parts.callbacks.ask(principal, command.ticket_id, command.until)
    if known is None or known.id != asked.id:
        # The event that opens it may be under way, and without a case nothing keeps the note.
        await parts.open_case(await parts.ticket_of(command.ticket_id))
        await _note(parts, principal, command.ticket_id, ASKED)


async def answer_callback(parts: Parts, principal: Principal, command: AnswerCallback) -> None:
    """Answers."""
    await parts.callbacks.answer(principal, command.ticket_id)
    await _note(parts, principal, command.ticket_id, ANSWERED)


async def postpone_callback(parts: Parts, principal: Principal, command: PostponeCallback) -> None:
    """Not now."""
    await parts.callbacks.postpone(principal, command.ticket_id)
    await _note(parts, principal, command.ticket_id, POSTPONED)


async def wait_again(parts: Parts, principal: Principal, command: WaitAgain) -> None:
    """Waits in the queue again."""
    await parts.callbacks.wait_again(principal, command.ticket_id)
    await _note(parts, principal, command.ticket_id, WITHDRAWN)


async def _note(parts: Parts, principal: Principal, ticket_id: str, act: str) -> None:
    await parts.note(ticket_id, (principal.person_id, principal.name), act)


_MAY = Permission.TAKE_TICKET
_ASKED = DESK | CASE_LOG | {CallbackTooLate, NoSuchItem, NoSuchSite, NoSuchStaff, NotYourTicket, TooManyCallbacks}
_ANSWERED = TICKET | CASE_LOG | {NoSuchCallback, NotYourTicket}
_MOVED = DESK | _ANSWERED

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        RequestCallback: CommandRow(_MAY, request_callback, _ASKED, access=ASKED),
        AnswerCallback: CommandRow(_MAY, answer_callback, _ANSWERED, access=ANSWERED),
        PostponeCallback: CommandRow(_MAY, postpone_callback, _MOVED, access=POSTPONED),
        WaitAgain: CommandRow(_MAY, wait_again, _MOVED, access=WITHDRAWN),
    }
)
