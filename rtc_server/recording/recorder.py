"""The recorder: attaches to sessions, keeps their packets, and closes them into files."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import msgspec
import structlog

from foundation.clock import Clock
from foundation.events import Bus
from foundation.identifiers import Identifiers
from foundation.tasks import Tasks
from rtc_server.recording.children import Children
from rtc_server.recording.interface import KeyOf
from rtc_server.recording.stored import read_manifest, recording_key
from rtc_server.recording.tap import RecordingTap
from rtc_server.recording.values import (
    ACKNOWLEDGED,
    OutageReason,
    RecordingClosed,
    RecordingEvent,
    RecordingFailed,
    RecordingFile,
    RecordingNotClosed,
    RecordingResumed,
    RecordingRules,
    RecordingStarted,
    RecordingState,
    RecordingUnknown,
    SegmentClosed,
)
from rtc_server.recording.writer import SegmentWriter
from rtc_server.sessions.interface import Attachment, PacketSink

_log = structlog.get_logger("rtc_server.recording.recorder")
_TICK = 0.5
_NOT_CLOSED_SECONDS = 3600.0
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
    """Where recordings lie."""
    clock: Clock
    identifiers: Identifiers
    tasks: Tasks
    bus: Bus


@dataclass
class _Recording:
    session_id: str
    recording_id: str
    folder: Path
    key: bytes
    tap: RecordingTap
    writer: SegmentWriter
    attachment: Attachment
    key_frames_at: float
    failing: OutageReason | None = None
    retry_at: float = 0.0
    missing: float = 0.0
    refused_told: bool = False
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)


class Recorder:
    """Records sessions; a disk that fails never harms a call."""

    def __init__(self, parts: RecorderParts, rules: RecordingRules | None = None) -> None:
        self._parts = parts
        self._rules = rules or RecordingRules()
        self._open: dict[str, _Recording] = {}
        self._unsealed: set[Path] = set()
        """Folders that are written to, which nobody else may touch."""
        self._again_at: dict[Path, float] = {}
        """When a folder of which no file can be made is tried again."""
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="recording")
        self._closing = asyncio.Lock()
        self._children = Children()
        self._ticker: asyncio.Task[None] | None = None

    def recording(self, session_id: str) -> str | None:
        """The identifier of what is being recorded in the session, None when nothing is."""
        recording = self._open.get(session_id)
        return recording.recording_id if recording is not None else None

    def state(self, session_id: str) -> RecordingState | None:
        """How the session's recording is doing, None when nothing is being recorded."""
        recording = self._open.get(session_id)
        return _state(recording) if recording is not None else None

    def states(self) -> list[RecordingState]:
        """How every recording that runs is doing."""
        return [_state(recording) for recording in self._open.values()]

    async def start(self, session_id: str, key: bytes) -> str:
        """Records everything admitted into the session from now on; the recording's identifier.

        Recording already, it goes on with that one. A full disk is told by `RecordingFailed`, not raised. `key` seals
        the session's recordings.
        """
        known = self._open.get(session_id)
        if known is not None:
            return known.recording_id
        parts, recording_id = self._parts, self._parts.identifiers.new()
        folder = parts.root / session_id / recording_id
        tap = RecordingTap(parts.clock.monotonic(), self._rules.waiting_bytes)
        own_key = recording_key(key, recording_id)
        writer = SegmentWriter(folder, own_key, (session_id, parts.clock.now().isoformat()), self._rules)
        attachment = parts.sessions.attach(session_id, tap)
        due = parts.clock.monotonic() + self._rules.key_frame_seconds
        self._open[session_id] = _Recording(session_id, recording_id, folder, own_key, tap, writer, attachment, due)
        self._unsealed.add(folder)
        if self._ticker is None:
            self._ticker = parts.tasks.supervise(self._tick_for_ever, name="recorder")
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
        return await self._close(recording.folder, recording.key)

    async def flush(self) -> None:
        """Hands to the disk what has come; the recorder does so by itself twice a second."""
        # Together, so that the thread that writes is woken once for all of them.
        await asyncio.gather(*(self._keep(recording) for recording in self._open.values()))

    async def recover_all(self, key_of: KeyOf) -> list[RecordingFile]:
        """Closes what a killed server left, and tells of every recording that was not acknowledged.

        One that cannot be closed is told by `RecordingFailed`, and tried again at the next start or after an hour.
        """
        files = []
        for folder in await self._left():
            if self._again_at.get(folder, 0.0) > self._parts.clock.monotonic():
                continue
            key = await key_of(folder.parent.name)
            if key is None:
                _log.warning("recording_without_key", folder=str(folder))
                continue
            try:
                files.append(await self._close(folder, recording_key(key, folder.name)))
            except RecordingNotClosed:
                self._again_at[folder] = self._parts.clock.monotonic() + _NOT_CLOSED_SECONDS
                _log.warning("recording_left_unclosed", folder=str(folder))
        return files

    async def unacknowledged(self) -> list[str]:
        """The sessions that `recover_all` would ask the keys of."""
        return sorted({folder.parent.name for folder in await self._left()})

    async def _left(self) -> list[Path]:
        folders = await asyncio.to_thread(_unacknowledged, self._parts.root)
        return [folder for folder in folders if folder not in self._unsealed]

    async def acknowledge(self, recording: RecordingFile) -> None:
        """Notes that the recording has joined its case: `recover_all` tells of it no more. Nothing is removed."""
        await asyncio.to_thread((recording.folder / ACKNOWLEDGED).touch)

    async def close(self) -> None:
        """Seals every open segment; the files are made at the next start by `recover_all`."""
        if self._ticker is not None:
            self._ticker.cancel()
        for session_id in tuple(self._open):
            await self._seal(self._open.pop(session_id))
        await self._children.close()
        # Not waited for: a disk that hangs must not hold up the loop.
        self._worker.shutdown(wait=False)

    async def _tick_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            await self.flush()

    async def _keep(self, recording: _Recording) -> None:
        """Writes what came; after a failure tries again, once in a while."""
        tap, now = recording.tap, self._parts.clock.monotonic()
        if now >= recording.key_frames_at:
            self._ask_key_frames(recording, now)
        async with recording.writing:
            if tap.sources_refused and not recording.refused_told:
                recording.refused_told = True
                await self._tell(_failed(recording, "too_many_sources"))
            if recording.failing is not None and now < recording.retry_at:
                return
            if tap.overflowed and recording.failing is None:
                recording.failing = "disk_slow"
                await self._tell(_failed(recording, "disk_slow"))
            blocks = tap.take()
            writer, at = recording.writer, tap.microseconds(now)
            try:
                await self._run(lambda: writer.write(blocks, at, open_now=recording.failing is not None))
            except OSError as error:
                await self._fail(recording, error, blocks[0].first if blocks else at)
            else:
                await self._tell_closed(recording)
                if recording.failing is not None:
                    await self._resume(recording)
            # Not when cancelled: then the thread may still be reading them.
            tap.reuse(blocks)

    async def _fail(self, recording: _Recording, error: OSError, since: int) -> None:
        """Leaves packets out until the disk takes them again; what was written whole is sealed."""
        reason: OutageReason = "disk_full" if error.errno in _FULL else "disk_failed"
        recording.tap.pause(since)
        recording.retry_at = self._parts.clock.monotonic() + self._rules.retry_seconds
        known, recording.failing = recording.failing, reason
        if known is None:
            _log.error("recording_failed", session_id=recording.session_id, reason=reason, error=str(error))
            await self._tell(_failed(recording, reason))
        try:
            await self._run(recording.writer.close)
        except OSError as again:
            _log.warning("segment_not_sealed", session_id=recording.session_id, error=str(again))
        await self._tell_closed(recording)

    async def _resume(self, recording: _Recording) -> None:
        reason, recording.failing = recording.failing, None
        assert reason is not None, "only a recording that failed is resumed"
        seconds = recording.tap.resume(self._parts.clock.monotonic(), reason)
        recording.missing += seconds
        self._ask_key_frames(recording, self._parts.clock.monotonic())
        told = RecordingResumed(session_id=recording.session_id, recording_id=recording.recording_id, seconds=seconds)
        await self._tell(told)

    def _ask_key_frames(self, recording: _Recording, now: float) -> None:
        """Asks every video source for a key frame: a replay shows a moment by decoding from the key frame before it."""
        recording.key_frames_at = now + self._rules.key_frame_seconds
        for source in recording.tap.videos():
            recording.attachment.request_key_frame(source)

    async def _seal(self, recording: _Recording) -> None:
        """Ends the subscription, and closes the last segment when the disk lets it."""
        recording.attachment.detach()
        try:
            await self._write_last(recording)
        finally:
            self._unsealed.discard(recording.folder)

    async def _write_last(self, recording: _Recording) -> None:
        tap, writer = recording.tap, recording.writer
        async with recording.writing:
            now = self._parts.clock.monotonic()
            if recording.failing is not None:
                tap.resume(now, recording.failing)
            blocks = tap.take()

            def finish() -> None:
                writer.write(blocks, tap.microseconds(now), open_now=not writer.used)
                writer.close()

            try:
                await self._run(finish)
            except OSError as error:
                await self._fail(recording, error, blocks[0].first if blocks else 0)
            await self._tell_closed(recording)

    async def _close(self, folder: Path, key: bytes) -> RecordingFile:
        """Has the file made, one at a time, and tells of it."""
        ids = {"session_id": folder.parent.name, "recording_id": folder.name}
        async with self._closing:
            known = await asyncio.to_thread(_is_described, folder)
            if not known and (problem := await self._children.run("rtc_server.recording.closing", folder, key)):
                _log.error("recording_not_closed", folder=str(folder), problem=problem)
                await self._tell(RecordingFailed(**ids, reason="not_closed"))
                raise RecordingNotClosed
            made = await asyncio.to_thread(read_manifest, folder)
        for info in () if known else made.segments:
            if info.recovered:
                await self._tell(SegmentClosed(**ids, number=info.number, sha256=info.sha256, size=info.size))
        closed = RecordingClosed(
            **ids,
            path=str(made.path) if made.path is not None else None,
            sha256=made.sha256,
            duration=made.duration,
            chain_head=made.chain_head,
        )
        await self._tell(closed)
        return made

    async def _tell_closed(self, recording: _Recording) -> None:
        for info in recording.writer.take_closed():
            closed = SegmentClosed(
                session_id=recording.session_id,
                recording_id=recording.recording_id,
                number=info.number,
                sha256=info.sha256,
                size=info.size,
            )
            await self._tell(closed)

    async def _tell(self, event: RecordingEvent) -> None:
        """Publishes; a listener that fails is logged and keeps nothing from being recorded."""
        try:
            await self._parts.bus.publish(event)
        except ExceptionGroup:
            _log.exception("listener_failed", event_kind=type(event).__name__)

    async def _run(self, work: Callable[[], None]) -> None:
        # Whoever stops waiting for it does not stop it: what was taken to be written is written.
        await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._worker, work))


def _state(recording: _Recording) -> RecordingState:
    return RecordingState(recording_id=recording.recording_id, paused=recording.failing, missing=recording.missing)


def _is_described(folder: Path) -> bool:
    """Whether the recording has been closed; a description that was damaged is made anew from the segments."""
    try:
        read_manifest(folder)
    except (OSError, msgspec.MsgspecError, ValueError):
        return False
    return True


def _unacknowledged(root: Path) -> list[Path]:
    return sorted(folder for folder in root.glob("*/*/") if not (folder / ACKNOWLEDGED).exists())


def _failed(
    recording: _Recording, reason: Literal["disk_full", "disk_failed", "disk_slow", "too_many_sources"]
) -> RecordingFailed:
    return RecordingFailed(session_id=recording.session_id, recording_id=recording.recording_id, reason=reason)
