"""Whose rooms are looked into: a clerk switches the camera in the point's room on, and the point may refuse that.

It is kept in memory, since it ends with the call and with the service: nobody is looked at unawares.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from directory.cameras import Cameras
from foundation.errors import Conflict
from scheduler.views import TicketView

RoomState = Literal["off", "on", "refused"]


class RoomCameraRefused(Conflict):
    """The point does not want its room to be seen."""

    code = "room_camera_refused"
    zh = "对方不同意开启室内摄像头。"
    en = "The other side does not allow the room camera."


class RoomCameras:
    """The room camera that is on in each session, and the sessions whose points refuse it."""

    def __init__(self) -> None:
        self._on: dict[str, str] = {}
        self._refused: set[str] = set()

    def state(self, session_id: str) -> RoomState:
        """How it is with the room of this session's point."""
        if session_id in self._on:
            return "on"
        return "refused" if session_id in self._refused else "off"

    def state_at(self, cameras: Cameras, ticket: TicketView) -> RoomState | None:
        """How it is with the room of this ticket's point; None where it has no camera."""
        return self.state(ticket.id) if cameras.room(ticket.site_id) else None

    def camera_of(self, session_id: str) -> str | None:
        """The camera that is on."""
        return self._on.get(session_id)

    def begin(self, session_id: str, camera_id: str) -> bool:
        """Notes that the camera is on; whether that is new. Raises `RoomCameraRefused`."""
        if session_id in self._refused:
            raise RoomCameraRefused
        new = session_id not in self._on
        self._on.setdefault(session_id, camera_id)
        return new

    def end(self, session_id: str) -> str | None:
        """Notes that the camera is off; which one was on."""
        return self._on.pop(session_id, None)

    def allow(self, session_id: str, *, allowed: bool) -> bool:
        """Notes whether the point allows it from now on; whether that is new."""
        before = session_id not in self._refused
        (self._refused.discard if allowed else self._refused.add)(session_id)
        return before is not allowed

    def seen(self) -> frozenset[str]:
        """The cameras that are on somewhere."""
        return frozenset(self._on.values())

    def without(self, cameras: Collection[str]) -> list[str]:
        """The sessions whose camera is none of these."""
        return [session_id for session_id, camera_id in self._on.items() if camera_id not in cameras]
