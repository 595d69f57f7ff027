"""How a guest from outside comes in."""

from __future__ import annotations

from directory.errors import GuestLinkOver, GuestLinkTaken, NoSuchSite
from signalling.slices.accounts.ports import signed_in_body
from signalling.slices.guests.messages import GuestEntranceBody
from signalling.slices.guests.parts import Parts
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.bodies import SignedInBody


async def enter_as_guest(parts: Parts, call: Call) -> SignedInBody:
    """Recognises the holder of a link, who is in no call by that."""
    body: GuestEntranceBody = call.body
    entered = parts.guests.enter(body.link, body.browser)
    call.recognise(entered.guest)
    return signed_in_body(parts.catalogue, entered.guest, entered.access_token, entered.access_ends_at)


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "POST",
        "/api/v1/guest-entrance",
        "Come in by a link into a call",
        enter_as_guest,
        body=GuestEntranceBody,
        answer=SignedInBody,
        open=True,
        audit="guest_entered",
        details=Details(refusals=frozenset({GuestLinkOver, GuestLinkTaken, NoSuchSite})),
    ),
)
