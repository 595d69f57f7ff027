"""The form of a segment: how packets and their times lie on the disk. Big-endian throughout.

    segment := MAGIC batch…
    batch   := record… and last a SEAL
    record  := length of the data u16 · kind u8 · source u16 · microseconds since the recording's beginning u64 · data

    kind      data
    HEAD      what the segment belongs to, as JSON; the first record
    SOURCE    the source as JSON; stands before its first packet, and again at the head of every later segment
    PACKET    the RTP packet as it came (RFC 3550), at most 1500 bytes
    REPORT    the sender's NTP time in seconds since 1900 f64 · RTP timestamp u32
    ENDED     nothing: the source stopped
    OUTAGE    microseconds at which writing stopped u64 · reason in ASCII; the record's time is when it went on
    SEAL      the SHA-256 of the file up to here, so that of a file that was cut or has holes it is known what is whole

Reading ends after the last seal that holds.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

import msgspec

from rtc_server.sessions.interface import CodecName, SourceKind

MAGIC = b"CWSEG2\r\n"
LONGEST_SEGMENT = 64 * 1024 * 1024
RECORD = struct.Struct(">HBHQ")
"""What stands before a record's data."""
_REPORT = struct.Struct(">dI")
_OUTAGE = struct.Struct(">Q")


class RecordKind(IntEnum):
    """What a record tells."""

    HEAD = 0
    SOURCE = 1
    PACKET = 2
    REPORT = 3
    ENDED = 4
    OUTAGE = 5
    SEAL = 6


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
    """The file is not a segment, or is cut before the end of its first batch."""


class Segment(NamedTuple):
    """A segment as read: its head, and its bytes up to the last seal that holds."""

    head: SegmentHead
    data: bytes

    def records(self) -> Iterator[Record]:
        """What was noted, in the order it was written."""
        for record in _records(self.data):
            if record.kind not in (RecordKind.HEAD, RecordKind.SEAL):
                yield record


def encode_record(record: Record) -> bytes:
    """A record as it lies in a segment."""
    kind, source, at, data = record
    return RECORD.pack(len(data), kind, source, at) + data


def encode_head(head: SegmentHead) -> bytes:
    """The beginning of a segment."""
    return MAGIC + encode_record(Record(RecordKind.HEAD, 0, 0, msgspec.json.encode(head)))


def encode_seal(digest: bytes) -> bytes:
    """The end of a batch; `digest` is the SHA-256 of all that stands before it in the file."""
    return encode_record(Record(RecordKind.SEAL, 0, 0, digest))


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
    """The segment in `data`, without what is not whole at its end; raises `SegmentUnreadable`."""
    if not data.startswith(MAGIC):
        raise SegmentUnreadable("not a segment")
    sealed = data[: _sealed(data)]
    head = next(_records(sealed), None)
    if head is None or head.kind != RecordKind.HEAD:
        raise SegmentUnreadable("cut within its first batch")
    try:
        return Segment(msgspec.json.decode(head.data, type=SegmentHead), sealed)
    except msgspec.DecodeError as problem:
        raise SegmentUnreadable(str(problem)) from problem


def _sealed(data: bytes) -> int:
    """Where the last seal that holds ends, 0 when none does."""
    digest, hashed, sealed, at = sha256(), 0, 0, len(MAGIC)
    view = memoryview(data)
    for record in _records(data):
        if record.kind == RecordKind.SEAL:
            digest.update(view[hashed:at])
            if digest.digest() != record.data:
                break
            hashed, sealed = at, at + RECORD.size + len(record.data)
        at += RECORD.size + len(record.data)
    return sealed


def _records(data: bytes) -> Iterator[Record]:
    """The records after the magic; ends before the first that is not whole."""
    at = len(MAGIC)
    while at + RECORD.size <= len(data):
        length, kind, source, microseconds = RECORD.unpack_from(data, at)
        start, at = at + RECORD.size, at + RECORD.size + length
        if at > len(data):
            return
        yield Record(kind, source, microseconds, data[start:at])
