"""From a source's packets to the frames its encoder made.

Opus: RFC 7587; VP8: RFC 7741; VP9: RFC 9628; H.264: RFC 6184.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, Protocol

from rtc_server.media_core.codecs import starts_key_frame
from rtc_server.media_core.descriptors import read_vp8, read_vp9
from rtc_server.media_core.reorder_buffer import Ordered, ReorderBuffer
from rtc_server.media_core.rtp import FIXED, padding, payload_offset

_LARGEST_FRAME: Final = 8 * 1024 * 1024
_VP8_KEY_MARK: Final = b"\x9d\x01\x2a"
_VP9_KEY_MARK: Final = b"\x49\x83\x42"
_VP9_FRAMES: Final = 8
_START_CODE: Final = b"\x00\x00\x00\x01"
_IDR: Final = 5
_SPS: Final = 7
_PPS: Final = 8
_LAST_SINGLE: Final = 23
_STAP_A: Final = 24
_FU_A: Final = 28
_OPUS_LONG: Final = (480, 960, 1920, 2880)
_OPUS_SHORT: Final = (120, 240, 480, 960)


class Frame(NamedTuple):
    """What a decoder takes at once: an Opus packet, a VP8 or VP9 frame, an H.264 access unit with start codes."""

    timestamp: int
    arrival: float
    """Of its first packet, in seconds."""
    key: bool
    """Whether decoding can begin here."""
    data: bytes


class Loss(NamedTuple):
    """Packets that never came, between these arrivals."""

    start: float
    end: float
    packets: int


class _Assembler(Protocol):
    """Builds one frame after the other out of payloads in order."""

    def add(self, payload: bytes, *, first: bool) -> bool:
        """Adds a payload to the frame, which it begins when `first`; False when that cannot become a whole frame."""
        ...

    def frame(self) -> tuple[bytes, bool]:
        """The frame and whether it is a key frame; empty when it is not whole."""
        ...


class Depacketiser:
    """Frames of one source; after a loss no frame is given out before the next key frame."""

    def __init__(self, codec: str) -> None:
        """`codec` is "opus", "VP8", "VP9" or "H264"."""
        self._codec = codec
        self._reorder_buffer = ReorderBuffer()
        self._assembler = _ASSEMBLERS.get(codec, _Vp8)()
        self._audio = codec == "opus"
        self._losses: list[Loss] = []
        self._timestamp = 0
        self._arrival = 0.0
        self._open = False
        self._waiting = True
        self._begun = False
        self._spoiled = -1
        """Timestamp of a frame of which a part is missing."""

    @property
    def lost(self) -> int:
        """Packets that never came."""
        return self._reorder_buffer.lost

    def packet(self, packet: bytes, arrival: float) -> list[Frame]:
        """Takes an RTP packet as it arrived, in seconds; the frames that are whole now."""
        if len(packet) < FIXED.size:
            return []
        return self._take(self._reorder_buffer.put(FIXED.unpack_from(packet)[2], packet, arrival))

    def finish(self) -> list[Frame]:
        """The frames that waited for packets which never came."""
        return self._take(self._reorder_buffer.finish()) + self._end()

    def replaced(self) -> list[Frame]:
        """The same when another source is taken in its place: what is missing until it comes back is no loss."""
        frames = self.finish()
        self._reorder_buffer.begin_anew()
        self._abandon()
        self._begun = False
        return frames

    def take_losses(self) -> list[Loss]:
        """What was found lost since the last call."""
        losses, self._losses = self._losses, []
        return losses

    def _take(self, ordered: list[Ordered]) -> list[Frame]:
        frames: list[Frame] = []
        for one in ordered:
            if one.lost:
                self._losses.append(Loss(one.since, one.arrival, one.lost))
                self._abandon()
            follows, self._begun = self._begun and not one.lost, True
            packet = one.packet
            offset = payload_offset(packet, len(packet))
            end = len(packet) - padding(packet, len(packet), offset)
            if not 0 < offset < end:
                continue
            if self._audio:
                frames.append(Frame(FIXED.unpack_from(packet)[3], one.arrival, True, packet[offset:end]))
            else:
                frames += self._picture(one, packet[offset:end], follows)
        return frames

    def _picture(self, one: Ordered, payload: bytes, follows: bool) -> list[Frame]:
        _, second, _, timestamp, _ = FIXED.unpack_from(one.packet)
        arrival = one.arrival
        frames: list[Frame] = []
        first = not self._open or timestamp != self._timestamp
        if first:
            frames += self._end()
            if self._waiting and not self._begins(payload, timestamp, follows):
                self._spoiled = timestamp
                return frames
            self._open, self._timestamp, self._arrival = True, timestamp, arrival
        if not self._assembler.add(payload, first=first):
            self._abandon()
        elif second & 0x80:
            frames += self._end()
        return frames

    def _begins(self, payload: bytes, timestamp: int, follows: bool) -> bool:
        """Whether a key frame begins here; `follows`: the packet before it in sequence was here."""
        if timestamp == self._spoiled or not starts_key_frame(self._codec, payload, 0, len(payload)):
            return False
        # H.264 does not say which slice is the first: after a loss only parameter sets are sure to begin a frame.
        return follows or self._codec != "H264" or _has_parameters(payload)

    def _end(self) -> list[Frame]:
        if not self._open:
            return []
        data, key = self._assembler.frame()
        if not data or (self._waiting and not key):
            self._abandon()
            return []
        self._open = False
        self._waiting = False
        return [Frame(self._timestamp, self._arrival, key, data)]

    def _abandon(self) -> None:
        if self._open:
            self._spoiled = self._timestamp
        self._open = False
        self._waiting = True


class _Vp8:
    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, payload: bytes, *, first: bool) -> bool:
        if first:
            self._parts, self._size = [], 0
        descriptor = read_vp8(payload, 0, len(payload))
        if descriptor is None or descriptor.starts_frame is not first:
            return False
        self._parts.append(payload[descriptor.end :])
        self._size += len(payload)
        return self._size <= _LARGEST_FRAME

    def frame(self) -> tuple[bytes, bool]:
        data = b"".join(self._parts)
        key = bool(data) and not data[0] & 1
        if key and (len(data) < 10 or data[3:6] != _VP8_KEY_MARK):
            return b"", False
        return data, key


class _Vp9:
    """One picture: a frame for each of its spatial layers, the lowest first."""

    def __init__(self) -> None:
        self._frames: list[list[bytes]] = []
        self._size = 0

    def add(self, payload: bytes, *, first: bool) -> bool:
        if first:
            self._frames, self._size = [], 0
        descriptor = read_vp9(payload, 0, len(payload))
        if descriptor is None or (first and not descriptor.starts_frame):
            return False
        if descriptor.starts_frame:
            self._frames.append([])
        self._frames[-1].append(payload[descriptor.end :])
        self._size += len(payload)
        return self._size <= _LARGEST_FRAME and len(self._frames) <= _VP9_FRAMES

    def frame(self) -> tuple[bytes, bool]:
        frames = [b"".join(parts) for parts in self._frames]
        if not all(_is_vp9_frame(frame) for frame in frames):
            return b"", False
        key = not frames[0][0] & 0x0C
        if len(frames) > 1:
            return _superframe(frames), key
        # Alone, a frame that is not shown is no picture: a file has to have it in one piece with the next one.
        return (frames[0], key) if frames[0][0] & 0x0A or _has_index(frames[0]) else (b"", False)


class _H264:
    def __init__(self) -> None:
        self.units: list[bytes] = []
        self._fragments: list[bytes] = []
        self._size = 0
        self._parameters: dict[int, bytes] = {}

    def add(self, payload: bytes, *, first: bool) -> bool:
        if first:
            self.units, self._fragments, self._size = [], [], 0
        self._size += len(payload)
        if self._size > _LARGEST_FRAME:
            return False
        kind = payload[0] & 0x1F
        if kind == _FU_A:
            return self._fragment(payload)
        if self._fragments:
            return False
        if kind == _STAP_A:
            return self._aggregate(payload)
        if not 0 < kind <= _LAST_SINGLE:
            return False
        self.units.append(payload)
        return True

    def frame(self) -> tuple[bytes, bool]:
        if self._fragments:
            return b"", False
        kinds = {unit[0] & 0x1F for unit in self.units}
        self._parameters |= {unit[0] & 0x1F: unit for unit in self.units if unit[0] & 0x1F in (_SPS, _PPS)}
        key = _IDR in kinds
        if key and _SPS not in kinds:
            # Sent once at the beginning only: a player that jumps here needs them again.
            if len(self._parameters) < 2:
                return b"", False
            self.units = [self._parameters[_SPS], self._parameters[_PPS], *self.units]
        return b"".join(_START_CODE + unit for unit in self.units), key

    def _fragment(self, payload: bytes) -> bool:
        if len(payload) < 3:
            return False
        flags = payload[1]
        begins = bool(flags & 0x80)
        if begins is bool(self._fragments):
            return False
        if begins:
            self._fragments = [bytes((payload[0] & 0xE0 | flags & 0x1F,))]
        self._fragments.append(payload[2:])
        if flags & 0x40:
            self.units.append(b"".join(self._fragments))
            self._fragments = []
        return True

    def _aggregate(self, payload: bytes) -> bool:
        at = 1
        while at + 2 < len(payload):
            length = payload[at] << 8 | payload[at + 1]
            at += 2
            if not length or at + length > len(payload):
                return False
            self.units.append(payload[at : at + length])
            at += length
        return at == len(payload) and at > 1


_ASSEMBLERS: Mapping[str, Callable[[], _Assembler]] = {"VP8": _Vp8, "VP9": _Vp9, "H264": _H264}


def _is_vp9_frame(data: bytes) -> bool:
    """Whether its head is one of profile 0 (VP9 bitstream specification §6.2): a key frame has its mark and size."""
    if not data or data[0] & 0xF0 != 0x80:
        return False
    return bool(data[0] & 0x0C) or (len(data) >= 10 and data[1:4] == _VP9_KEY_MARK)


def _superframe(frames: list[bytes]) -> bytes:
    """The frames as one, with the index that tells them apart (VP9 bitstream specification, Annex B)."""
    mark = bytes((0xD8 | len(frames) - 1,))
    return b"".join((*frames, mark, *(len(frame).to_bytes(4, "little") for frame in frames), mark))


def _has_index(data: bytes) -> bool:
    """Whether its encoder has already made a superframe of it."""
    mark = data[-1]
    size = 2 + ((mark & 7) + 1) * ((mark >> 3 & 3) + 1)
    return mark & 0xE0 == 0xC0 and len(data) >= size and data[-size] == mark


def _has_parameters(payload: bytes) -> bool:
    units = _H264()
    return units.add(payload, first=True) and any(unit[0] & 0x1F == _SPS for unit in units.units)


def opus_samples(data: bytes) -> int:
    """How long an Opus packet sounds, in 1/48000 s (RFC 6716 §3.1, §3.2); 0 when it is malformed."""
    if not data:
        return 0
    configuration = data[0] >> 3
    if configuration < 12:
        samples = _OPUS_LONG[configuration & 3]
    elif configuration < 16:
        samples = (480, 960)[configuration & 1]
    else:
        samples = _OPUS_SHORT[configuration & 3]
    code = data[0] & 3
    if code == 3:
        return samples * (data[1] & 0x3F) if len(data) > 1 else 0
    return samples * (1 if code == 0 else 2)


def vp8_size(key_frame: bytes) -> tuple[int, int]:
    """Width and height in pixels of a VP8 key frame (RFC 6386 §9.1)."""
    width = key_frame[6] | (key_frame[7] & 0x3F) << 8
    height = key_frame[8] | (key_frame[9] & 0x3F) << 8
    return width, height


def vp9_size(key_frame: bytes) -> tuple[int, int]:
    """Width and height in pixels of a VP9 key frame of profile 0 (VP9 bitstream specification §6.2)."""
    bits = int.from_bytes(key_frame[4:9], "big")
    return (bits >> 20 & 0xFFFF) + 1, (bits >> 4 & 0xFFFF) + 1
