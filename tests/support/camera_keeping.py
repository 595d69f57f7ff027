"""Cameras added and removed as by command, in a process of its own."""

from __future__ import annotations

from typing import Literal

from directory.camera_keeping import CameraKeeping, CameraParts
from directory.records import SiteCamera
from signalling.house import House


def keeping_of(house: House) -> CameraKeeping:
    """Writes into the same database; the service knows of a change when it reads the cameras anew."""
    parts = CameraParts(
        database=house.database,
        catalogue=house.directory.catalogue,
        vault=house.vault,
        identifiers=house.identifiers,
        audit=house.directory.audit,
        by="root",
    )
    return CameraKeeping(parts)


async def added(house: House, site_id: str, address: str, transport: Literal["tcp", "udp"] = "tcp") -> SiteCamera:
    """A camera that the service knows already."""
    camera = await keeping_of(house).add(site_id, ("摄像头", "Camera"), address, transport)
    await house.cameras.load()
    return camera
