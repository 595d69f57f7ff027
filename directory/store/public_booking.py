"""Reads and writes of the centres where people book without a worker."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, insert, select

from directory.store.tables import PublicBookingSiteRow
from foundation.database import ReadSession, WriteSession

_sites = cast(Table, PublicBookingSiteRow.__table__)


async def opened(session: ReadSession) -> dict[str, str]:
    """Site id → who opened it, of all that are open."""
    return {row.site_id: row.opened_by for row in await session.execute(select(_sites.c.site_id, _sites.c.opened_by))}


async def open_site(session: WriteSession, site_id: str, by: str, at: datetime) -> None:
    """Opens a site; the caller has closed it before."""
    await session.execute(insert(_sites), {"site_id": site_id, "opened_by": by, "opened_at": at})


async def close_site(session: WriteSession, site_id: str) -> None:
    """Closes a site, also one that is not open."""
    await session.execute(delete(_sites).where(_sites.c.site_id == site_id))
