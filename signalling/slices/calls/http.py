"""Media over HTTP: the page's one peer connection, WHIP (RFC 9725) and WHEP."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from aiohttp import web
from multidict import CIMultiDict

from directory.principal import Permission, Principal, permits
from foundation.errors import Forbidden, Refusal, TooLarge, Unsupported
from rtc_server.sessions.errors import CodecsRefused, MediaUnavailable, ParticipantUnknown, SdpInvalid, SessionOver
from rtc_server.sessions.interface import MediaAnswer, MediaOffer, SlotKind, SourceKind
from rtc_server.turn import Relay
from rtc_server.whip import (
    WhipAnswer,
    WhipSessionFull,
    WhipTagMissing,
    WhipTagStale,
    WhipTooMany,
    WhipUnknown,
)
from scheduler.queue_core.ticket_life import IN_SESSION, TicketState
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.messages import IceServer, MediaAnswerBody, MediaOfferBody
from signalling.slices.calls.parts import Parts
from signalling.transport.declared_refusals import BODY, MEDIA, TOKEN
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.reading import bearer_token, read_bytes

_LARGEST_SDP = 64 * 1024
_SDP = "application/sdp"
_FRAGMENT = "application/trickle-ice-sdpfrag"


class AnswerNotAcceptable(Refusal):
    """The client takes no session description as an answer."""

    code = "not_acceptable"
    status = 406
    zh = "此接口只以 application/sdp 作答。"
    en = "This address answers with application/sdp only."


async def connect_media(parts: Parts, call: Call) -> MediaAnswerBody:
    """Answers the page's offer; offering again is a reconnect and keeps the page's place."""
    body: MediaOfferBody = call.body
    offer = MediaOffer(
        sdp=body.sdp,
        sources={mid: SourceKind(kind) for mid, kind in body.sources.items()},
        slots={mid: SlotKind(kind) for mid, kind in body.slots.items()},
    )
    answer = await _connect(parts, call.principal, offer)
    relay = parts.relays.for_user(call.principal.person_id)
    servers = [IceServer(urls=list(relay.urls), username=relay.username, credential=relay.credential)] if relay else []
    return MediaAnswerBody(sdp=answer.sdp, ice_servers=servers, relay_only=parts.relay_only)


async def whip(parts: Parts, call: Call) -> web.StreamResponse:
    """Takes a standard sender into the session."""
    return await _create(parts, call, parts.whip.create_ingest)


async def whep(parts: Parts, call: Call) -> web.StreamResponse:
    """Lets a standard viewer see the session."""
    return await _create(parts, call, parts.whip.create_viewer)


async def patch_whip(parts: Parts, call: Call) -> web.StreamResponse:
    """Trickles candidates or restarts ICE, for whoever made the resource."""
    fragment = await _text(call.request, _FRAGMENT)
    if_match = call.request.headers.get("If-Match")
    patched = await parts.whip.patch(call.principal.person_id, call.path("resource_id"), fragment, if_match)
    headers = {"ETag": patched.etag}
    if patched.fragment is None:
        return web.Response(status=204, headers=headers)
    return web.Response(text=patched.fragment, content_type=_FRAGMENT, headers=headers)


async def delete_whip(parts: Parts, call: Call) -> web.StreamResponse:
    """Ends a WHIP or WHEP connection, for whoever made it."""
    parts.whip.delete(call.principal.person_id, call.path("resource_id"))
    return web.Response(status=200)


async def describe_whip(parts: Parts, call: Call) -> web.StreamResponse:
    """What WHIP's address takes (RFC 9725 §4.2), for clients and for browsers' preflight requests.

    Who brings a token and may take part is told of the relays here too (§4.6): some cannot take them up once they have
    made an offer.
    """
    headers = CIMultiDict({"Allow": "POST, OPTIONS", "Accept-Post": _SDP})
    if "Authorization" in call.request.headers:
        principal = (await parts.people.verify(bearer_token(call.request))).principal
        if permits(principal, Permission.TAKE_PART):
            _add_relays(headers, parts.relays.for_user(principal.person_id))
    return web.Response(headers=headers)


async def describe_whep(parts: Parts, call: Call) -> web.StreamResponse:
    """The same for WHEP's."""
    return await describe_whip(parts, call)


async def describe_resource(_parts: Parts, _call: Call) -> web.StreamResponse:
    """The same for what was made."""
    return web.Response(headers={"Allow": "PATCH, DELETE, OPTIONS", "Accept-Patch": _FRAGMENT})


def prepare(path: str, response: web.StreamResponse) -> None:
    """Lets pages from anywhere use WHIP and WHEP (Fetch, CORS protocol): their clients bring a token and no cookie."""
    if _STANDARD.fullmatch(path) is None:
        return
    response.headers.update(_ANY_ORIGIN)
    if response.status == 415:
        response.headers.setdefault("Accept-Post", _SDP)


async def _connect(parts: Parts, principal: Principal, offer: MediaOffer) -> MediaAnswer:
    """Connects the page's media, and puts it back into the session of the ticket in hand."""
    participant = ParticipantId.of(principal)
    answer = await parts.media.connect(str(participant), offer)
    ticket = parts.sessions.ticket_of(participant)
    if ticket is not None:
        parts.sessions.align(ticket)
        await parts.connected(ticket, participant)
    return answer


