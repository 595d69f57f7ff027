"""What a forwarder must know of codecs: where key frames start, and VP8's running numbers.

VP8: RFC 7741 §4.2; H.264: RFC 6184 §5.2.
"""

from __future__ import annotations

from struct import Struct

from rtc_server.media_core.rtp import Octets

_WORD = Struct(">H")
_IDR, _SPS, _STAP_A, _FU_A = 5, 7, 24, 28


class Vp8Descriptor:
    """Where a VP8 payload descriptor's running numbers are; an offset is 0 where the number is absent."""

    __slots__ = ("end", "picture_at", "picture_bits", "starts_frame", "tl0_at")

    def __init__(self, picture_at: int, picture_bits: int, tl0_at: int, end: int, starts_frame: bool) -> None:
        self.picture_at = picture_at
        self.picture_bits = picture_bits
        self.tl0_at = tl0_at
        self.end = end
        self.starts_frame = starts_frame


def read_vp8(packet: Octets, at: int, length: int) -> Vp8Descriptor | None:
    """The descriptor of the VP8 payload at `at`; None when it is cut short."""
    if at >= length:
        return None
    first = packet[at]
    starts_frame = first & 0x17 == 0x10
    at += 1
    picture_at = picture_bits = tl0_at = 0
    if first & 0x80:
        if at >= length:
            return None
        flags = packet[at]
        at += 1
        if flags & 0x80:
            if at >= length:
                return None
            picture_at, picture_bits = at, 15 if packet[at] & 0x80 else 7
            at += 2 if picture_bits == 15 else 1
        if flags & 0x40:
            tl0_at = at
            at += 1
        if flags & 0x30:
            at += 1
    if at > length:
        return None
    return Vp8Descriptor(picture_at, picture_bits, tl0_at, at, starts_frame)


def picture_numbers(packet: Octets, at: int, length: int) -> tuple[int, int] | None:
    """Picture id and TL0PICIDX (0 where absent) of the VP8 payload at `at`; None when it has no picture id."""
    descriptor = read_vp8(packet, at, length)
    if descriptor is None or not descriptor.picture_at:
        return None
    picture = packet[descriptor.picture_at]
    if descriptor.picture_bits == 15:
        picture = _WORD.unpack_from(packet, descriptor.picture_at)[0] & 0x7FFF
    return picture, packet[descriptor.tl0_at] if descriptor.tl0_at else 0


def shift_pictures(packet: bytearray | memoryview, at: int, length: int, shift: tuple[int, int]) -> None:
    """Adds `shift` (picture id, TL0PICIDX) to the numbers of the VP8 payload at `at`, in place, modulo their size."""
    descriptor = read_vp8(packet, at, length)
    if descriptor is None or not descriptor.picture_at:
        return
    where = descriptor.picture_at
    if descriptor.picture_bits == 15:
        picture = (_WORD.unpack_from(packet, where)[0] + shift[0]) & 0x7FFF
        _WORD.pack_into(packet, where, 0x8000 | picture)
    else:
        packet[where] = (packet[where] + shift[0]) & 0x7F
    if descriptor.tl0_at:
        packet[descriptor.tl0_at] = (packet[descriptor.tl0_at] + shift[1]) & 0xFF


def starts_vp8_key_frame(packet: Octets, at: int, length: int) -> bool:
    """Whether the VP8 payload at `at` is the first of a key frame."""
    descriptor = read_vp8(packet, at, length)
    if descriptor is None or not descriptor.starts_frame or descriptor.end >= length:
        return False
    return not packet[descriptor.end] & 0x01


def starts_h264_key_frame(packet: Octets, at: int, length: int) -> bool:
    """Whether the H.264 payload at `at` starts a picture that can be decoded alone: parameter sets or IDR."""
    if at >= length:
        return False
    kind = packet[at] & 0x1F
    if kind == _STAP_A:
        return _stap_has_key(packet, at + 1, length)
    if kind == _FU_A:
        return at + 1 < length and bool(packet[at + 1] & 0x80) and packet[at + 1] & 0x1F in (_IDR, _SPS)
    return kind in (_IDR, _SPS)


def _stap_has_key(packet: Octets, at: int, length: int) -> bool:
    while at + 2 < length:
        if packet[at + 2] & 0x1F in (_IDR, _SPS):
            return True
        at += 2 + _WORD.unpack_from(packet, at)[0]
    return False


def starts_key_frame(codec: str, packet: Octets, at: int, length: int) -> bool:
    """Whether a receiver can start with this packet; always so for audio."""
    if codec == "VP8":
        return starts_vp8_key_frame(packet, at, length)
    if codec == "H264":
        return starts_h264_key_frame(packet, at, length)
    return True
