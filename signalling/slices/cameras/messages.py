"""The service's own cameras: over halls, and in points' rooms."""

from __future__ import annotations

from signalling.wire.commands import Command
from signalling.wire.values import Identifier


class WatchHall(Command, frozen=True, kw_only=True):
    """Shows a hall's camera in the page's first face slot while it waits; null ends it."""

    camera_id: Identifier | None


class AllowRoomCamera(Command, frozen=True, kw_only=True):
    """Lets the clerk look into the point's room from now on, or ends that and refuses it for this call."""

    allowed: bool


class LookIntoRoom(Command, frozen=True, kw_only=True):
    """Switches the camera in the point's room on, in a free face slot of the clerk's page, or off; not recorded."""

    on: bool
