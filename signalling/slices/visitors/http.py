"""How a visitor comes in."""

from __future__ import annotations

from directory.errors import (
    NoSuchItem,
    NoSuchSite,
    NoSuchVisitor,
    TooManyCodes,
    TooManyLinks,
    VisitCodeUnknown,
    VisitEnded,
    VisitLinkUnknown,
)
from directory.principal import Permission, Visitor
from foundation.addresses import one_client
from foundation.database.pool import DatabaseBusy
from foundation.errors import Forbidden
from foundation.vault import SealBroken
from scheduler.errors import AppointmentGivenUp, NoSuchAppointment, TimeNotHeld
from scheduler.queue_core.appointment_life import AppointmentState
from scheduler.records import Appointment
from signalling.slices.accounts.ports import signed_in_body
from signalling.slices.appointments.ports import wall_text
from signalling.slices.visitors.messages import (
    EntranceBody,
    KeptAppointmentBody,
    VisitBody,
    VisitCodeBody,
    VisitLinkBody,
)
from signalling.slices.visitors.parts import Parts
from signalling.transport.http.client_address import address_of
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.bodies import SignedInBody
from signalling.wire.values import Bilingual


async def enter(parts: Parts, call: Call) -> SignedInBody:
    """Lets the holder of a link in, again and again until it ends."""
    body: EntranceBody = call.body
    parts.link_attempts.count(one_client(address_of(call.request)))
    try:
        entered = await parts.visits.enter(body.link)
    except VisitEnded as ended:
        if isinstance(kept := ended.parameters["appointment_id"], str):
            # What became of the time that it was for says more.
            await parts.appointments.require_not_lost(kept)
        raise
    call.recognise(entered.visitor)
    return signed_in_body(parts.catalogue, entered.visitor, entered.access_token, entered.access_ends_at)


async def exchange_code(parts: Parts, call: Call) -> VisitLinkBody:
    """A new link for a code, which is good no more."""
    body: VisitCodeBody = call.body
    parts.guesses.count(one_client(address_of(call.request)))
    link = await parts.codes.exchange(body.visit_code)
    call.recognise((await parts.visits.enter(link)).visitor)
    return VisitLinkBody(link=link)


async def read_visit(parts: Parts, call: Call) -> VisitBody:
    """What the caller is invited for; raises `Forbidden` for staff."""
    visitor = call.principal
    if not isinstance(visitor, Visitor):
        raise Forbidden
    invited = await parts.visits.invited(visitor.person_id)
    booked = await parts.appointments.of_visitor(visitor)
    return VisitBody(
        name=invited.name,
        organisation=invited.organisation,
        wish=invited.wish,
        item_id=visitor.item_id,
        item_name=Bilingual.name(parts.catalogue.item(visitor.item_id)),
        site_name=Bilingual.name(parts.catalogue.site(visitor.site_id)),
        ends_at=visitor.ends_at,
        appointment=None if booked is None else await _kept(parts, booked),
        begun=_has_begun(parts, visitor),
    )


def _has_begun(parts: Parts, visitor: Visitor) -> bool:
    board = parts.board
    find = (board.current, board.called_back, board.last_of_worker)
    return any(one(visitor.person_id) is not None for one in find)


async def _kept(parts: Parts, one: Appointment) -> KeptAppointmentBody:
    opens, closes = parts.appointments.checks_in(one)
    wish = await parts.waiting_list.held_for(one) if one.state is AppointmentState.HELD else None
    return KeptAppointmentBody(
        number=one.number,
        state=one.state.value,
        starts=wall_text(one.starts),
        at=one.at,
        minutes=one.minutes,
        place_name=Bilingual.name(parts.catalogue.site(one.site_id)),
        by_link=one.visitor_id is not None if wish is None else parts.waiting_list.opened(wish).by_link,
        answer_by=None if wish is None else wish.answer_by,
        last_offer=wish is not None and parts.waiting_list.is_last_offer(wish),
        moves=parts.appointments.moves_from_home(one),
        checks_in_from=opens,
        checks_in_until=closes,
    )


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "POST",
        "/api/v1/visit-entrance",
        "Come in by a link",
        enter,
        body=EntranceBody,
        answer=SignedInBody,
        open=True,
        audit="visit_entered",
        details=Details(
            refusals=frozenset(
                {
                    AppointmentGivenUp,
                    DatabaseBusy,
                    NoSuchAppointment,
                    NoSuchSite,
                    SealBroken,
                    TimeNotHeld,
                    TooManyCodes,
                    VisitEnded,
                    VisitLinkUnknown,
                }
            )
        ),
    ),
    Endpoint(
        "POST",
        "/api/v1/visit-code",
        "Exchange a code for a link",
        exchange_code,
        body=VisitCodeBody,
        answer=VisitLinkBody,
        open=True,
        audit="visit_code_exchanged",
        details=Details(
            refusals=frozenset(
                {
                    DatabaseBusy,
                    NoSuchSite,
                    SealBroken,
                    TooManyCodes,
                    TooManyLinks,
                    VisitCodeUnknown,
                    VisitEnded,
                    VisitLinkUnknown,
                }
            )
        ),
    ),
    Endpoint(
        "GET",
        "/api/v1/visit",
        "Read what one is invited for",
        read_visit,
        answer=VisitBody,
        permission=Permission.TAKE_TICKET,
        details=Details(
            refusals=frozenset({DatabaseBusy, NoSuchAppointment, NoSuchItem, NoSuchSite, NoSuchVisitor, SealBroken})
        ),
    ),
)
