"""A clerk looks into the point's room through its own camera, for as long as the call lasts and the point allows it.

The point reads it first, and the logs hold it; then the clerk sees it. It is not recorded.
"""

from __future__ import annotations

from collections.abc import Collection

import structlog

from directory.audit import Entry
from directory.errors import NoSuchCamera
from directory.principal import Principal
from document_relay.case_files import SYSTEM
from foundation.errors import Refusal
from rtc_server.cameras.values import Camera
from scheduler.errors import NoSuchTicket, NotInThisState
from scheduler.views import TicketView
from signalling.identity.participant import ParticipantId
from signalling.slices.calls.ports import TOGETHER
from signalling.slices.cameras.parts import Parts

_log = structlog.get_logger("signalling.cameras")
Who = tuple[str, str]
"""Identifier and name."""


async def look_into_room(parts: Parts, principal: Principal, *, on: bool) -> None:
    """Switches the room camera of the clerk's call on or off.

    Raises `NoSuchTicket`, `NotInThisState`, `NoSuchCamera`, `RoomCameraRefused`, and what `MediaPlane.watch` raises.
    """
    ticket = await _ticket(parts, principal, "window")
    if on:
        await _switch_on(parts, ticket, principal)
    else:
        await _switch_off(parts, ticket, _who(principal))


async def allow_room_camera(parts: Parts, principal: Principal, *, allowed: bool) -> None:
    """Lets the clerk look into the room from now on, or ends that and refuses it; raises `NoSuchTicket`."""
    ticket = await _ticket(parts, principal, "point")
    if not parts.rooms.allow(ticket.id, allowed=allowed):
        return
    await _switch_off(parts, ticket, _who(principal))
    act = "room_camera_allowed" if allowed else "room_camera_refused"
    await parts.cases.note(ticket.id, _who(principal), act)
    parts.session_changes.tell(ticket)


async def show_room(parts: Parts, ticket: TicketView) -> None:
    """Shows the clerk the room camera that is on, also on a new connection; raises what `MediaPlane.watch` raises."""
    found = parts.cameras.room(ticket.site_id)
    if found is None or ticket.clerk_id is None or parts.rooms.camera_of(ticket.id) != found.id:
        return
    camera = Camera(id=found.id, address=parts.cameras.address(found), transport=found.transport, room=True)
    clerk = str(ParticipantId(ticket.clerk_id, "window"))
    await parts.media.watch(clerk, camera)
    if parts.rooms.camera_of(ticket.id) is None:
        # Switched off while a media node was asked to switch it on.
        await parts.media.watch(clerk, None)


async def show_room_again(parts: Parts, ticket: TicketView, participant: ParticipantId) -> None:
    """Shows the room on the clerk's page that has connected its media anew."""
    if ticket.clerk_id is None or participant != ParticipantId(ticket.clerk_id, "window"):
        return
    try:
        await show_room(parts, ticket)
    except Refusal as refusal:
        # The call goes on without; the clerk may switch it off and on again.
        _log.warning("room_camera_not_shown", code=refusal.code)


async def end_removed(parts: Parts, cameras: Collection[str]) -> None:
    """Ends what was seen through cameras that are none of these any more."""
    for session_id in parts.rooms.without(cameras):
        await _switch_off(parts, await parts.reception.ticket(session_id), SYSTEM)


async def _switch_on(parts: Parts, ticket: TicketView, principal: Principal) -> None:
    camera = parts.cameras.room(ticket.site_id)
    if camera is None:
        raise NoSuchCamera
    if ticket.state not in TOGETHER:
        raise NotInThisState(former=ticket.state, state="looked_into")
    if not parts.rooms.begin(ticket.id, camera.id):
        return
    parts.session_changes.tell(ticket)
    try:
        await parts.cases.note(ticket.id, _who(principal), "room_camera_on")
        await show_room(parts, ticket)
    except Refusal:
        await note_end(parts, ticket, SYSTEM)
        raise


async def _switch_off(parts: Parts, ticket: TicketView, who: Who) -> None:
    if parts.rooms.camera_of(ticket.id) is None:
        return
    try:
        if ticket.clerk_id is not None:
            await parts.media.watch(str(ParticipantId(ticket.clerk_id, "window")), None)
    finally:
        await note_end(parts, ticket, who)


async def note_end(parts: Parts, ticket: TicketView, who: Who) -> None:
    """Says and writes down that the room is seen no longer; does nothing where it was not."""
    camera_id = parts.rooms.end(ticket.id)
    if camera_id is None:
        return
    parts.session_changes.tell(ticket)
    what = {"id": camera_id, "session": ticket.id}
    await parts.intake.write(Entry(who=who[0], act="room_camera_off", what=what))
    await parts.cases.note(ticket.id, who, "room_camera_off")


async def _ticket(parts: Parts, principal: Principal, face: str) -> TicketView:
    """The ticket in hand of the person's page."""
    ticket = await parts.sessions.stored_ticket(ParticipantId(principal.person_id, face))
    if ticket is None:
        raise NoSuchTicket
    return ticket


def _who(principal: Principal) -> Who:
    return principal.person_id, principal.name
