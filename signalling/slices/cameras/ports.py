"""What of the cameras other slices show."""

from __future__ import annotations

from directory.cameras import Cameras
from directory.principal import Permission, Principal, permits
from signalling.wire.values import Bilingual
from signalling.wire.views import HallView


def hall_views(cameras: Cameras, principal: Principal) -> list[HallView]:
    """The halls that the person's point may look into."""
    if not permits(principal, Permission.WATCH_HALL):
        return []
    return [HallView(camera_id=one.id, name=Bilingual.name(one)) for one in cameras.halls(principal)]
