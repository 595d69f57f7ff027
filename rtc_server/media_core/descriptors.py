"""Payload descriptors of VP8 and VP9: where a frame begins, of which layer it is, and where its running numbers are.

VP8: RFC 7741 §4.2; VP9: RFC 9628 §4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from rtc_server.media_core.rtp import Octets

_REFERENCES: Final = 3


class Descriptor:
    """Of one payload; an offset is 0 where the number is absent."""

    __slots__ = ("end", "picture_id_at", "picture_id_bits", "starts_frame", "tl0_at")

    def __init__(self, picture_id_at: int, picture_id_bits: int, tl0_at: int, end: int, starts_frame: bool) -> None:
        self.picture_id_at = picture_id_at
        self.picture_id_bits = picture_id_bits
        self.tl0_at = tl0_at
        self.end = end
        self.starts_frame = starts_frame


class Vp9Descriptor(Descriptor):
    """The same, and the layer of a VP9 payload; a picture has a frame for each of its spatial layers."""

    __slots__ = ("predicted", "spatial", "temporal")

    predicted: bool
    """Whether the frame needs an earlier picture."""
    spatial: int
    temporal: int
    """Counted from 0 for the lowest; 0 where it is not told."""


def read_vp8(packet: Octets, at: int, length: int) -> Descriptor | None:
    """The descriptor of the VP8 payload at `at`; None when it is cut short."""
    if at >= length:
        return None
    first = packet[at]
    starts_frame = first & 0x17 == 0x10
    at += 1
    picture_id_at = picture_id_bits = tl0_at = 0
    if first & 0x80:
        if at >= length:
            return None
        flags = packet[at]
        at += 1
        if flags & 0x80:
            picture_id_at = at
            picture_id_bits, at = _picture_id(packet, at, length)
        if flags & 0x40:
            tl0_at = at
            at += 1
        if flags & 0x30:
            at += 1
    if at > length:
        return None
    return Descriptor(picture_id_at, picture_id_bits, tl0_at, at, starts_frame)


def read_vp9(packet: Octets, at: int, length: int) -> Vp9Descriptor | None:
    """The descriptor of the VP9 payload at `at`; None when it is cut short or names too many references."""
    if at >= length:
        return None
    first = packet[at]
    at += 1
    picture_id_at = picture_id_bits = tl0_at = layers = 0
    if first & 0x80:
        picture_id_at = at
        picture_id_bits, at = _picture_id(packet, at, length)
    if first & 0x20:
        if at >= length:
            return None
        layers = packet[at]
        at += 1
        if not first & 0x10:
            tl0_at = at
            at += 1
    if first & 0x50 == 0x50:
        at = _after_references(packet, at, length)
    if first & 0x02:
        at = _after_structure(packet, at, length)
    if at > length:
        return None
    descriptor = Vp9Descriptor(picture_id_at, picture_id_bits, tl0_at, at, bool(first & 0x08))
    descriptor.predicted = bool(first & 0x40)
    descriptor.temporal, descriptor.spatial = layers >> 5, layers >> 1 & 7
    return descriptor


READERS: Mapping[str, Callable[[Octets, int, int], Descriptor | None]] = {"VP8": read_vp8, "VP9": read_vp9}
"""By codec; the others have no descriptor."""


def _picture_id(packet: Octets, at: int, length: int) -> tuple[int, int]:
    """How many bits the picture id at `at` has, and where it ends; beyond `length` when it is cut short."""
    if at >= length:
        return 0, length + 1
    return (15, at + 2) if packet[at] & 0x80 else (7, at + 1)


def _after_references(packet: Octets, at: int, length: int) -> int:
    """Where the references end that flexible mode names; beyond `length` when they do not."""
    for _ in range(_REFERENCES):
        if at >= length or not packet[at] & 1:
            return at + 1
        at += 1
    return length + 1


def _after_structure(packet: Octets, at: int, length: int) -> int:
    """Where the scalability structure ends (§4.2.1); beyond `length` when it does not."""
    if at >= length:
        return length + 1
    head = packet[at]
    at += 1
    if head & 0x10:
        at += 4 * ((head >> 5) + 1)
    if not head & 0x08:
        return at
    if at >= length:
        return length + 1
    pictures = packet[at]
    at += 1
    for _ in range(pictures):
        if at >= length:
            return length + 1
        at += 1 + (packet[at] >> 2 & 3)
    return at
