"""Media over HTTP: the page's one peer connection."""

from __future__ import annotations

from rtc_server.sessions.interface import MediaOffer, SlotKind, SourceKind
from signalling.http.endpoint import Call, Endpoint
from signalling.protocol.bodies import MediaAnswerBody, MediaOfferBody


async def connect_media(call: Call) -> MediaAnswerBody:
    """Answers the page's offer; offering again is a reconnect and keeps the page's place."""
    body: MediaOfferBody = call.body
    offer = MediaOffer(
        sdp=body.sdp,
        sources={mid: SourceKind(kind) for mid, kind in body.sources.items()},
        slots={mid: SlotKind(kind) for mid, kind in body.slots.items()},
    )
    answer = await call.house.connect_media(call.principal, offer)
    return MediaAnswerBody(sdp=answer.sdp, ice_servers=[])


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/media/connection",
        "Connect the page's media",
        connect_media,
        body=MediaOfferBody,
        answer=MediaAnswerBody,
    ),
)
