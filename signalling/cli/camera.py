"""Adds, lists and removes cameras over halls and in points' rooms; a running service knows of it within seconds."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal

from directory.audit import AuditLog
from directory.camera_keeping import CameraKeeping, CameraParts
from directory.cameras import Cameras
from foundation.identifiers import SystemIdentifiers
from foundation.settings import Settings
from rtc_server.cameras.values import Camera
from signalling.cli.opened import Opened, opened


def add(settings: Settings, site_id: str, names: tuple[str, str], transport: Literal["tcp", "udp"]) -> int:
    """Adds a camera and prints its identifier; raises `CameraAddressInvalid`, `NoSuchSite`."""
    # Not an argument: everybody on the machine can read those, and a shell remembers them.
    given = getpass.getpass("Address of the camera: ") if sys.stdin.isatty() else sys.stdin.readline()

    async def act(keeping: CameraKeeping) -> None:
        address = Camera(id="", address=given.strip(), transport=transport).address
        print((await keeping.add(site_id, names, address, transport)).id)

    return _change(settings, ("camera_added", site_id), act)


def remove(settings: Settings, camera_id: str) -> int:
    """Removes a camera; raises `NoSuchCamera`."""
    return _change(settings, ("camera_removed", camera_id), lambda keeping: keeping.remove(camera_id))


def list_all(settings: Settings) -> int:
    """Prints a line for each camera, without names and passwords."""

    async def run() -> None:
        async with opened(settings) as on:
            cameras = Cameras(on.database, on.catalogue, on.vault)
            await cameras.load()
        for one in cameras.every():
            place = Camera(id=one.id, address=cameras.address(one)).place
            print(f"{one.id}  {one.site_id:<10} {one.transport}  {place}  {one.name_zh} / {one.name_en}")

    asyncio.run(run())
    return 0


def _change(settings: Settings, about: tuple[str, str], act: Callable[[CameraKeeping], Awaitable[None]]) -> int:
    async def run() -> None:
        async with opened(settings) as on:
            await on.change(partial(_keeping, on), about, act)

    asyncio.run(run())
    return 0


def _keeping(on: Opened, audit: AuditLog) -> CameraKeeping:
    parts = CameraParts(
        database=on.database,
        catalogue=on.catalogue,
        vault=on.vault,
        identifiers=SystemIdentifiers(on.clock),
        audit=audit,
        by=getpass.getuser(),
    )
    return CameraKeeping(parts)
