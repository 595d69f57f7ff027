"""Adds, lists and removes cameras over halls and in points' rooms; a running service knows of it within seconds."""

from __future__ import annotations

import asyncio
import getpass
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Literal

from directory.audit_head import open_audit
from directory.camera_keeping import CameraKeeping, CameraParts
from directory.cameras import Cameras
from directory.catalogue import Catalogue
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.database.migrate import migrate
from foundation.errors import Refusal
from foundation.identifiers import SystemIdentifiers
from foundation.settings import Settings
from foundation.vault import Vault
from rtc_server.cameras.values import Camera


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
        async with _opened(settings) as (database, catalogue, vault):
            cameras = Cameras(database, catalogue, vault)
            await cameras.load()
        for one in cameras.every():
            place = Camera(id=one.id, address=cameras.address(one)).place
            print(f"{one.id}  {one.site_id:<10} {one.transport}  {place}  {one.name_zh} / {one.name_en}")

    asyncio.run(run())
    return 0


def _change(settings: Settings, about: tuple[str, str], act: Callable[[CameraKeeping], Awaitable[None]]) -> int:
    """Carries the command out; what it is `about`, its name and what it named, stands in the audit log when refused."""

    async def run() -> None:
        clock = SystemClock()
        async with _opened(settings) as (database, catalogue, vault):
            audit, head = open_audit(database, clock, vault, settings.data_dir)
            parts = CameraParts(
                database=database,
                catalogue=catalogue,
                vault=vault,
                identifiers=SystemIdentifiers(clock),
                audit=audit,
                by=getpass.getuser(),
            )
            keeping = CameraKeeping(parts)
            try:
                await act(keeping)
            except Refusal as refusal:
                await keeping.note_refusal(*about, refusal)
                raise
            await head.export()

    asyncio.run(run())
    return 0


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[tuple[Database, Catalogue, Vault]]:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database.open(settings.effective_database_url)
    try:
        vault = Vault.open(settings.data_dir / "keys")
        await migrate(database, vault)
        catalogue = Catalogue(database)
        await catalogue.load()
        yield database, catalogue, vault
    finally:
        await database.close()
