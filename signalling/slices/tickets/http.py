"""What is told before a ticket is taken."""

from __future__ import annotations

from directory.errors import NoSuchItem, NoSuchSite
from directory.principal import Permission
from signalling.slices.tickets.cards import shown_place
from signalling.slices.tickets.messages import WaitBody
from signalling.slices.tickets.parts import Parts
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint


async def read_wait(parts: Parts, call: Call) -> WaitBody:
    """How long somebody at the caller's site would wait for this item now."""
    item = await parts.facts.item(call.path("item_id"))
    home = await parts.facts.home(call.principal.site_id)
    return WaitBody(place=shown_place(await parts.places.expected(item, home)))


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/items/{item_id}/wait",
        "Read how long one would wait",
        read_wait,
        answer=WaitBody,
        permission=Permission.TAKE_TICKET,
        details=Details(refusals=frozenset({NoSuchItem, NoSuchSite})),
    ),
)
