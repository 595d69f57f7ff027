"""Replays for browsers, made when somebody opens a recording for the first time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import structlog

from foundation.disk import bytes_below, space_of
from foundation.sealed_file import SealedFile
from rtc_server.recording.children import Children
from rtc_server.recording.values import REPLAY, REPLAY_DESCRIPTION, RecordingRules, Replay, ReplayNoRoom, ReplayNotMade

_log = structlog.get_logger("rtc_server.recording.replays")


class Replays:
    """What browsers play of closed recordings."""

    def __init__(self, reserve: int = RecordingRules().reserve_bytes) -> None:
        """`reserve` is what stays free on the disk of the recordings, in bytes."""
        self._reserve = reserve
        self._children = Children()
        self._turn = asyncio.Lock()

    async def of(self, folder: Path, key: bytes) -> Replay:
        """The replay of the recording in the folder, made now when it is not there.

        Raises ReplayNotMade, ReplayNoRoom.
        """
        if (made := await asyncio.to_thread(_read, folder)) is not None:
            return made
        async with self._turn:
            if (made := await asyncio.to_thread(_read, folder)) is None:
                await asyncio.to_thread(_require_room, folder, self._reserve)
                problem = await self._children.run("rtc_server.recording.replay", folder, key)
                if (made := await asyncio.to_thread(_read, folder)) is None:
                    _log.error("replay_not_made", folder=str(folder), problem=problem)
                    raise ReplayNotMade
        return made

    async def close(self) -> None:
        """Ends what is being made; it is made anew when somebody opens it again."""
        await self._children.close()


def _require_room(folder: Path, reserve: int) -> None:
    # A replay has the video and sound of the file that lies there, and no more.
    if folder.is_dir() and space_of(folder).free - bytes_below(folder) < reserve:
        raise ReplayNoRoom


def open_file(folder: Path, key: bytes, name: str) -> SealedFile:
    """A file of the recording's replay in the clear; `name` is one of `Replay.files`. Raises `SealBroken`, OSError."""
    return SealedFile.open(folder / REPLAY / name, key, f"{REPLAY}/{name}")


def _read(folder: Path) -> Replay | None:
    try:
        return msgspec.json.decode((folder / REPLAY / REPLAY_DESCRIPTION).read_bytes(), type=Replay)
    except FileNotFoundError:
        return None
