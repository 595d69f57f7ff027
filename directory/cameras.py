"""The cameras over the halls and in the rooms of points: where they are, and who may look through them."""

from __future__ import annotations

from directory.catalogue import Catalogue
from directory.errors import NoSuchCamera, NoSuchSite
from directory.principal import Principal, within
from directory.records import SiteCamera, SiteKind
from directory.store import queries
from foundation.database import Database
from foundation.vault import SealBroken, Vault


class Cameras:
    """The cameras, as they were read last; their addresses are readable only where they are read from."""

    def __init__(self, database: Database, catalogue: Catalogue, vault: Vault) -> None:
        self._database = database
        self._catalogue = catalogue
        self._vault = vault
        self._cameras: dict[str, SiteCamera] = {}

    async def load(self) -> bool:
        """Reads the cameras anew; whether they are others than before."""
        async with self._database.read() as session:
            found = await queries.every(session, SiteCamera)
        cameras = [camera for camera in found if self._is_whole(camera)]
        before, self._cameras = self._cameras, {one.id: one for one in sorted(cameras, key=lambda camera: camera.id)}
        return before != self._cameras

    def _is_whole(self, camera: SiteCamera) -> bool:
        try:
            self._catalogue.site(camera.site_id)
            self.address(camera)
        except (NoSuchSite, SealBroken, UnicodeError) as error:
            self._database.damaged("hall_cameras", camera.id, error)
            return False
        return True

    def every(self) -> list[SiteCamera]:
        """All cameras, in the order in which they were added."""
        return list(self._cameras.values())

    def halls(self, principal: Principal) -> list[SiteCamera]:
        """The cameras over the halls of the person's own site and of those above it."""
        return [
            one
            for one in self.every()
            if not self._in_room(one) and within(principal.site_path, self._catalogue.site(one.site_id).path)
        ]

    def hall(self, principal: Principal, camera_id: str) -> SiteCamera:
        """The camera over a hall, if the person may look through it; raises `NoSuchCamera`."""
        for one in self.halls(principal):
            if one.id == camera_id:
                return one
        raise NoSuchCamera

    def room(self, site_id: str) -> SiteCamera | None:
        """The camera in the room of this point, the oldest of several; None where there is none."""
        return next((one for one in self.every() if one.site_id == site_id and self._in_room(one)), None)

    def address(self, camera: SiteCamera) -> str:
        """Where the camera is read, with name and password."""
        return self._vault.unseal(camera.key, camera.address, camera.id).decode()

    def _in_room(self, camera: SiteCamera) -> bool:
        return self._catalogue.site(camera.site_id).kind is SiteKind.OUTREACH_POINT
