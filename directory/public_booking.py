"""At which centres people book without a worker: at none until a supervisor opens it.

It is off at first, since who opens it lends strangers the clerks' hours and pays for their text messages. Who opened it
stands as the host of the visits that are booked there.
"""

from __future__ import annotations

from dataclasses import dataclass

from directory.catalogue import Catalogue
from directory.errors import NoSuchSite
from directory.principal import Permission, Principal, permits, require
from directory.records import Site, SiteKind
from directory.store import public_booking as store
from foundation.clock import Clock
from foundation.database import Database, take_turn


@dataclass(frozen=True, kw_only=True)
class PublicBookingKeeping:
    """Opens and closes centres; it is asked for at each step, so every process follows at once."""

    database: Database
    catalogue: Catalogue
    clock: Clock

    async def keep(self, by: Principal, site_id: str, opened: bool) -> None:
        """Opens or closes a centre; what is booked already stays. Raises `Forbidden`, `NoSuchSite`."""
        site = self.catalogue.site(site_id)
        require(by, Permission.KEEP_ROTA, site.path)
        if site.kind is SiteKind.OUTREACH_POINT:
            # It has no windows of its own.
            raise NoSuchSite
        async with self.database.write() as session:
            await take_turn(session, f"public booking at {site_id}")
            await store.close_site(session, site_id)
            if opened:
                await store.open_site(session, site_id, by.person_id, self.clock.now())

    async def host_of(self, site_id: str) -> str | None:
        """Who opened the centre; None where it is not open."""
        async with self.database.read() as session:
            return (await store.opened(session)).get(site_id)

    async def kept_by(self, by: Principal) -> list[tuple[Site, bool]]:
        """The centres that somebody may open, each with whether it is."""
        async with self.database.read() as session:
            opened = await store.opened(session)
        centres = [one for one in self.catalogue.sites if one.kind is not SiteKind.OUTREACH_POINT]
        return [(one, one.id in opened) for one in centres if permits(by, Permission.KEEP_ROTA, one.path)]
