"""Reading RTP headers where they lie (RFC 3550 §5.1, RFC 8285)."""

from __future__ import annotations

from struct import Struct
from typing import Final

FIXED: Final = Struct(">BBHII")
"""First byte, marker and payload type, sequence number, timestamp, SSRC."""
FIXED_LENGTH: Final = FIXED.size
MTU: Final = 1500
Octets = bytes | bytearray | memoryview
_WORD: Final = Struct(">H")


def extend(reference: int, sequence: int) -> int:
    """The number nearest to `reference` whose low 16 bits are `sequence`."""
    return reference + ((sequence - reference + 0x8000) & 0xFFFF) - 0x8000


def payload_offset(packet: Octets, length: int) -> int:
    """Where the payload starts, counting CSRCs and the header extension; 0 when the header is malformed."""
    first = packet[0]
    if length < FIXED_LENGTH or first >> 6 != 2:
        return 0
    offset = FIXED_LENGTH + ((first & 0x0F) << 2)
    if first & 0x10:
        if offset + 4 > length:
            return 0
        offset += 4 + (_WORD.unpack_from(packet, offset + 2)[0] << 2)
    return offset if offset <= length else 0


def padding(packet: Octets, length: int, offset: int) -> int:
    """The bytes of padding at the end; what would reach before `offset` counts as all of the payload."""
    if not packet[0] & 0x20 or length <= offset:
        return 0
    return min(packet[length - 1], length - offset)


def find_extension(packet: Octets, end: int, identifier: int) -> tuple[int, int] | None:
    """Offset and length of the header extension's element `identifier`, None when it is not there.

    `end` is `payload_offset`; one-byte and two-byte forms (RFC 8285 §4.2, §4.3).
    """
    if not packet[0] & 0x10:
        return None
    at = FIXED_LENGTH + ((packet[0] & 0x0F) << 2)
    profile = _WORD.unpack_from(packet, at)[0]
    if profile == 0xBEDE:
        return _find_one_byte(packet, at + 4, end, identifier)
    if profile & 0xFFF0 == 0x1000:
        return _find_two_byte(packet, at + 4, end, identifier)
    return None


def _find_one_byte(packet: Octets, at: int, end: int, identifier: int) -> tuple[int, int] | None:
    while at < end:
        element = packet[at]
        at += 1
        if element == 0:
            continue
        if element >> 4 == 15:
            return None
        size = (element & 0x0F) + 1
        if at + size > end:
            return None
        if element >> 4 == identifier:
            return at, size
        at += size
    return None


def _find_two_byte(packet: Octets, at: int, end: int, identifier: int) -> tuple[int, int] | None:
    while at < end:
        element = packet[at]
        at += 1
        if element == 0:
            continue
        if at >= end:
            return None
        size = packet[at]
        at += 1
        if at + size > end:
            return None
        if element == identifier:
            return at, size
        at += size
    return None
