"""Which pages are there: each open page sends heartbeats, and one that falls silent counts as gone."""

from __future__ import annotations

from typing import Protocol

from foundation.clock import Clock


def point_page(staff_id: str) -> str:
    """The name under which a worker's point page sends heartbeats."""
    return f"{staff_id}:point"


def window_page(staff_id: str) -> str:
    """The name under which a clerk's window page sends heartbeats."""
    return f"{staff_id}:window"


class Presence(Protocol):
    """A register of heartbeats; it may be lost at any time and fills again by itself."""

    async def heartbeat(self, page: str) -> None:
        """The page is there now; call it when it connects and at least every 10 s, see `Rules.silent_after`."""
        ...

    async def silent_for(self, page: str) -> float:
        """Seconds since the page's last heartbeat; for a page never heard, since this register began."""
        ...


class InMemoryPresence:
    """The register of a single process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began = clock.monotonic()
        self._heartbeats: dict[str, float] = {}

    async def heartbeat(self, page: str) -> None:
        """The page is there now."""
        self._heartbeats[page] = self._clock.monotonic()

    async def silent_for(self, page: str) -> float:
        """Seconds since the page's last heartbeat; for a page never heard, since this register began."""
        return self._clock.monotonic() - self._heartbeats.get(page, self._began)
