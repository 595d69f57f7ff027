"""What a forwarder must know of codecs: where key frames start, and the running numbers of VP8 and VP9.

H.264: RFC 6184 §5.2.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from rtc_server.media_core.descriptors import READERS, read_vp8, read_vp9
from rtc_server.media_core.rtp import Octets

_WORD: Final = Struct(">H")
_IDR: Final = 5
_SPS: Final = 7
_STAP_A: Final = 24
_FU_A: Final = 28
_VP9_KIND: Final = 0xFC
_VP9_KEY: Final = 0x80
"""Of a frame's first octet: marker, profile, whether it only shows an earlier frame, whether it is no key frame."""


def picture_ids(codec: str, packet: Octets, at: int, length: int) -> tuple[int, int] | None:
    """Picture id and TL0PICIDX (0 where absent) of the payload at `at`; None when it has no picture id."""
    read = READERS.get(codec)
    descriptor = read(packet, at, length) if read is not None else None
    if descriptor is None or not descriptor.picture_id_at:
        return None
    picture = packet[descriptor.picture_id_at]
    if descriptor.picture_id_bits == 15:
        picture = _WORD.unpack_from(packet, descriptor.picture_id_at)[0] & 0x7FFF
    return picture, packet[descriptor.tl0_at] if descriptor.tl0_at else 0


def shift_picture_ids(codec: str, packet: bytearray | memoryview, at: int, length: int, shift: tuple[int, int]) -> None:
    """Adds `shift` (picture id, TL0PICIDX) to the numbers of the payload at `at`, in place, modulo their size.

    `codec` is one that has such numbers.
    """
    if codec == "VP8" and at + 6 <= length and packet[at] & packet[at + 1] & packet[at + 2] & 0x80:
        # As browsers write it, all in its place (RFC 7741 §4.2): nothing is made for each packet to be read from.
        picture = (packet[at + 2] << 8 | packet[at + 3]) + shift[0] & 0x7FFF
        packet[at + 2], packet[at + 3] = 0x80 | picture >> 8, picture & 0xFF
        if packet[at + 1] & 0x40:
            packet[at + 4] = packet[at + 4] + shift[1] & 0xFF
        return
    descriptor = READERS[codec](packet, at, length)
    if descriptor is None or not descriptor.picture_id_at:
        return
    where = descriptor.picture_id_at
    if descriptor.picture_id_bits == 15:
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


def vp8_key_frame_width(packet: Octets, at: int, length: int) -> int:
    """How many pixels wide the VP8 key frame is whose first packet this is (RFC 6386 §9.1); 0 when it is cut short."""
    descriptor = read_vp8(packet, at, length)
    if descriptor is None or descriptor.end + 8 > length:
        return 0
    return packet[descriptor.end + 6] | (packet[descriptor.end + 7] & 0x3F) << 8


def starts_vp9_key_frame(packet: Octets, at: int, length: int) -> bool:
    """Whether the VP9 payload at `at` is the first of a key frame of profile 0, in the lowest spatial layer."""
    descriptor = read_vp9(packet, at, length)
    if descriptor is None or not descriptor.starts_frame or descriptor.predicted or descriptor.spatial:
        return False
    # A frame without references need not be a key frame: the decoder is told by the frame itself.
    return descriptor.end < length and packet[descriptor.end] & _VP9_KIND == _VP9_KEY


def starts_h264_key_frame(packet: Octets, at: int, length: int) -> bool:
    """Whether the H.264 payload at `at` starts a frame that can be decoded alone: parameter sets or IDR."""
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
    if codec == "VP9":
        return starts_vp9_key_frame(packet, at, length)
    if codec == "H264":
        return starts_h264_key_frame(packet, at, length)
    return True
