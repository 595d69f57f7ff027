"""The form of a segment: how packets and their times lie on the disk. Big-endian throughout.

    segment := MAGIC frame(head as JSON) frame(record) …
    frame   := length of the body u16 · CRC-32 of the body u32 · body
    record  := kind u8 · source u16 · microseconds since the recording's beginning u64 · data

    kind      data
    SOURCE    the source as JSON; stands before its first packet, and again at the head of every later segment
    PACKET    the RTP packet as it came (RFC 3550), at most 1500 bytes
    REPORT    the sender's NTP time in seconds since 1900 f64 · RTP timestamp u32
    ENDED     nothing: the source stopped
    OUTAGE    microseconds at which writing stopped u64 · reason in ASCII; the record's time is when it went on

A file may be cut anywhere: reading ends before the first frame that is not whole.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from enum import IntEnum
from typing import NamedTuple
from zlib import crc32

import msgspec

from rtc_server.sessions.interface import CodecName, SourceKind

MAGIC = b"CWSEG1\r\n"
LONGEST_SEGMENT = 64 * 1024 * 1024
FRAME_OVERHEAD = 17
_FRAME = struct.Struct(">HI")
_RECORD = struct.Struct(">BHQ")
_REPORT = struct.Struct(">dI")
_OUTAGE = struct.Struct(">Q")


class RecordKind(IntEnum):
    """What a record tells."""

    SOURCE = 1
    PACKET = 2
    REPORT = 3
    ENDED = 4
    OUTAGE = 5


class Record(NamedTuple):
    """One record; `at` in microseconds."""

    kind: int
    source: int
    at: int
    data: bytes


class SegmentHead(msgspec.Struct, frozen=True, kw_only=True):
    """What a segment belongs to; `previous` is the SHA-256 of the segment before."""

    session_id: str
    recording_id: str
    number: int
    previous: str
    started: str
    """The wall time of the recording's beginning, ISO 8601 in UTC."""


class SourceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A source, as its record has it."""

    participant_id: str
    kind: SourceKind
    codec: CodecName
    clock_rate: int
    channels: int
    payload_type: int
    ssrc: int


class SegmentUnreadable(Exception):
    """The file is not a segment, or is cut before the end of its head."""


class Segment(NamedTuple):
    """A segment as read: its head, and its bytes up to the last whole frame."""

    head: SegmentHead
    data: bytes
    first: int
    """Where the records begin."""

    def records(self) -> Iterator[Record]:
        """The records in the order they were written."""
        for start, end in _frames(self.data, self.first):
            kind, source, at = _RECORD.unpack_from(self.data, start)
            yield Record(kind, source, at, self.data[start + _RECORD.size : end])


def encode_head(head: SegmentHead) -> bytes:
    """The beginning of a segment."""
    return MAGIC + _frame(msgspec.json.encode(head))


def encode_records(records: Sequence[Record]) -> bytes:
    """The records' frames."""
    # Written out, and no body put together for its check alone: this is done for every packet.
    pack, pack_frame, overhead = _RECORD.pack, _FRAME.pack, _RECORD.size
    pieces: list[bytes] = []
    for kind, source, at, data in records:
        head = pack(kind, source, at)
        pieces += (pack_frame(overhead + len(data), crc32(data, crc32(head))), head, data)
    return b"".join(pieces)


def encode_report(ntp: float, timestamp: int) -> bytes:
    """The data of a REPORT."""
    return _REPORT.pack(ntp, timestamp)


def decode_report(data: bytes) -> tuple[float, int]:
    """NTP seconds and RTP timestamp of a REPORT."""
    ntp, timestamp = _REPORT.unpack(data)
    return ntp, timestamp


def encode_outage(since: int, reason: str) -> bytes:
    """The data of an OUTAGE."""
    return _OUTAGE.pack(since) + reason.encode("ascii")


def decode_outage(data: bytes) -> tuple[int, str]:
    """Microseconds at which writing stopped, and why."""
    return _OUTAGE.unpack_from(data)[0], data[_OUTAGE.size :].decode("ascii")


def read_segment(data: bytes) -> Segment:
    """The segment in `data`, without what is cut short at its end; raises `SegmentUnreadable`."""
    head_frame = next(_frames(data, len(MAGIC)), None) if data.startswith(MAGIC) else None
    if head_frame is None:
        raise SegmentUnreadable("not a segment, or cut within its head")
    start, first = head_frame
    try:
        head = msgspec.json.decode(data[start:first], type=SegmentHead)
    except msgspec.DecodeError as problem:
        raise SegmentUnreadable(str(problem)) from problem
    end = first
    for start, frame_end in _frames(data, first):
        if frame_end - start < _RECORD.size:
            break
        end = frame_end
    return Segment(head, data[:end], first)


def _frame(body: bytes) -> bytes:
    return _FRAME.pack(len(body), crc32(body)) + body


def _frames(data: bytes, at: int) -> Iterator[tuple[int, int]]:
    """Start and end of each body; ends before the first frame that is not whole."""
    while at + _FRAME.size <= len(data):
        length, check = _FRAME.unpack_from(data, at)
        start, end = at + _FRAME.size, at + _FRAME.size + length
        if end > len(data) or crc32(data[start:end]) != check:
            return
        yield start, end
        at = end
