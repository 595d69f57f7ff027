"""Media over HTTP: the page's one peer connection, WHIP (RFC 9725) and WHEP."""

from __future__ import annotations

from aiohttp import web

from foundation.errors import TooLarge, Unsupported
from rtc_server.sessions.interface import MediaOffer, SlotKind, SourceKind
from rtc_server.whip import WhipAnswer
from signalling.http.endpoint import Call, Endpoint, read_bytes
from signalling.protocol.bodies import MediaAnswerBody, MediaOfferBody

_LARGEST_SDP = 64 * 1024
_SDP = "application/sdp"
_FRAGMENT = "application/trickle-ice-sdpfrag"


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


async def whip(call: Call) -> web.StreamResponse:
    """Takes a standard sender into the session."""
    session_id = call.path("session_id")
    await call.house.require_session(call.principal, session_id)
    return _created(
        await call.house.whip.create_ingest(call.principal.staff_id, session_id, await _text(call.request, _SDP))
    )


async def whep(call: Call) -> web.StreamResponse:
    """Lets a standard viewer see the session."""
    session_id = call.path("session_id")
    await call.house.require_session(call.principal, session_id)
    return _created(
        await call.house.whip.create_viewer(call.principal.staff_id, session_id, await _text(call.request, _SDP))
    )


async def patch_whip(call: Call) -> web.StreamResponse:
    """Trickles candidates or restarts ICE, for whoever made the resource."""
    fragment = await _text(call.request, _FRAGMENT)
    if_match = call.request.headers.get("If-Match")
    patched = await call.house.whip.patch(call.principal.staff_id, call.path("resource_id"), fragment, if_match)
    headers = {"ETag": patched.etag}
    if patched.fragment is None:
        return web.Response(status=204, headers=headers)
    return web.Response(text=patched.fragment, content_type=_FRAGMENT, headers=headers)


async def delete_whip(call: Call) -> web.StreamResponse:
    """Ends a WHIP or WHEP connection, for whoever made it."""
    call.house.whip.delete(call.principal.staff_id, call.path("resource_id"))
    return web.Response(status=200)


def _created(answer: WhipAnswer) -> web.Response:
    headers = {"Location": f"/api/v1/whip/{answer.resource_id}", "ETag": answer.etag}
    return web.Response(status=201, text=answer.sdp, content_type=_SDP, headers=headers)


async def _text(request: web.Request, content_type: str) -> str:
    if request.content_type != content_type:
        raise Unsupported
    return (await read_bytes(request, _LARGEST_SDP, TooLarge())).decode("utf-8", errors="replace")


_SESSION = "/api/v1/sessions/{session_id}"
_RESOURCE = "/api/v1/whip/{resource_id}"

ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/media/connection",
        "Connect the page's media",
        connect_media,
        body=MediaOfferBody,
        answer=MediaAnswerBody,
    ),
    Endpoint("POST", f"{_SESSION}/whip", "Send into a session (WHIP)", whip, content=_SDP, status=201),
    Endpoint("POST", f"{_SESSION}/whep", "Watch a session (WHEP)", whep, content=_SDP, status=201),
    Endpoint("PATCH", _RESOURCE, "Trickle or restart ICE", patch_whip, content=_FRAGMENT),
    Endpoint("DELETE", _RESOURCE, "End a WHIP or WHEP connection", delete_whip),
)
