"""What a recording is made of, what it tells the service, and how it can fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from foundation.errors import NotFound, Unavailable
from foundation.events import Event

MANIFEST = "recording.json"
ACKNOWLEDGED = "acknowledged"
"""An empty file beside it."""
REPLAY, REPLAY_DESCRIPTION = "replay", "replay.json"
"""A folder beside it with what browsers play, which is no evidence, and the file that describes it."""
NO_SEGMENT = "0" * 64
"""The predecessor's hash in the first segment of a chain."""


@dataclass(frozen=True, kw_only=True)
class RecordingRules:
    """Bounds of a recording, in seconds and bytes."""

    segment_seconds: float = 4.0
    segment_bytes: int = 16 * 1024 * 1024
    waiting_bytes: int = 8 * 1024 * 1024
    """What may wait for the disk, for each session; what is over is left out and counted."""
    reserve_bytes: int = 256 * 1024 * 1024
    """What stays free on the disk, so that a recording never takes the room of the database."""
    retry_seconds: float = 2.0
    """How often a disk that was full is tried again."""
    key_frame_seconds: float = 15.0
    """How often video sources are asked for a key frame: so far at most a replay has to decode to show a moment."""


class SegmentInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A closed segment; `sha256` is of all of it in the clear, in lower-case hex, and stands in the next one's head."""

    number: int
    """From 1."""
    sha256: str
    size: int
    """Bytes."""
    recovered: bool = False
    """Whether it was open when the server was killed; its end may be missing."""


class RecordedSource(msgspec.Struct, frozen=True, kw_only=True):
    """One source of a recording; a participant's new connection is a new source on the same track."""

    index: int
    participant_id: str
    kind: str
    """A `SourceKind`."""
    codec: str
    clock_rate: int
    channels: int
    payload_type: int
    ssrc: int
    track: int | None
    """Index in the file; None when nothing of it could be shown, for example no key frame came."""
    start: float
    """Seconds from the recording's beginning, of the first packet and the last."""
    end: float
    packets: int
    lost: int
    """Packets that never came, by sequence number."""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Where packets of a source are missing: between these seconds of the recording."""

    source: int
    start: float
    end: float
    packets: int


OutageReason = Literal["disk_full", "disk_failed", "disk_slow"]


class Outage(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds of the recording between which nothing was written."""

    start: float
    end: float
    reason: OutageReason


@dataclass(frozen=True, kw_only=True)
class RecordingState:
    """How a recording that runs is doing."""

    recording_id: str
    paused: OutageReason | None
    """Why nothing is written just now; None while all is well."""
    missing: float
    """Seconds left out by former pauses."""


class RecordingFile(msgspec.Struct, frozen=True, kw_only=True):
    """A closed recording, as `recording.json` has it."""

    recording_id: str
    session_id: str
    folder: Path
    """Where the segments and the file lie."""
    file: str | None
    """Name of the WebM or Matroska file, which is sealed; None when nothing came that could be shown."""
    sha256: str
    """Of that file in the clear, in lower-case hex; empty without one. The same segments give the same bytes."""
    size: int
    started: datetime
    """The wall time, in UTC, of second 0."""
    duration: float
    """Seconds."""
    sources: tuple[RecordedSource, ...]
    segments: tuple[SegmentInfo, ...]
    gaps: tuple[Gap, ...]
    """In the order of their beginning, at most 10 000."""
    outages: tuple[Outage, ...]

    @property
    def path(self) -> Path | None:
        """The WebM or Matroska file."""
        return self.folder / self.file if self.file is not None else None

    @property
    def chain_head(self) -> str:
        """The last segment's hash, which vouches for all of them."""
        return self.segments[-1].sha256 if self.segments else NO_SEGMENT


class ReplayTrack(msgspec.Struct, frozen=True, kw_only=True):
    """One track in a file of its own, whose second 0 is second `start` of the recording."""

    kind: str
    """A `SourceKind`."""
    participant_id: str
    file: str
    media_type: str
    start: float
    end: float
    sent: tuple[tuple[float, float], ...]
    """Between which seconds of the recording its sources sent."""
    thumbnails: tuple[tuple[float, str], ...]
    """Second of the recording, and the JPEG's name; empty for sound."""


HoleReason = Literal["lost", "disk_full", "disk_failed", "disk_slow"]


class Hole(msgspec.Struct, frozen=True, kw_only=True):
    """Where something is missing; near ones are one."""

    track: int | None
    """Index in `Replay.tracks`; None for all of them."""
    start: float
    end: float
    reason: HoleReason


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser plays of a closed recording: every file lies sealed in its folder `replay`."""

    recording_id: str
    started: datetime
    """The wall time, in UTC, of second 0."""
    duration: float
    tracks: tuple[ReplayTrack, ...]
    holes: tuple[Hole, ...]

    def files(self) -> frozenset[str]:
        """The names of all files."""
        thumbnails = (name for track in self.tracks for _, name in track.thumbnails)
        return frozenset((*thumbnails, *(track.file for track in self.tracks)))


class RecordingEvent(Event, frozen=True, kw_only=True):
    """Something that happened to a recording."""

    session_id: str
    recording_id: str


class RecordingStarted(RecordingEvent, frozen=True, kw_only=True):
    """Everything admitted into the session is recorded from now on."""


class SegmentClosed(RecordingEvent, frozen=True, kw_only=True):
    """A segment lies on the disk, flushed, and will not change."""

    number: int
    sha256: str
    size: int


class RecordingFailed(RecordingEvent, frozen=True, kw_only=True):
    """Nothing is recorded until `RecordingResumed`: an alert; the call goes on."""

    reason: Literal["disk_full", "disk_failed", "disk_slow", "too_many_sources", "not_closed"]
    """too_many_sources: those that are too many are left out; not_closed: the segments lie there, the file does not."""


class RecordingResumed(RecordingEvent, frozen=True, kw_only=True):
    """Recording goes on; `seconds` are missing."""

    seconds: float


class RecordingClosed(RecordingEvent, frozen=True, kw_only=True):
    """The file lies ready; told again by `recover_all` until the recording is acknowledged."""

    path: str | None
    """The file; None when nothing came that could be shown."""
    sha256: str
    duration: float
    chain_head: str


class RecordingUnknown(NotFound):
    """Nothing is being recorded in this session."""

    code = "recording_unknown"
    zh = "该会话没有正在进行的录像。"
    en = "Nothing is being recorded in this session."


class ReplayNotMade(Unavailable):
    """What a browser could play could not be made of the recording, which is untouched."""

    code = "replay_not_made"
    zh = "暂时无法生成回放，录像文件不受影响，可下载观看。"
    en = "The replay cannot be made just now. The recording itself is whole and can be downloaded."


class ReplayNoRoom(Unavailable):
    """The disk has no room for what a browser could play; the recording is untouched."""

    code = "replay_no_room"
    status = 507
    retry_after_seconds = 60
    zh = "服务器存储空间不足，暂时无法生成回放；录像文件不受影响，可下载观看。请告知管理员清理空间。"
    en = (
        "There is no room on the server to make the replay. The recording itself is whole and can be downloaded."
        " Tell the administrator to make room."
    )


class RecordingNotClosed(Unavailable):
    """The file could not be made of the segments, which are kept."""

    code = "recording_not_closed"
    zh = "录像文件暂时无法生成，原始分段已保存。"
    en = "The recording's file cannot be made just now. Its segments are kept."
