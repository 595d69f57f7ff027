"""A clerk looks into the point's room through its own camera, for as long as the call lasts and the point allows it.

The point reads it first, and the logs hold it; then the clerk sees it. It is not recorded.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from directory.audit import Entry
from directory.errors import NoSuchCamera
from directory.principal import Principal
from document_relay.case_files import SYSTEM
from foundation.errors import Refusal
from rtc_server.cameras.values import Camera
from scheduler.errors import NoSuchTicket, NotInThisState
from scheduler.events import TicketMoved
from scheduler.queue_core.ticket_life import FINAL
from scheduler.views import TicketView
from signalling.flows.session_follows_ticket import TOGETHER, participant, stored_ticket

if TYPE_CHECKING:
    from signalling.house import House

Who = tuple[str, str]
"""Identifier and name."""


def install(house: House) -> None:
    """Follows the tickets."""

    async def moved(event: TicketMoved) -> None:
        ticket = await house.scheduler.board.as_of(event)
        if ticket.state not in TOGETHER:
            await _note_end(house, ticket, SYSTEM)
        if ticket.state in FINAL:
            house.rooms.allow(ticket.id, allowed=True)

    house.bus.subscribe(TicketMoved, moved)


async def look_into_room(house: House, principal: Principal, *, on: bool) -> None:
    """Switches the room camera of the clerk's call on or off.

    Raises `NoSuchTicket`, `NotInThisState`, `NoSuchCamera`, `RoomCameraRefused`, and what `MediaPlane.watch` raises.
    """
    ticket = await _ticket(house, principal, "window")
    if on:
        await _switch_on(house, ticket, principal)
    else:
        await _switch_off(house, ticket, _who(principal))


async def allow_room_camera(house: House, principal: Principal, *, allowed: bool) -> None:
    """Lets the clerk look into the room from now on, or ends that and refuses it; raises `NoSuchTicket`."""
    ticket = await _ticket(house, principal, "point")
    if not house.rooms.allow(ticket.id, allowed=allowed):
        return
    await _switch_off(house, ticket, _who(principal))
    act = "room_camera_allowed" if allowed else "room_camera_refused"
    await _note(house, ticket, _who(principal), act)
    house.draw(ticket)


async def show_room(house: House, ticket: TicketView) -> None:
    """Shows the clerk the room camera that is on, also on a new connection; raises what `MediaPlane.watch` raises."""
    found = house.cameras.room(ticket.site_id)
    if found is None or ticket.clerk_id is None or house.rooms.camera_of(ticket.id) != found.id:
        return
    camera = Camera(id=found.id, address=house.cameras.address(found), transport=found.transport, room=True)
    clerk = participant(ticket.clerk_id, "window")
    await house.media.watch(clerk, camera)
    if house.rooms.camera_of(ticket.id) is None:
        # Switched off while a media node was asked to switch it on.
        await house.media.watch(clerk, None)


async def end_removed(house: House, cameras: Collection[str]) -> None:
    """Ends what was seen through cameras that are none of these any more."""
    for session_id in house.rooms.without(cameras):
        await _switch_off(house, await house.scheduler.reception.ticket(session_id), SYSTEM)


async def _switch_on(house: House, ticket: TicketView, principal: Principal) -> None:
    camera = house.cameras.room(ticket.site_id)
    if camera is None:
        raise NoSuchCamera
    if ticket.state not in TOGETHER:
        raise NotInThisState(former=ticket.state, state="looked_into")
    if not house.rooms.begin(ticket.id, camera.id):
        return
    house.draw(ticket)
    try:
        await _note(house, ticket, _who(principal), "room_camera_on")
        await show_room(house, ticket)
    except Refusal:
        await _note_end(house, ticket, SYSTEM)
        raise


async def _switch_off(house: House, ticket: TicketView, who: Who) -> None:
    if house.rooms.camera_of(ticket.id) is None:
        return
    try:
        if ticket.clerk_id is not None:
            await house.media.watch(participant(ticket.clerk_id, "window"), None)
    finally:
        await _note_end(house, ticket, who)


async def _note_end(house: House, ticket: TicketView, who: Who) -> None:
    camera_id = house.rooms.end(ticket.id)
    if camera_id is None:
        return
    house.draw(ticket)
    what = {"id": camera_id, "session": ticket.id}
    await house.directory.intake.write(Entry(who=who[0], act="room_camera_off", what=what))
    await _note(house, ticket, who, "room_camera_off")


async def _note(house: House, ticket: TicketView, who: Who, act: str) -> None:
    case = await house.documents.case_files.of_ticket(ticket.id)
    if case is not None:
        await house.documents.case_files.note(who, case.id, act)


async def _ticket(house: House, principal: Principal, face: str) -> TicketView:
    """The ticket in hand of the person's page."""
    ticket = await stored_ticket(house, participant(principal.staff_id, face))
    if ticket is None:
        raise NoSuchTicket
    return ticket


def _who(principal: Principal) -> Who:
    return principal.staff_id, principal.name
