"""Frames into one WebM or Matroska file, never decoded; the same frames always give the same bytes."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from fractions import Fraction

import av
from av.container import InputContainer
from av.stream import Stream

from foundation.sealed_file import SealedFile
from rtc_server.media_core.depacketise import Frame, opus_samples, vp8_size, vp9_size

_OPUS_RATE = 48000
_SILENCE = b"\xf8\xff\xfe"
"""20 ms of Opus that sound like nothing."""
_SILENCE_SAMPLES = 960
_HOLE = 0.75
"""Of such a silence; less is the bending of clocks, not a packet that is missing."""
_MILLISECONDS = Fraction(1, 1000)
_IVF = {"VP8": (b"VP80", vp8_size), "VP9": (b"VP90", vp9_size)}
"""What an IVF file calls a codec, and how large a key frame is."""
_OGG_PAGE = struct.Struct("<4sBBqIIIB")


@dataclass(frozen=True, kw_only=True)
class TrackPlan:
    """A track of the file: what a player calls it, its codec, and the frame that its decoder starts with."""

    name: str
    codec: str
    first: Frame


class Muxer:
    """Writes into a file; `put` with times that grow within a track, then `close`, which leaves the file open."""

    def __init__(self, file: SealedFile, plans: list[TrackPlan], title: str) -> None:
        """Raises OSError, and `av.FFmpegError` when a first frame cannot be understood."""
        kind = "matroska" if any(plan.codec == "H264" for plan in plans) else "webm"
        self._container = av.open(file, "w", format=kind, options={"fflags": "+bitexact"})
        self._container.metadata["title"] = title
        self._tracks = [_Track(self._container.add_stream_from_template(_template(plan)), plan) for plan in plans]

    def put(self, track: int, frame: Frame, seconds: float) -> None:
        """Adds a frame at its time, or just after the one before when it is not later."""
        target = self._tracks[track]
        if target.audio:
            self._fill(target, seconds)
        self._write(target, frame.data, seconds, frame.key)

    def close(self) -> None:
        """Ends the file; raises OSError."""
        self._container.close()

    def _fill(self, track: _Track, seconds: float) -> None:
        """Spells silence out: browsers play on over a hole in the sound, and lose step with the video."""
        step = _SILENCE_SAMPLES / _OPUS_RATE
        while seconds - track.sounded >= _HOLE * step:
            self._write(track, _SILENCE, track.sounded, True)

    def _write(self, track: _Track, data: bytes, seconds: float, key: bool) -> None:
        at = max(int(seconds / _MILLISECONDS), track.last + 1)
        track.last = at
        packet = av.Packet(data)
        packet.stream = track.stream
        packet.time_base = _MILLISECONDS
        packet.pts = packet.dts = at
        packet.is_keyframe = key
        if track.audio:
            samples = opus_samples(data)
            track.sounded = seconds + samples / _OPUS_RATE
            packet.duration = int(samples * 1000 / _OPUS_RATE)
        self._container.mux(packet)


class _Track:
    def __init__(self, stream: Stream, plan: TrackPlan) -> None:
        self.stream = stream
        self.stream.time_base = _MILLISECONDS
        self.stream.metadata["title"] = plan.name
        self.audio = plan.codec == "opus"
        self.last = -1
        self.sounded = 0.0


def _template(plan: TrackPlan) -> Stream:
    """A stream with the codec's parameters, read by FFmpeg out of the smallest file that has them.

    PyAV's `add_mux_stream` would spare the file, but takes no extradata, which H.264 and Opus need, and leaves out what
    FFmpeg's parsers find in VP8 and VP9 (av 18).
    """
    data = plan.first.data
    if plan.codec == "opus":
        return _read_stream(_ogg_opus(), "ogg")
    if plan.codec in _IVF:
        return _read_stream(_ivf(plan.codec, data), "ivf")
    return _read_stream(data, "h264")


def _read_stream(data: bytes, kind: str) -> Stream:
    container = av.open(io.BytesIO(data), format=kind)
    assert isinstance(container, InputContainer)
    return container.streams[0]


def _ivf(codec: str, frame: bytes) -> bytes:
    name, size = _IVF[codec]
    width, height = size(frame)
    head = struct.pack("<4sHH4sHHIIII", b"DKIF", 0, 32, name, width, height, 1000, 1, 1, 0)
    return head + struct.pack("<IQ", len(frame), 0) + frame


def _ogg_opus() -> bytes:
    """An Ogg file of the two head packets of Opus (RFC 7845 §5); nothing is skipped at the beginning."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 0, _OPUS_RATE, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 0) + struct.pack("<I", 0)
    pages = [(head, 2, 0), (tags, 0, 0), (_SILENCE, 4, _SILENCE_SAMPLES)]
    return b"".join(_ogg_page(packet, flags, grain, number) for number, (packet, flags, grain) in enumerate(pages))


def _ogg_page(packet: bytes, flags: int, granule: int, number: int) -> bytes:
    def page(check: int) -> bytes:
        return _OGG_PAGE.pack(b"OggS", 0, flags, granule, 1, number, check, 1) + bytes((len(packet),)) + packet

    return page(_ogg_check(page(0)))


def _ogg_check(data: bytes) -> int:
    check = 0
    for octet in data:
        check ^= octet << 24
        for _ in range(8):
            check = (check << 1 ^ (0x04C11DB7 if check & 0x80000000 else 0)) & 0xFFFFFFFF
    return check
