"""Real Opus, VP8, VP9 and H.264 bitstreams, and the RTP packets that a browser would make of them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import count, islice

import av
import numpy as np

RATES = {"opus": 48000, "VP8": 90000, "VP9": 90000, "H264": 90000}
PAYLOAD_TYPES = {"opus": 111, "VP8": 96, "VP9": 98, "H264": 102}
_ENCODERS = {"VP8": "libvpx", "VP9": "libvpx-vp9", "H264": "libx264"}
# One thread: several that wait for each other by spinning take ten times the processor for so small a picture.
_AS_BROWSERS = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0", "threads": "1"}
_OPTIONS = {
    "VP8": _AS_BROWSERS,
    "VP9": _AS_BROWSERS,
    "H264": {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline"},
}


@dataclass(frozen=True)
class Encoded:
    """One encoder output at its time in seconds."""

    seconds: float
    data: bytes
    key: bool


class _Growing:
    """What an encoder makes of a source without end, encoded as far as somebody has asked for, and once."""

    def __init__(self, source: Iterator[list[Encoded]]) -> None:
        self._source = source
        self._made: list[list[Encoded]] = []

    def first(self, frames: int) -> tuple[Encoded, ...]:
        """What comes of so many frames of the source."""
        self._made += islice(self._source, max(0, frames - len(self._made)))
        return tuple(one for made in self._made[:frames] for one in made)


def pictures(codec: str, seconds: float, size: tuple[int, int] = (320, 180), rate: int = 25) -> tuple[Encoded, ...]:
    """Moving noise bars with a key frame every second; a whole picture is white for 0.2 s at each full second."""
    return _film(codec, size, rate).first(int(seconds * rate))


def sound(seconds: float) -> tuple[Encoded, ...]:
    """Opus of 20 ms: a tone for 0.2 s at each full second, else silence."""
    return _tones().first(int(seconds * 50))


@cache
def _film(codec: str, size: tuple[int, int], rate: int) -> _Growing:
    return _Growing(_encoded_pictures(codec, size, rate))


@cache
def _tones() -> _Growing:
    return _Growing(_encoded_sound())


def _encoded_pictures(codec: str, size: tuple[int, int], rate: int) -> Iterator[list[Encoded]]:
    encoder = av.CodecContext.create(_ENCODERS[codec], "w")
    encoder.width, encoder.height = size
    encoder.pix_fmt = "yuv420p"
    encoder.bit_rate = 600_000
    encoder.gop_size = rate
    encoder.time_base = Fraction(1, rate)
    encoder.framerate = Fraction(rate)
    encoder.options = _OPTIONS[codec]
    draw = np.random.default_rng(7)
    for number in count():
        luma = np.full((size[1], size[0]), 235, np.uint8)
        if number % rate >= rate // 5:
            luma[:] = 16
            luma[:, number % 64 :: 64] = 90
            luma[: size[1] // 4] += draw.integers(0, 60, (size[1] // 4, size[0]), np.uint8)
        frame = av.VideoFrame.from_ndarray(
            np.vstack([luma, np.full((size[1] // 2, size[0]), 128, np.uint8)]), format="yuv420p"
        )
        frame.pts = number
        yield [Encoded(number / rate, bytes(packet), packet.is_keyframe) for packet in encoder.encode(frame)]


def _encoded_sound() -> Iterator[list[Encoded]]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48000, "stereo", "s16"
    encoder.bit_rate = 48_000
    packets = count()
    for number in count():
        times = number / 50 + np.arange(960) / 48000
        wave = (np.sin(times * 2 * np.pi * 1000) * 12000 * (times % 1.0 < 0.2)).astype("<i2")
        frame = av.AudioFrame.from_ndarray(np.repeat(wave, 2)[None, :], format="s16", layout="stereo")
        frame.sample_rate, frame.pts = 48000, number * 960
        yield [Encoded(next(packets) / 50, bytes(packet), True) for packet in encoder.encode(frame)]


@dataclass
class Packetiser:
    """Makes RTP packets of one source."""

    codec: str
    ssrc: int = 0x1234
    sequence: int = 65_500
    first_timestamp: int = 0xFFFF_0000
    mtu: int = 1100
    drift: float = 0.0
    """By how much the source's clock runs fast: 100e-6 gains 0.1 ms a second."""
    _picture: int = field(default=32_000, init=False)

    def timestamp(self, seconds: float) -> int:
        """The RTP timestamp at a time."""
        return (self.first_timestamp + round(seconds * (1 + self.drift) * RATES[self.codec])) & 0xFFFFFFFF

    def packets(self, encoded: Encoded) -> list[bytes]:
        """The packets of one frame."""
        payloads = list(_PAYLOADS[self.codec](self, encoded.data))
        timestamp = self.timestamp(encoded.seconds)
        made = []
        for index, payload in enumerate(payloads):
            marker = 0x80 if self.codec != "opus" and index == len(payloads) - 1 else 0
            kind = marker | PAYLOAD_TYPES[self.codec]
            made.append(struct.pack(">BBHII", 0x80, kind, self.sequence, timestamp, self.ssrc) + payload)
            self.sequence = (self.sequence + 1) & 0xFFFF
        return made

    def _opus(self, data: bytes) -> Iterator[bytes]:
        yield data

    def _vp8(self, data: bytes) -> Iterator[bytes]:
        self._picture = (self._picture + 1) & 0x7FFF
        for at in range(0, len(data), self.mtu):
            start = 0x10 if at == 0 else 0
            yield struct.pack(">BBH", 0x80 | start, 0x80, 0x8000 | self._picture) + data[at : at + self.mtu]

    def _vp9(self, data: bytes) -> Iterator[bytes]:
        self._picture = (self._picture + 1) & 0x7FFF
        predicted = 0x40 if data[0] & 0x04 else 0
        for at in range(0, len(data), self.mtu):
            place = (0x08 if at == 0 else 0) | (0x04 if at + self.mtu >= len(data) else 0)
            head = struct.pack(">BHBB", 0xA0 | predicted | place, 0x8000 | self._picture, 0, self._picture & 0xFF)
            yield head + data[at : at + self.mtu]

    def _h264(self, data: bytes) -> Iterator[bytes]:
        units = split_units(data)
        small = [unit for unit in units if unit[0] & 0x1F in (6, 7, 8)]
        if small:
            yield b"\x78" + b"".join(struct.pack(">H", len(unit)) + unit for unit in small)
        for unit in units:
            if unit in small:
                continue
            if len(unit) <= self.mtu:
                yield unit
                continue
            pieces = [unit[at : at + self.mtu] for at in range(1, len(unit), self.mtu)]
            for index, piece in enumerate(pieces):
                flags = (0x80 if index == 0 else 0) | (0x40 if index == len(pieces) - 1 else 0)
                yield bytes((unit[0] & 0xE0 | 28, flags | unit[0] & 0x1F)) + piece


_PAYLOADS = {"opus": Packetiser._opus, "VP8": Packetiser._vp8, "VP9": Packetiser._vp9, "H264": Packetiser._h264}


def split_units(data: bytes) -> list[bytes]:
    """The NAL units between start codes."""
    units = data.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01")
    return [unit for unit in units if unit]
