"""Adds and removes cameras: what `cloud-window camera` does. A running service reads them anew within seconds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from directory.audit import COMMAND, DONE, AuditLog, Entry
from directory.catalogue import Catalogue
from directory.errors import NoSuchCamera
from directory.records import SiteCamera
from directory.store import queries
from foundation.database import Database
from foundation.errors import Refusal
from foundation.identifiers import Identifiers
from foundation.vault import Vault


@dataclass(frozen=True, kw_only=True)
class CameraParts:
    """What changing cameras needs of the rest."""

    database: Database
    catalogue: Catalogue
    vault: Vault
    identifiers: Identifiers
    audit: AuditLog
    by: str
    """The account at the machine of who runs the command."""


class CameraKeeping:
    """Changes cameras, each change with its audit entry in one transaction; the entries hold no addresses."""

    def __init__(self, parts: CameraParts) -> None:
        self._parts = parts

    async def note_refusal(self, act: str, about: str, refusal: Refusal) -> None:
        """Writes into the audit log that a command was refused; `about` is the site or the camera it named."""
        named = {"site" if act == "camera_added" else "camera": about}
        await self._parts.audit.record(self._entry(act, outcome=refusal.code, **named))

    async def add(
        self, site_id: str, names: tuple[str, str], address: str, transport: Literal["tcp", "udp"]
    ) -> SiteCamera:
        """Adds a camera; `names` are Chinese and English. Raises `NoSuchSite`."""
        parts = self._parts
        site = parts.catalogue.site(site_id)
        identifier, key = parts.identifiers.new(), parts.vault.new_data_key()
        camera = SiteCamera(
            id=identifier,
            site_id=site.id,
            name_zh=names[0],
            name_en=names[1],
            transport=transport,
            key=key,
            address=parts.vault.seal(key, address.encode(), identifier),
        )
        async with parts.database.write() as session:
            await queries.add(session, [camera])
            await parts.audit.append(session, self._entry("camera_added", camera=identifier, site=site.id))
        return camera

    async def remove(self, camera_id: str) -> None:
        """Forgets a camera; raises `NoSuchCamera`."""
        async with self._parts.database.write() as session:
            if not await queries.remove_camera(session, camera_id):
                raise NoSuchCamera
            await self._parts.audit.append(session, self._entry("camera_removed", camera=camera_id))

    def _entry(self, act: str, outcome: str = DONE, **what: str) -> Entry:
        return Entry(who=COMMAND, account=self._parts.by, act=act, outcome=outcome, what=what)
