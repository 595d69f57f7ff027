"""How much is free on the disk that the data lie on: asked of the kernel off the loop, and known again for a second."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from foundation.clock import Clock

_KEPT_SECONDS = 1.0
"""How long an answer is given again, so that asking often costs nothing."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What a write says that finds no room."""


@dataclass(frozen=True)
class Space:
    """A file system's bytes: those free to this user, and all."""

    free: int
    total: int


class Disk:
    """Says what is free below some folders; where they lie on several file systems, on the one that has least."""

    def __init__(self, folders: Sequence[Path], clock: Clock) -> None:
        self._folders = folders
        self._clock = clock
        self._asking = asyncio.Lock()
        self._last: Space | None = None
        self._last_at = 0.0

    async def space(self) -> Space:
        """What is free, at most a second old; raises OSError."""
        async with self._asking:
            if self._last is None or self._clock.monotonic() - self._last_at >= _KEPT_SECONDS:
                self._last_at = self._clock.monotonic()
                self._last = await asyncio.to_thread(_least, self._folders)
            return self._last

    def forget(self) -> None:
        """What was said last holds no more: something large was just written or removed."""
        self._last_at = float("-inf")


def _least(folders: Sequence[Path]) -> Space:
    return min((space_of(folder) for folder in folders), key=lambda space: space.free)


def space_of(folder: Path) -> Space:
    """What the file system of the folder has; blocks. Raises OSError."""
    found = os.statvfs(folder)
    return Space(free=found.f_bavail * found.f_frsize, total=found.f_blocks * found.f_frsize)


def bytes_below(folder: Path) -> int:
    """What the files below the folder take on the disk; those that go away meanwhile are not counted. Blocks."""
    total, waiting = 0, [folder]
    while waiting:
        taken, folders = bytes_in(waiting.pop())
        total += taken
        waiting += folders
    return total


def bytes_in(folder: Path) -> tuple[int, list[Path]]:
    """What the files in the folder itself take on the disk, and the folders in it; nothing for one that is gone."""
    total, folders = 0, []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(Path(entry.path))
                else:
                    total += _on_disk(entry)
    except FileNotFoundError:
        return 0, []
    return total, folders


def _on_disk(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_blocks * 512
    except FileNotFoundError:
        return 0
