"""What the clerk's page shows besides the case: the desk, and who waits."""

from __future__ import annotations

from typing import cast

from directory.opening import is_open
from directory.principal import Permission, Principal, permits
from directory.records import Window
from scheduler import views as scheduled
from scheduler.records import CALLBACK, LEFT
from signalling.slices.accounts.ports import staff_view
from signalling.slices.desks.messages import (
    CallbackAttemptView,
    DeskView,
    HandoverView,
    OfferView,
    QueueView,
    WindowView,
)
from signalling.slices.desks.parts import Parts
from signalling.transport.listing import Listing
from signalling.wire.values import Bilingual, ClerkState, ClerkStatus, WindowState


async def show_desk(parts: Parts, principal: Principal, _key: str) -> DeskView:
    """The clerk's own state."""
    desk = parts.board.desk(principal.person_id)
    ticket = desk.ticket if desk else None
    return DeskView(
        staff=staff_view(parts.catalogue, principal),
        windows=[_window(parts, window, desk) for window in _windows(parts, principal)],
        window_id=desk.window_id if desk and desk.window_state != "closed" else None,
        status=cast(ClerkStatus, desk.status) if desk else "logged_out",
        state=cast(ClerkState, desk.state) if desk else "idle",
        wrap_up_until=desk.wrap_up_until if desk else None,
        wrap_up_case_id=await _wrap_up_case(parts, principal) if desk and desk.state == "wrap_up" else None,
        applicant_left=desk is not None and desk.state == "wrap_up" and _was_left(parts, principal),
        offer=await _offer(parts, desk.offer) if desk and desk.offer else None,
        ticket=await parts.card_of(ticket) if ticket else None,
        handover=_handover(parts, ticket) if ticket else None,
        callback=await _callback(parts, ticket) if ticket else None,
        session=parts.session_of(ticket),
        case_id=await _own_case(parts, ticket, principal),
        served_today=parts.board.served_today(principal.person_id),
    )


async def show_queue(parts: Parts, principal: Principal, _key: str) -> Listing:
    """Who waits in the queues that the clerk may serve."""
    queue = parts.board.queue(principal.person_id)
    # Who is to be called back does not sit there.
    sitting = [one.ticket for one in queue if one.ticket.channel != CALLBACK]
    return Listing(
        rows=parts.cards.of(queue),
        make=QueueView,
        beside={
            "waiting": len(queue),
            "longest_since": min((one.taken_at for one in sitting), default=None),
        },
    )


async def _own_case(parts: Parts, ticket: scheduled.TicketView | None, clerk: Principal) -> str | None:
    """The ticket's case once it is the clerk's: before, each command on it would be refused."""
    case = await parts.case_of(ticket.id) if ticket else None
    return case.id if case is not None and case.clerk_id == clerk.person_id else None


async def _wrap_up_case(parts: Parts, clerk: Principal) -> str | None:
    return await _own_case(parts, parts.board.last_of_clerk(clerk.person_id), clerk)


def _was_left(parts: Parts, clerk: Principal) -> bool:
    last = parts.board.last_of_clerk(clerk.person_id)
    return last is not None and last.reason == LEFT


async def _offer(parts: Parts, offer: scheduled.OfferView) -> OfferView:
    return OfferView(
        offer_id=offer.id,
        until=offer.expires_at,
        ticket=await parts.card_of(offer.ticket),
        handover=_handover(parts, offer.ticket),
        callback=await _callback(parts, offer.ticket),
    )


async def _callback(parts: Parts, ticket: scheduled.TicketView) -> CallbackAttemptView | None:
    callback = await parts.callbacks.of_ticket(ticket.id) if ticket.channel == CALLBACK else None
    if callback is None:
        return None
    return CallbackAttemptView(
        attempt=callback.attempts + 1,
        attempts_at_most=parts.callbacks.attempts_at_most,
        rings_until=callback.rings_until,
    )


def _handover(parts: Parts, ticket: scheduled.TicketView) -> HandoverView | None:
    said = parts.handover_of(ticket)
    return None if said is None else HandoverView(by=said.by, note=said.note)


def _windows(parts: Parts, principal: Principal) -> list[Window]:
    if not permits(principal, Permission.SERVE):
        return []
    return parts.catalogue.windows_for(principal.site_id, principal.department_ids)


def _window(parts: Parts, window: Window, desk: scheduled.DeskView | None) -> WindowView:
    mine = desk is not None and desk.window_id == window.id
    return WindowView(
        window_id=window.id,
        name=Bilingual.name(window),
        state=cast(WindowState, desk.window_state) if desk and mine else "closed",
        within_hours=is_open(window, parts.clock.now(), parts.time_zone),
    )
