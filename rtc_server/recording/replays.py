"""Replays for browsers, made when somebody looks at a recording for the first time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import structlog

from foundation.sealed_file import SealedFile
from rtc_server.recording.children import Children
from rtc_server.recording.values import REPLAY, REPLAY_DESCRIPTION, Replay, ReplayNotMade

_log = structlog.get_logger("rtc_server.recording.replays")


class Replays:
    """What browsers play of closed recordings."""

    def __init__(self) -> None:
        self._children = Children()
        self._turn = asyncio.Lock()

    async def of(self, folder: Path, key: bytes) -> Replay:
        """The replay of the recording in the folder, made now when it is not there; raises `ReplayNotMade`."""
        if (made := await asyncio.to_thread(_read, folder)) is not None:
            return made
        async with self._turn:
            if (made := await asyncio.to_thread(_read, folder)) is None:
                problem = await self._children.run("rtc_server.recording.replay", folder, key)
                if (made := await asyncio.to_thread(_read, folder)) is None:
                    _log.error("replay_not_made", folder=str(folder), problem=problem)
                    raise ReplayNotMade
        return made

    async def close(self) -> None:
        """Ends what is being made; it is made anew when somebody looks again."""
        await self._children.close()


def open_file(folder: Path, key: bytes, name: str) -> SealedFile:
    """A file of the recording's replay in the clear; `name` is one of `Replay.files`. Raises `SealBroken`, OSError."""
    return SealedFile.open(folder / REPLAY / name, key, f"{REPLAY}/{name}")


def _read(folder: Path) -> Replay | None:
    try:
        return msgspec.json.decode((folder / REPLAY / REPLAY_DESCRIPTION).read_bytes(), type=Replay)
    except FileNotFoundError:
        return None
