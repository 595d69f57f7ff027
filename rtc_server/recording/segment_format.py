"""The form of a segment: how packets and their times lie on the disk. Big-endian throughout.

    segment := MAGIC record…
    record  := length of the data u16 · kind u8 · source u16 · microseconds since the recording's beginning u64 · data

    kind      data
    HEAD      what the segment belongs to, as JSON; the first record
    SOURCE    the source as JSON; stands before its first packet, and again at the head of every later segment
    PACKET    the RTP packet as it came (RFC 3550), at most 1500 bytes
    REPORT    the sender's NTP time in seconds since 1900 f64 · RTP timestamp u32
    ENDED     nothing: the source stopped
    OUTAGE    microseconds at which writing stopped u64 · reason in ASCII; the record's time is when it went on

On the disk it is sealed, piece by piece as it grows:

    sealed  := SEALED piece…
    piece   := length of the segment's bytes in it u32 · nonce 12 · AES-256-GCM of them · tag 16

A piece ends with a whole record. Its tag covers the segment's number and where in the segment the piece begins, so that
of a file that was cut or has holes it is known what is whole: reading ends after the last piece whose tag holds.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from rtc_server.sessions.interface import CodecName, SourceKind

MAGIC = b"CWSEG3\r\n"
SEALED = b"CWSEG3S\n"
LONGEST_SEGMENT = 64 * 1024 * 1024
RECORD = struct.Struct(">HBHQ")
"""What stands before a record's data."""
_PIECE = struct.Struct(">I12s")
_PLACE = struct.Struct(">IQ")
_TAG = 16
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
    """The file is not a segment of this key, or is cut before the end of its first piece."""


class Segment(NamedTuple):
    """A segment as read: its head, its bytes in the clear, and how many bytes of its file are whole."""

    head: SegmentHead
    data: bytes
    whole: int

    def records(self) -> Iterator[Record]:
        """What was noted, in the order it was written."""
        for record in _records(self.data):
            if record.kind != RecordKind.HEAD:
                yield record


class SegmentSeal:
    """Seals and unseals the pieces of one segment."""

    def __init__(self, key: bytes, number: int) -> None:
        """`key` is the recording's, of 32 bytes."""
        self._cipher = AESGCM(key)
        self._number = number

    def seal(self, piece: bytes | memoryview, position: int) -> tuple[bytes, bytes]:
        """What stands on the disk for a piece that begins at this byte of the segment: its head, and the rest."""
        # Of chance and not counted: a piece that did not find room is cut off, and another comes in its place.
        nonce = os.urandom(12)
        return _PIECE.pack(len(piece), nonce), self._cipher.encrypt(nonce, piece, self._place(position))

    def unseal(self, stored: bytes) -> tuple[bytes, int]:
        """The segment in the bytes of a file, as far as it is whole, and how many of these bytes that is."""
        plain, whole = bytearray(), len(SEALED)
        view = memoryview(stored)
        while whole + _PIECE.size <= len(stored):
            length, nonce = _PIECE.unpack_from(stored, whole)
            text = view[whole + _PIECE.size : whole + _PIECE.size + length + _TAG]
            if not length or len(text) < length + _TAG:
                break
            try:
                plain += self._cipher.decrypt(nonce, text, self._place(len(plain)))
            except InvalidTag:
                break
            whole += _PIECE.size + len(text)
        return bytes(plain), whole

    def _place(self, position: int) -> bytes:
        return _PLACE.pack(self._number, position)


def encode_record(record: Record) -> bytes:
    """A record as it lies in a segment."""
    kind, source, at, data = record
    return RECORD.pack(len(data), kind, source, at) + data


def encode_head(head: SegmentHead) -> bytes:
    """The beginning of a segment."""
    return MAGIC + encode_record(Record(RecordKind.HEAD, 0, 0, msgspec.json.encode(head)))


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


def read_segment(stored: bytes, seal: SegmentSeal) -> Segment:
    """The segment in the bytes of its file, without what is not whole at its end; raises `SegmentUnreadable`."""
    if not stored.startswith(SEALED):
        raise SegmentUnreadable("not a sealed segment")
    data, whole = seal.unseal(stored)
    head = next(_records(data), None) if data.startswith(MAGIC) else None
    if head is None or head.kind != RecordKind.HEAD:
        raise SegmentUnreadable("of another key, or cut within its first piece")
    try:
        return Segment(msgspec.json.decode(head.data, type=SegmentHead), data, whole)
    except msgspec.DecodeError as problem:
        raise SegmentUnreadable(str(problem)) from problem


def _records(data: bytes) -> Iterator[Record]:
    """The records after the magic; ends before the first that is not whole."""
    at = len(MAGIC)
    while at + RECORD.size <= len(data):
        length, kind, source, microseconds = RECORD.unpack_from(data, at)
        start, at = at + RECORD.size, at + RECORD.size + length
        if at > len(data):
            return
        yield Record(kind, source, microseconds, data[start:at])
