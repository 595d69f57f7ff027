"""How a visitor comes in."""

from __future__ import annotations

from directory.errors import NoSuchItem, NoSuchSite, NoSuchVisitor, VisitEnded, VisitLinkUnknown
from directory.principal import Permission, Visitor
from foundation.database.pool import DatabaseBusy
from foundation.errors import Forbidden
from foundation.vault import SealBroken
from signalling.identity.faces import face_of
from signalling.slices.accounts.ports import staff_view
from signalling.slices.visitors.messages import EntranceBody, VisitBody
from signalling.slices.visitors.parts import Parts
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.bodies import SignedInBody
from signalling.wire.values import Bilingual


async def enter(parts: Parts, call: Call) -> SignedInBody:
    """Lets the holder of a link in, again and again until it ends."""
    body: EntranceBody = call.body
    entered = await parts.visits.enter(body.link)
    call.recognise(entered.visitor)
    return SignedInBody(
        access_token=entered.access_token,
        expires_at=entered.access_ends_at,
        staff=staff_view(parts.catalogue, entered.visitor),
        face=face_of(entered.visitor),
    )


async def read_visit(parts: Parts, call: Call) -> VisitBody:
    """What the caller is invited for; raises `Forbidden` for staff."""
    visitor = call.principal
    if not isinstance(visitor, Visitor):
        raise Forbidden
    invited = await parts.visits.invited(visitor.staff_id)
    return VisitBody(
        name=invited.name,
        organisation=invited.organisation,
        wish=invited.wish,
        item_id=visitor.item_id,
        item_name=Bilingual.name(parts.catalogue.item(visitor.item_id)),
        site_name=Bilingual.name(parts.catalogue.site(visitor.site_id)),
        ends_at=visitor.ends_at,
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
        details=Details(refusals=frozenset({DatabaseBusy, NoSuchSite, SealBroken, VisitEnded, VisitLinkUnknown})),
    ),
    Endpoint(
        "GET",
        "/api/v1/visit",
        "Read what one is invited for",
        read_visit,
        answer=VisitBody,
        permission=Permission.TAKE_TICKET,
        details=Details(refusals=frozenset({DatabaseBusy, NoSuchItem, NoSuchSite, NoSuchVisitor, SealBroken})),
    ),
)
