"""Makes of a closed recording what a browser can play with seeking: a file a track, and thumbnails.

Browsers play one video and one audio track of a file. So each track gets a file of its own, copied and not transcoded,
and a page plays them side by side. It is a process of its own with limits: what participants sent is decoded nowhere
else. `python -m rtc_server.recording.replay FOLDER`, with the recording's key on standard input. All of it lies sealed
in `FOLDER/replay` and may be removed at any time: it is no evidence, and is made again when somebody opens it.
"""

from __future__ import annotations

import os
import resource
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import msgspec
from av.container import InputContainer, OutputContainer
from av.stream import Stream

from foundation.sealed_file import SealedFile, write_sealed
from rtc_server.recording.children import read_key
from rtc_server.recording.stored import read_manifest
from rtc_server.recording.values import REPLAY, REPLAY_DESCRIPTION, Hole, RecordingFile, Replay, ReplayTrack

_NEAR = 1.0
_HOLES = 400
_THUMBNAILS = 60
_THUMBNAIL_SECONDS = 5.0
_WIDTH = 192
_MEMORY = 1 << 30
_CPU_SECONDS = 900
_ROOM = 64 << 20


def make_replay(folder: Path, key: bytes) -> Replay:
    """Fills `folder/replay`; raises OSError, FFmpeg's errors, `SealBroken`, and FileNotFoundError when not closed."""
    recording = read_manifest(folder)
    beside = folder / f".{REPLAY}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    tracks = _copy(recording, recording.path, _Target(beside, key)) if recording.path is not None else []
    made = Replay(
        recording_id=recording.recording_id,
        started=recording.started,
        duration=recording.duration,
        tracks=tuple(track.described(recording) for track in tracks),
        holes=tuple(_holes(recording)),
    )
    (beside / REPLAY_DESCRIPTION).write_bytes(msgspec.json.encode(made))
    shutil.rmtree(folder / REPLAY, ignore_errors=True)
    beside.rename(folder / REPLAY)
    return made


@dataclass(frozen=True)
class _Target:
    """Where the files go, and under which key."""

    folder: Path
    key: bytes = field(repr=False)

    def create(self, name: str) -> SealedFile:
        """A new file of the replay."""
        return SealedFile.create(self.folder / name, self.key, _place(name))

    def write(self, name: str, data: bytes) -> None:
        """A file of the replay with these bytes."""
        write_sealed(self.folder / name, self.key, _place(name), data)


def _place(name: str) -> str:
    return f"{REPLAY}/{name}"


class _Track:
    """One track on its way into its file."""

    def __init__(self, index: int, stream: Stream, target: _Target, every: float) -> None:
        self.index = index
        self.stream = stream
        kind = "mp4" if stream.codec_context.name == "h264" else "webm"
        self.file = f"{index}.{kind}"
        self.media_type = f"{stream.type}/{kind}"
        self._target = target
        self._sealed = target.create(self.file)
        self._container: OutputContainer = av.open(self._sealed, "w", format=kind, options={"fflags": "+bitexact"})
        self._out = self._container.add_stream_from_template(stream)
        self._first: int | None = None
        self._every = every
        self._due = 0.0
        self._keys: list[tuple[float, bytes]] = []
        self.start = self.end = 0.0

    def put(self, packet: av.Packet[Stream]) -> None:
        """Copies a packet; the first one is at second 0 of the file."""
        if packet.pts is None or packet.time_base is None:
            return
        seconds = float(packet.pts * packet.time_base)
        if self._first is None:
            self._first, self.start = packet.pts, seconds
        self.end = seconds + float((packet.duration or 0) * packet.time_base)
        if self.stream.type == "video" and packet.is_keyframe and seconds >= self._due:
            self._due = seconds + self._every
            self._keys.append((seconds, bytes(packet)))
        packet.pts -= self._first
        packet.dts = packet.pts
        packet.stream = self._out
        self._container.mux(packet)

    def close(self) -> None:
        """Ends the file."""
        self._container.close()
        self._sealed.close()

    def described(self, recording: RecordingFile) -> ReplayTrack:
        """The finished track, with its thumbnails made."""
        sources = [source for source in recording.sources if source.track == self.index]
        return ReplayTrack(
            kind=sources[0].kind,
            participant_id=sources[0].participant_id,
            file=self.file,
            media_type=self.media_type,
            start=self.start,
            end=self.end,
            sent=tuple((source.start, source.end) for source in sources),
            thumbnails=tuple(self._thumbnails()),
        )

    def _thumbnails(self) -> Iterable[tuple[float, str]]:
        context = self.stream.codec_context
        for number, (seconds, data) in enumerate(self._keys):
            name = f"{self.index}-{number:03}.jpg"
            # A key frame that cannot be decoded has no thumbnail; the track is played all the same.
            if thumbnail := _thumbnail(context.name, context.extradata, data):
                self._target.write(name, thumbnail)
                yield seconds, name


