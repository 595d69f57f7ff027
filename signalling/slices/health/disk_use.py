"""What takes the space below the data folder, by kind.

The files are looked at slowly, for there may be a million.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import structlog

from foundation.clock import Clock
from foundation.disk import bytes_below, bytes_in
from foundation.tasks import Tasks

_log = structlog.get_logger("signalling.disk_use")
_AGE_SECONDS = 600.0
"""How old the figures may be when they are asked for."""
_REST_SECONDS = 0.005
"""After each folder, so that calls do not wait for the interpreter."""
KINDS: Mapping[str, str] = MappingProxyType(
    {
        "papers": "blobs",
        "uploads": "uploads",
        "recordings": "recordings",
        "node_recordings": "nodes",
        "database": "cloud-window.db*",
    }
)
"""What lies where below the data folder."""


def used(data_dir: Path) -> dict[str, int]:
    """Bytes on the disk, by kind; blocks. Raises OSError."""
    return {kind: sum(map(_bytes, data_dir.glob(name))) for kind, name in KINDS.items()}


def _bytes(path: Path) -> int:
    return bytes_below(path) if path.is_dir() else path.stat().st_blocks * 512


async def used_slowly(data_dir: Path) -> dict[str, int]:
    """As `used`, with a rest after each folder; ends at once when it is cancelled."""
    found = dict.fromkeys(KINDS, 0)
    for kind, name in KINDS.items():
        waiting = await asyncio.to_thread(_found, data_dir, name)
        while waiting:
            path = waiting.pop()
            taken, folders = await asyncio.to_thread(_step, path)
            found[kind] += taken
            waiting += folders
            await asyncio.sleep(_REST_SECONDS)
    return found


def _found(data_dir: Path, name: str) -> list[Path]:
    return list(data_dir.glob(name))


def _step(path: Path) -> tuple[int, list[Path]]:
    return bytes_in(path) if path.is_dir() else (_bytes(path), [])


class DiskUse:
    """Gives the newest figures and has old ones looked at again, while whoever asked goes on."""

    def __init__(self, data_dir: Path, clock: Clock) -> None:
        self._data_dir = data_dir
        self._clock = clock
        self._figures: dict[str, int] = {}
        self._asked_at = float("-inf")

    def by_kind(self, tasks: Tasks) -> Mapping[str, int]:
        """Bytes by kind as they were last; empty before the first look has ended."""
        if self._clock.monotonic() - self._asked_at >= _AGE_SECONDS:
            self._asked_at = self._clock.monotonic()
            tasks.spawn(self._look(), name="disk use")
        return self._figures

    async def _look(self) -> None:
        try:
            self._figures = await used_slowly(self._data_dir)
        except OSError:
            _log.exception("disk_use_not_known")
