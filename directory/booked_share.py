"""Keeps how much of each department's windows can be booked; a running service follows at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import msgspec

from directory.catalogue import Catalogue
from directory.principal import Permission, Principal, permits, require
from directory.store import queries
from foundation.database import Database


@dataclass(frozen=True, kw_only=True)
class BookedShareKeeping:
    """It holds at every centre, so who keeps it supervises the whole district."""

    database: Database
    catalogue: Catalogue
    _noting: asyncio.Lock = field(default_factory=asyncio.Lock, init=False, repr=False)

    def may_keep(self, by: Principal) -> bool:
        """Whether somebody may change it; raises `NoSuchSite`."""
        return permits(by, Permission.KEEP_ROTA, self.catalogue.district.path)

    async def keep(self, by: Principal, department_id: str, percent: int) -> None:
        """Keeps it, from 0 to 100; what is booked already stays. Raises `Forbidden`, `NoSuchDepartment`."""
        require(by, Permission.KEEP_ROTA, self.catalogue.district.path)
        former = self.catalogue.named_department(department_id)
        # What is stored last is noted last.
        async with self._noting:
            async with self.database.write() as session:
                await queries.set_booked_percent(session, department_id, percent)
            self.catalogue.note_department(msgspec.structs.replace(former, booked_percent=percent))
