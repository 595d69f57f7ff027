"""How somebody who sends missing papers comes in."""

from __future__ import annotations

from directory.errors import NoSuchSite, SupplementLinkOver, SupplementLinkUnknown, TooManyCodes
from foundation.addresses import one_client
from foundation.database.pool import DatabaseBusy
from signalling.slices.accounts.ports import signed_in_body
from signalling.slices.supplements.messages import SupplementEntranceBody
from signalling.slices.supplements.parts import Parts
from signalling.transport.http.client_address import address_of
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.bodies import SignedInBody


async def enter_to_send(parts: Parts, call: Call) -> SignedInBody:
    """Lets the holder of a link in, again and again until the deadline."""
    body: SupplementEntranceBody = call.body
    # Right ones count, too.
    if not parts.knocks.allow(one_client(address_of(call.request)), parts.clock.monotonic()):
        raise TooManyCodes
    entered = await parts.senders.enter(body.link)
    call.recognise(entered.sender)
    return signed_in_body(parts.catalogue, entered.sender, entered.access_token, entered.access_ends_at)


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "POST",
        "/api/v1/supplement-entrance",
        "Come in by a link to send missing papers",
        enter_to_send,
        body=SupplementEntranceBody,
        answer=SignedInBody,
        open=True,
        audit="supplement_entered",
        details=Details(
            refusals=frozenset({DatabaseBusy, NoSuchSite, SupplementLinkOver, SupplementLinkUnknown, TooManyCodes})
        ),
    ),
)
