"""What is done with the service's own cameras."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import NoSuchCamera, NoSuchSite
from directory.principal import Permission, Principal
from foundation.vault import SealBroken
from rtc_server.cameras.values import Camera, CameraAddressInvalid
from rtc_server.sessions.errors import CamerasFull, MediaUnavailable, ParticipantUnknown
from scheduler.errors import NoSuchTicket, NotInThisState
from signalling.identity.participant import ParticipantId
from signalling.slices.cameras import looking
from signalling.slices.cameras.messages import AllowRoomCamera, LookIntoRoom, WatchHall
from signalling.slices.cameras.parts import Parts
from signalling.slices.cameras.room_cameras import RoomCameraRefused
from signalling.transport.declared_refusals import CASE_LOG, Refusals
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def watch_hall(parts: Parts, principal: Principal, command: WatchHall) -> None:
    """Shows the page a hall, or no longer."""
    camera = None
    if command.camera_id is not None:
        hall = parts.cameras.hall(principal, command.camera_id)
        camera = Camera(id=hall.id, address=parts.cameras.address(hall), transport=hall.transport)
    await parts.media.watch(str(ParticipantId.of(principal)), camera)


async def look_into_room(parts: Parts, principal: Principal, command: LookIntoRoom) -> None:
    """Switches the room camera of the clerk's call on or off."""
    await looking.look_into_room(parts, principal, on=command.on)


async def allow_room_camera(parts: Parts, principal: Principal, command: AllowRoomCamera) -> None:
    """Lets the clerk look into the room, or refuses it."""
    await looking.allow_room_camera(parts, principal, allowed=command.allowed)


_CAMERA: Refusals = frozenset({CamerasFull, MediaUnavailable, ParticipantUnknown, SealBroken})
_CAMERA_FOUND: Refusals = _CAMERA | {CameraAddressInvalid, NoSuchCamera, NoSuchSite}
_LOOKED = CASE_LOG | _CAMERA_FOUND | {NoSuchTicket, NotInThisState, RoomCameraRefused}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        # People in a hall and in a room are seen without being asked each time.
        WatchHall: CommandRow(Permission.WATCH_HALL, watch_hall, _CAMERA_FOUND, access="hall_watched"),
        LookIntoRoom: CommandRow(Permission.SERVE, look_into_room, _LOOKED, access="room_looked_into"),
        AllowRoomCamera: CommandRow(
            Permission.SHOW_PAPERS,
            allow_room_camera,
            CASE_LOG | _CAMERA | {NoSuchTicket},
            access="room_camera_allowed",
        ),
    }
)
