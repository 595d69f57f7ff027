"""Frozen pictures: brought by the page whose video it is, and shown to those in the call."""

from __future__ import annotations

from aiohttp import web

from directory.principal import Permission
from foundation.errors import Forbidden
from scheduler.errors import NoSuchTicket
from signalling.identity.participant import ParticipantId
from signalling.slices.annotation import acts
from signalling.slices.annotation.annotations import Shown
from signalling.slices.annotation.drawing_members import apart, drawing_member, found, note, show
from signalling.slices.annotation.frozen import LARGEST_BYTES, FrozenTooLarge, NotAPhotograph, NotFrozen, TooManyFrozen
from signalling.slices.annotation.messages import FrozenBody
from signalling.slices.annotation.parts import Parts
from signalling.transport.declared_refusals import CASE_LOG
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.reading import TooSlow, read_bytes
from signalling.transport.http.sealed_files import private_bytes

_JPEG = "image/jpeg"
_ONE = "/api/v1/frozen-pictures/{picture_id}"


async def bring_picture(parts: Parts, call: Call) -> FrozenBody:
    """Takes the photograph that the page was asked for, and lays it before everybody in the call."""
    drawer = drawing_member(parts, call.principal)
    picture_id = call.path("picture_id")
    asked = parts.frozen.awaited(drawer.ticket.id, picture_id)
    if asked.owner != ParticipantId.of(call.principal):
        raise Forbidden
    if call.request.content_type != _JPEG:
        raise NotAPhotograph
    asked.coming = True
    try:
        data = await read_bytes(call.request, LARGEST_BYTES, FrozenTooLarge())
    finally:
        asked.coming = False
    # It may have been put away, or asked for anew, while it came.
    parts.frozen.take(drawer.ticket.id, picture_id, data)
    drew = drawer.drawn.show(Shown(kind="frozen", id=picture_id, by=asked.by))
    show(parts, drawer.ticket)
    await parts.cases.note(drawer.ticket.id, (asked.by.id, asked.by.name), acts.FROZEN)
    await note(parts, drawer.ticket.id, drew)
    return FrozenBody(picture_id=picture_id)


async def frozen_picture(parts: Parts, call: Call) -> web.StreamResponse:
    """The frozen picture of the call that the person is in."""
    drawer = found(parts, call.principal)
    if drawer is None:
        raise NoSuchTicket
    if apart(*drawer):
        raise Forbidden
    return private_bytes(parts.frozen.picture(drawer[0].id, call.path("picture_id")).data, _JPEG)


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "POST",
        _ONE,
        "Bring the photograph that the page was asked for",
        bring_picture,
        answer=FrozenBody,
        permission=Permission.READ_CASE,
        details=Details(
            takes=_JPEG,
            refusals=CASE_LOG
            | {Forbidden, FrozenTooLarge, NotAPhotograph, NotFrozen, NoSuchTicket, TooManyFrozen, TooSlow},
        ),
    ),
    Endpoint(
        "GET",
        _ONE,
        "A frozen picture",
        frozen_picture,
        content=_JPEG,
        permission=Permission.READ_CASE,
        details=Details(refusals=frozenset({Forbidden, NotFrozen, NoSuchTicket})),
    ),
)
