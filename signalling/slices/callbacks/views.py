"""Callbacks as the applicant's side shows them."""

from __future__ import annotations

from typing import cast

from directory.principal import Principal, Visitor
from scheduler import views as scheduled
from scheduler.callbacks import place_of
from scheduler.queue_core.ticket_life import TicketState
from scheduler.records import Callback
from signalling.slices.callbacks.messages import CallbackState, CallbacksView, CallbackView, LapseReason
from signalling.slices.callbacks.parts import Parts


async def show_callbacks(parts: Parts, principal: Principal, _key: str) -> CallbacksView:
    """Those that ring for this person, and until when the own waiting ticket could be called back."""
    if not isinstance(principal, Visitor):
        # A visitor's place is their own; and they are so many that to note each would never end.
        parts.readers.note(principal.person_id, place_of(principal))
    waiting = parts.board.current(principal.person_id)
    may_ask = waiting is not None and waiting.state == TicketState.WAITING
    return CallbacksView(
        callbacks=[await _view(parts, *one) for one in await parts.callbacks.of(principal)],
        latest=await parts.callbacks.latest(waiting.id) if waiting is not None and may_ask else None,
    )


async def _view(parts: Parts, one: Callback, ticket: scheduled.TicketView) -> CallbackView:
    card = await parts.card_of(ticket)
    rings = ticket.state == TicketState.CALLING_BACK
    return CallbackView(
        ticket_id=ticket.id,
        number=card.number,
        item_name=card.item_name,
        applicant_name=card.applicant_name,
        state=cast(CallbackState, one.state.value),
        asked_at=one.asked_at,
        deadline=one.deadline,
        attempts=one.attempts,
        attempts_at_most=parts.callbacks.attempts_at_most,
        not_before=ticket.not_before,
        rings_until=one.rings_until,
        window_name=card.window_name if rings else None,
        clerk_name=card.clerk_name if rings else None,
        place=card.place,
        reason=cast(LapseReason | None, one.reason),
    )