def _copy(recording: RecordingFile, path: Path, target: _Target) -> list[_Track]:
    every = max(_THUMBNAIL_SECONDS, recording.duration / _THUMBNAILS)
    with SealedFile.open(path, target.key, path.name) as file, av.open(file) as container:
        assert isinstance(container, InputContainer)
        tracks = [_Track(stream.index, stream, target, every) for stream in container.streams]
        for packet in container.demux():
            tracks[packet.stream.index].put(packet)
        for track in tracks:
            track.close()
    return tracks


def _thumbnail(codec: str, extradata: bytes | None, data: bytes) -> bytes | None:
    """The key frame, small, as JPEG; None when it cannot be decoded."""
    decoder = av.CodecContext.create(codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.thread_count = 1
    if extradata:
        decoder.extradata = extradata
    try:
        frames = [*decoder.decode(av.Packet(data)), *decoder.decode(None)]
    except av.FFmpegError:
        return None
    if not frames:
        return None
    frame = frames[0]
    height = max(2, round(_WIDTH * frame.height / frame.width / 2) * 2)
    small = frame.reformat(_WIDTH, height, format="yuvj420p")
    encoder = av.CodecContext.create("mjpeg", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = _WIDTH, height, "yuvj420p"
    encoder.time_base = Fraction(1, 25)
    encoder.options = {"qmin": "4", "qmax": "8"}
    small.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(small), *encoder.encode(None)))


def _holes(recording: RecordingFile, near: float = _NEAR) -> list[Hole]:
    """Losses of a track that are near each other as one, and the outages; when they are many, farther ones join."""
    tracks = {source.index: source.track for source in recording.sources}
    lost: dict[int, list[tuple[float, float]]] = {}
    for gap in recording.gaps:
        # What an outage left out counts as its own, though its numbers are missing like lost ones.
        left_out = any(gap.start < one.end and gap.end > one.start for one in recording.outages)
        if not left_out and (track := tracks.get(gap.source)) is not None:
            lost.setdefault(track, []).append((gap.start, gap.end))
    holes = [
        Hole(track=track, start=start, end=end, reason="lost")
        for track, spans in lost.items()
        for start, end in _join(spans, near)
    ]
    if len(holes) > _HOLES and near < recording.duration:
        return _holes(recording, near * 2)
    holes += [Hole(track=None, start=one.start, end=one.end, reason=one.reason) for one in recording.outages]
    return sorted(holes, key=lambda hole: hole.start)


def _join(spans: list[tuple[float, float]], near: float) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] <= near:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


def limit_process(room: int) -> None:
    """Bounds what a decoder that was led astray can do to this machine; `room` in bytes of a file."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, 128))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    """Makes the replay of the folder given; what goes wrong is told on standard error."""
    folder = Path(sys.argv[1])
    limit_process(read_manifest(folder).size * 2 + _ROOM)
    make_replay(folder, read_key())
    return 0


if __name__ == "__main__":
    sys.exit(main())
