"""Space on the disk: who may still write when it gets scarce. New uploads stop first, what becomes of them and made
documents next; decisions, signatures and the database use what is then left.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum

from document_relay.errors import DiskFull
from document_relay.quotas import Quotas
from foundation.disk import Disk


class Use(Enum):
    """What space is wanted for; the value is the share of the reserve that it leaves alone."""

    UPLOADS = 1.0
    """Files that are announced."""
    PAPERS = 0.5
    """Files that were let in, and the pages, documents and packages that are made."""


class DiskBudget:
    """Gives space out while enough is free; what is being written counts as taken until the disk shows it."""

    def __init__(self, disk: Disk, reserve: int, quotas: Quotas | None = None) -> None:
        """`reserve` in bytes."""
        self.quotas = quotas or Quotas()
        self._disk = disk
        self._reserve = reserve
        self._held = 0

    async def left(self, use: Use) -> int:
        """Bytes that this use may still take; negative when it has to wait. Raises OSError."""
        space = await self._disk.space()
        return space.free - self._held - int(self._reserve * use.value)

    async def require(self, use: Use, size: int) -> None:
        """Raises `DiskFull` unless there is room for so many bytes."""
        if await self.left(use) < size:
            raise DiskFull

    @asynccontextmanager
    async def hold(self, use: Use, size: int) -> AsyncIterator[None]:
        """Keeps room for what the block writes; raises `DiskFull`."""
        await self.require(use, size)
        self._held += size
        try:
            yield
        finally:
            self._held -= size
            self._disk.forget()
