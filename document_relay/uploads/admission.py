"""Whether a new upload is let in: by its case, its site, and what is free on the disk once all let in have come."""

from __future__ import annotations

from datetime import datetime, timedelta

from document_relay.disk_budget import DiskBudget, Use
from document_relay.errors import DiskFull
from document_relay.quotas import Stored, announced_bytes, check_case, check_site
from document_relay.store import uploads as store
from document_relay.store.folder import Folder
from foundation.database import ReadSession, WriteSession, take_turn


class Admission:
    """Lets uploads in one after the other, so that many at once do not pass a limit together."""

    def __init__(self, budget: DiskBudget, lifetime: timedelta, promise: timedelta) -> None:
        """Room is kept for an upload of this `lifetime` while it is younger than `promise`."""
        self._budget = budget
        self._grown_old = lifetime - promise

    async def left(self) -> int:
        """Bytes that new uploads may take; ask before the transaction, for the disk may be slow. Raises OSError."""
        return await self._budget.left(Use.UPLOADS)

    async def would_take(self, session: ReadSession, length: int, left: int, now: datetime) -> bool:
        """Whether the disk has room for an upload of this length beside those that are under way."""
        under_way = await store.announced(session, now + self._grown_old)
        return announced_bytes(under_way + length) <= left

    async def check(self, session: WriteSession, folder: Folder, length: int, left: int, now: datetime) -> None:
        """Raises CaseFull, SiteFull or DiskFull; no other upload is let in until the transaction ends."""
        # After the case's row was locked: whoever waits here holds none that somebody with the turn waits for.
        await take_turn(session, "uploads")
        quotas, row = self._budget.quotas, folder.row
        under_way = await store.under_way(session, row.id, row.site_id, now + self._grown_old)
        check_case(quotas, folder.stored(), Stored(bytes=under_way.case_bytes + length, pieces=1))
        of_site = await store.stored_of_site(session, row.site_id, now - quotas.site_span)
        check_site(quotas, of_site, under_way, length)
        if announced_bytes(under_way.bytes + length) > left:
            raise DiskFull
