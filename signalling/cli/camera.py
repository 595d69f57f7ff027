"""Adds, lists and removes cameras over halls and in points' rooms; a running service knows of it within seconds."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from typing import Literal

from directory.cameras import Cameras
from directory.catalogue import Catalogue
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.database.migrate import migrate
from foundation.identifiers import SystemIdentifiers
from foundation.settings import Settings
from foundation.vault import Vault
from rtc_server.cameras.values import Camera


def add(settings: Settings, site_id: str, names: tuple[str, str], transport: Literal["tcp", "udp"]) -> int:
    """Adds a camera and prints its identifier; raises `CameraAddressInvalid`, `NoSuchSite`."""
    # Not an argument: everybody on the machine can read those, and a shell remembers them.
    given = getpass.getpass("Address of the camera: ") if sys.stdin.isatty() else sys.stdin.readline()
    address = Camera(id="", address=given.strip(), transport=transport).address

    async def act(cameras: Cameras) -> None:
        print((await cameras.add(site_id, names, address, transport)).id)

    return _with_cameras(settings, act)


def list_all(settings: Settings) -> int:
    """Prints a line for each camera, without names and passwords."""

    async def act(cameras: Cameras) -> None:
        for one in cameras.every():
            place = Camera(id=one.id, address=cameras.address(one)).place
            print(f"{one.id}  {one.site_id:<10} {one.transport}  {place}  {one.name_zh} / {one.name_en}")

    return _with_cameras(settings, act)


def remove(settings: Settings, camera_id: str) -> int:
    """Removes a camera; raises `NoSuchCamera`."""
    return _with_cameras(settings, lambda cameras: cameras.remove(camera_id))


def _with_cameras(settings: Settings, act: Callable[[Cameras], Awaitable[None]]) -> int:
    async def run() -> None:
        database = Database.open(settings.effective_database_url)
        try:
            vault = Vault.open(settings.data_dir / "keys")
            await migrate(database, vault)
            catalogue = Catalogue(database)
            await catalogue.load()
            cameras = Cameras(database, catalogue, vault, SystemIdentifiers(SystemClock()))
            await cameras.load()
            await act(cameras)
        finally:
            await database.close()

    settings.data_dir.mkdir(parents=True, exist_ok=True)
    asyncio.run(run())
    return 0