async def _require_session(parts: Parts, principal: Principal, session_id: str) -> None:
    """Raises `Forbidden` unless the person takes part in the ticket's session, `SessionOver` unless it is open."""
    ticket = await parts.reception.ticket(session_id)
    if principal.person_id not in (ticket.worker_id, ticket.clerk_id):
        raise Forbidden
    if TicketState(ticket.state) not in IN_SESSION:
        raise SessionOver


async def _create(parts: Parts, call: Call, create: Callable[[str, str, str], Awaitable[WhipAnswer]]) -> web.Response:
    accepted = call.request.headers.get("Accept", "*/*")
    if not any(kind in accepted for kind in (_SDP, "application/*", "*/*")):
        raise AnswerNotAcceptable
    session_id, staff_id = call.path("session_id"), call.principal.person_id
    offer = await _text(call.request, _SDP)
    await _require_session(parts, call.principal, session_id)
    answer = await create(staff_id, session_id, offer)
    headers = CIMultiDict({"Location": f"/api/v1/whip/{answer.resource_id}", "ETag": answer.etag})
    _add_relays(headers, parts.relays.for_user(staff_id))
    return web.Response(status=201, text=answer.sdp, content_type=_SDP, headers=headers)


def _add_relays(headers: CIMultiDict[str], relay: Relay | None) -> None:
    for link in relay.links if relay else ():
        headers.add("Link", link)


async def _text(request: web.Request, content_type: str) -> str:
    if request.content_type != content_type:
        raise Unsupported
    return (await read_bytes(request, _LARGEST_SDP, TooLarge())).decode("utf-8", errors="replace")


_SESSION = "/api/v1/sessions/{session_id}"
_RESOURCE = "/api/v1/whip/{resource_id}"
_STANDARD = re.compile(r"/api/v1/(sessions/[^/]+/wh[ie]p|whip/[^/]+)")
_ANY_ORIGIN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Expose-Headers": "Location, ETag, Link, Accept-Post, Accept-Patch, Allow, Retry-After",
    "Access-Control-Max-Age": "86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

_LINK = {"Link": "The relays to use (RFC 9725 §4.6), where there are any"}
_ACCEPT = Parameter("Accept", "header", "Where it is sent, application/sdp is in it")
_BEARER = Parameter(
    "Authorization", "header", "With the token of who may take part in a call, the answer names the relays"
)
_MADE = Details(
    parameters=(_ACCEPT,),
    takes=_SDP,
    headers={"Location": "The connection made: trickle and end it there", "ETag": "Its ICE session"} | _LINK,
    refusals=MEDIA | BODY | {AnswerNotAcceptable, CodecsRefused, Forbidden, SessionOver, WhipSessionFull, WhipTooMany},
)
_TAKES = Details(parameters=(_BEARER,), headers={"Allow": "POST, OPTIONS", "Accept-Post": _SDP} | _LINK, refusals=TOKEN)
_PATCHED = Details(
    parameters=(Parameter("If-Match", "header", "The ICE session that is trickled to; `*` restarts it"),),
    takes=_FRAGMENT,
    headers={"ETag": "The ICE session"},
    also={204: "The candidates were taken"},
    refusals=BODY | {MediaUnavailable, ParticipantUnknown, SdpInvalid, WhipTagMissing, WhipTagStale, WhipUnknown},
)
_RESOURCE_TAKES = Details(headers={"Allow": "PATCH, DELETE, OPTIONS", "Accept-Patch": _FRAGMENT})

ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "POST",
        "/api/v1/media/connection",
        "Connect the page's media",
        connect_media,
        body=MediaOfferBody,
        answer=MediaAnswerBody,
        permission=Permission.TAKE_PART,
        details=Details(refusals=MEDIA),
    ),
    Endpoint(
        "POST",
        f"{_SESSION}/whip",
        "Send into a session (WHIP)",
        whip,
        permission=Permission.READ_CASE,
        content=_SDP,
        status=201,
        audit="session_sent",
        details=_MADE,
    ),
    Endpoint(
        "POST",
        f"{_SESSION}/whep",
        "Watch a session (WHEP)",
        whep,
        permission=Permission.READ_CASE,
        content=_SDP,
        status=201,
        audit="session_watched",
        details=_MADE,
    ),
    Endpoint(
        "PATCH",
        _RESOURCE,
        "Trickle or restart ICE",
        patch_whip,
        permission=Permission.READ_CASE,
        content=_FRAGMENT,
        details=_PATCHED,
    ),
    Endpoint(
        "DELETE",
        _RESOURCE,
        "End a WHIP or WHEP connection",
        delete_whip,
        permission=Permission.READ_CASE,
        details=Details(refusals=frozenset({WhipUnknown})),
    ),
    Endpoint("OPTIONS", f"{_SESSION}/whip", "What WHIP takes", describe_whip, open=True, details=_TAKES),
    Endpoint("OPTIONS", f"{_SESSION}/whep", "What WHEP takes", describe_whep, open=True, details=_TAKES),
    Endpoint(
        "OPTIONS",
        _RESOURCE,
        "What a WHIP or WHEP connection takes",
        describe_resource,
        open=True,
        details=_RESOURCE_TAKES,
    ),
)
