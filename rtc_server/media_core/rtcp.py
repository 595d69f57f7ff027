"""RTCP packets read and built with struct (RFC 3550 §6, RFC 4585 §6, RFC 5104 §4.3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import Struct
from typing import Final

SR: Final = 200
RR: Final = 201
SDES: Final = 202
RTPFB: Final = 205
PSFB: Final = 206
NACK: Final = 1
TRANSPORT_CC: Final = 15
PLI: Final = 1
FIR: Final = 4
APPLICATION: Final = 15

_HEAD: Final = Struct(">BBHI")
_SENDER: Final = Struct(">IIIII")
_BLOCK: Final = Struct(">IIIIII")
_FEEDBACK: Final = Struct(">BBHII")
_PAIR: Final = Struct(">HH")
_LONG: Final = Struct(">I")


@dataclass(frozen=True, slots=True)
class Part:
    """One packet of a compound: its type, its 5-bit count or format, the SSRC it is from, and its body after that."""

    kind: int
    count: int
    ssrc: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Report:
    """A report block: how a receiver gets the stream `ssrc`; `lost_share` 0..1, `jitter` in timestamp units."""

    ssrc: int
    lost_share: float
    jitter: int
    last_sr: int
    delay: int
    """Since that sender report, in 1/65536 s."""


def split(data: bytes) -> Iterator[Part]:
    """The packets of a compound; ends before the first malformed one."""
    at = 0
    while at + 8 <= len(data):
        first, kind, words, ssrc = _HEAD.unpack_from(data, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or words < 1 or end > len(data):
            return
        yield Part(kind, first & 0x1F, ssrc, data[at + 8 : end])
        at = end


def reports(part: Part) -> Iterator[Report]:
    """The report blocks of a sender or receiver report; fewer than counted when it is cut short."""
    at = _SENDER.size if part.kind == SR else 0
    for _ in range(part.count):
        if at + _BLOCK.size > len(part.body):
            return
        ssrc, lost, _, jitter, last_sr, delay = _BLOCK.unpack_from(part.body, at)
        yield Report(ssrc, (lost >> 24) / 256, jitter, last_sr, delay)
        at += _BLOCK.size


def sender_clock(part: Part) -> tuple[int, int] | None:
    """NTP time (64 bits) and RTP timestamp of a sender report; None when it is cut short."""
    if len(part.body) < _SENDER.size:
        return None
    seconds, fraction, timestamp, _, _ = _SENDER.unpack_from(part.body)
    return seconds << 32 | fraction, timestamp


def media_ssrc(part: Part) -> int | None:
    """The stream that a feedback packet is about; None when it is cut short."""
    return _LONG.unpack_from(part.body)[0] if len(part.body) >= 4 else None


def lost_sequences(part: Part) -> Iterator[int]:
    """The 16-bit sequence numbers that a generic NACK asks for (RFC 4585 §6.2.1)."""
    for at in range(4, len(part.body) - 3, 4):
        first, mask = _PAIR.unpack_from(part.body, at)
        yield first
        bit = 1
        while mask:
            if mask & 1:
                yield (first + bit) & 0xFFFF
            mask >>= 1
            bit += 1


def intra_requests(part: Part) -> Iterator[int]:
    """The streams that a full intra request asks a key frame of (RFC 5104 §4.3.1)."""
    for at in range(4, len(part.body) - 7, 8):
        yield _LONG.unpack_from(part.body, at)[0]


def estimated_rate(part: Part) -> int | None:
    """The bits a second that a receiver believes its link carries (draft-alvestrand-rmcat-remb-03 §2.2).

    None when the application's feedback is something else.
    """
    body = part.body
    if len(body) < 12 or body[4:8] != b"REMB":
        return None
    word = int.from_bytes(body[9:12], "big")
    return (word & 0x3FFFF) << (word >> 18)


def build_pli(sender: int, media: int) -> bytes:
    """A picture loss indication."""
    return _FEEDBACK.pack(0x80 | PLI, PSFB, 2, sender, media)


def build_nack(sender: int, media: int, numbers: list[int]) -> bytes:
    """A generic NACK for these sequence numbers (extended ones are cut to 16 bits), in rising order."""
    pairs: list[list[int]] = []
    for number in numbers:
        if pairs and 0 < number - pairs[-1][0] <= 16:
            pairs[-1][1] |= 1 << (number - pairs[-1][0] - 1)
        else:
            pairs.append([number, 0])
    body = b"".join(_PAIR.pack(number & 0xFFFF, mask) for number, mask in pairs)
    return _FEEDBACK.pack(0x80 | NACK, RTPFB, 2 + len(pairs), sender, media) + body


def build_receiver_report(sender: int, blocks: list[bytes]) -> bytes:
    """A receiver report of at most 31 blocks made by `build_block`."""
    return _HEAD.pack(0x80 | len(blocks), RR, 1 + 6 * len(blocks), sender) + b"".join(blocks)


def build_block(ssrc: int, lost: tuple[int, int], reception: tuple[int, int], clock: tuple[int, int]) -> bytes:
    """A report block.

    `lost` is the share in 1/256 and the count, `reception` the extended highest sequence number and the jitter,
    `clock` the middle of the last sender report's NTP time and the delay since in 1/65536 s.
    """
    share, count = lost
    both = share << 24 | max(0, min(count, 0x7FFFFF))
    highest, jitter = reception
    return _BLOCK.pack(ssrc, both, highest & 0xFFFFFFFF, jitter & 0xFFFFFFFF, clock[0], clock[1] & 0xFFFFFFFF)


def build_sender_report(ssrc: int, ntp: int, timestamp: int, packets: int, octets: int) -> bytes:
    """A sender report without blocks; `ntp` has 64 bits."""
    body = _SENDER.pack(ntp >> 32, ntp & 0xFFFFFFFF, timestamp, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF)
    return _HEAD.pack(0x80, SR, 6, ssrc) + body


def build_names(ssrcs: list[int], name: bytes) -> bytes:
    """A source description that gives each SSRC the same CNAME (RFC 3550 §6.5); at most 31 of them."""
    item = b"\x01" + bytes((len(name),)) + name
    item += bytes(4 - len(item) % 4)
    body = b"".join(_LONG.pack(ssrc) + item for ssrc in ssrcs)
    return Struct(">BBH").pack(0x80 | len(ssrcs), SDES, len(body) // 4) + body
