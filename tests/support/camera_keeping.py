"""Cameras added and removed as by command, in a process of its own."""

from __future__ import annotations

from typing import Literal

from directory.camera_keeping import CameraKeeping, CameraParts
from directory.records import SiteCamera
from signalling.features import Features


def keeping_of(features: Features) -> CameraKeeping:
    """Writes into the same database; the service knows of a change when it reads the cameras anew."""
    parts = CameraParts(
        database=features.ground.database,
        catalogue=features.directory.catalogue,
        vault=features.ground.vault,
        identifiers=features.ground.identifiers,
        audit=features.directory.audit,
        by="root",
    )
    return CameraKeeping(parts)


async def added(features: Features, site_id: str, address: str, transport: Literal["tcp", "udp"] = "tcp") -> SiteCamera:
    """A camera that the service knows already."""
    camera = await keeping_of(features).add(site_id, ("摄像头", "Camera"), address, transport)
    await features.cameras.load()
    return camera
