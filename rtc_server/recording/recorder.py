"""The recorder: attaches to sessions, keeps their packets, and closes them into files."""

from __future__ import annotations

import asyncio
import errno
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from foundation.clock import Clock
from foundation.events import Bus
from foundation.identifiers import Identifiers
from foundation.tasks import Tasks
from rtc_server.recording.closing import read_manifest
from rtc_server.recording.tap import RecordingTap
from rtc_server.recording.values import (
    MANIFEST,
    OutageReason,
    RecordingClosed,
    RecordingEvent,
    RecordingFailed,
    RecordingFile,
    RecordingNotClosed,
    RecordingResumed,
    RecordingRules,
    RecordingStarted,
    RecordingUnknown,
    SegmentClosed,
)
from rtc_server.recording.writer import SegmentWriter
from rtc_server.sessions.interface import Attachment, PacketSink

_log = structlog.get_logger("rtc_server.recording.recorder")
_TICK = 0.25
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Sessions(Protocol):
    """What the recorder needs of the media server."""

    def attach(self, session_id: str, sink: PacketSink) -> Attachment:
        """Gives the sink every packet of the session."""
        ...


@dataclass(frozen=True, kw_only=True)
class RecorderParts:
    """What a recorder works with."""

    sessions: Sessions
    root: Path
    """Where recordings lie until they are discarded."""
    clock: Clock
    identifiers: Identifiers
    tasks: Tasks
    bus: Bus


@dataclass
class _Recording:
    session_id: str
    recording_id: str
    folder: Path
    tap: RecordingTap
    writer: SegmentWriter
    attachment: Attachment
    failing: OutageReason | None = None
    retry_at: float = 0.0
    refused_told: bool = False
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Recorder:
    """Records sessions; a disk that fails never harms a call."""

    def __init__(self, parts: RecorderParts, rules: RecordingRules | None = None) -> None:
        self._parts = parts
        self._rules = rules or RecordingRules()
        self._open: dict[str, _Recording] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recording")
        self._closing = asyncio.Lock()
        self._children: set[asyncio.subprocess.Process] = set()
        self._ticker: asyncio.Task[None] | None = None

    def recording(self, session_id: str) -> str | None:
        """The identifier of what is being recorded in the session, None when nothing is."""
        recording = self._open.get(session_id)
        return recording.recording_id if recording is not None else None

    async def start(self, session_id: str) -> str:
        """Records everything admitted into the session from now on; the recording's identifier.

        Recording already, it goes on with that one. A full disk is told by `RecordingFailed`, not raised.
        """
        known = self._open.get(session_id)
        if known is not None:
            return known.recording_id
        parts, recording_id = self._parts, self._parts.identifiers.new()
        folder = parts.root / session_id / recording_id
        tap = RecordingTap(parts.clock.monotonic(), self._rules.waiting_bytes)
        writer = SegmentWriter(folder, session_id, parts.clock.now().isoformat(), self._rules)
        attachment = parts.sessions.attach(session_id, tap)
        self._open[session_id] = _Recording(session_id, recording_id, folder, tap, writer, attachment)
        if self._ticker is None:
            self._ticker = parts.tasks.spawn(self._tick_for_ever(), name="recorder")
        await self._tell(RecordingStarted(session_id=session_id, recording_id=recording_id))
        return recording_id

    async def stop(self, session_id: str) -> RecordingFile:
        """Ends the recording and makes its file, which takes a while.

        Raises `RecordingUnknown`, and `RecordingNotClosed` when the file cannot be made; the segments are kept then.
        """
        recording = self._open.pop(session_id, None)
        if recording is None:
            raise RecordingUnknown
        await self._seal(recording)
        return await self._close(recording.folder, recording.session_id, recording.recording_id)

    async def flush(self) -> None:
        """Hands to the disk what has come; the recorder does so by itself four times a second."""
        for recording in tuple(self._open.values()):
            await self._keep(recording)

    async def recover_all(self) -> list[RecordingFile]:
        """Closes what a killed server left, and tells of every recording that has not been discarded.

        For the start of a server; one that cannot be closed is told by `RecordingFailed` and tried at the next start.
        """
        running = {recording.folder for recording in self._open.values()}
        folders = await self._run(lambda: sorted(self._parts.root.glob("*/*/")))
        files = []
        for folder in folders:
            if folder in running or not any(folder.iterdir()):
                continue
            try:
                files.append(await self._close(folder, folder.parent.name, folder.name))
            except RecordingNotClosed:
                _log.warning("recording_left_unclosed", folder=str(folder))
        return files

    async def discard(self, recording: RecordingFile) -> None:
        """Removes the folder with segments and file, once both are kept elsewhere."""
        folder = recording.path.parent
        await self._run(lambda: shutil.rmtree(folder))

    async def close(self) -> None:
        """Seals every open segment; the files are made at the next start by `recover_all`."""
        if self._ticker is not None:
            self._ticker.cancel()
        for session_id in tuple(self._open):
            await self._seal(self._open.pop(session_id))
        for child in tuple(self._children):
            child.terminate()
            await child.wait()
        self._worker.shutdown()

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            await self.flush()
