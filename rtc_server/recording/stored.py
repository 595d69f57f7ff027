"""A recording's segments as they lie on the disk: made whole after a kill, checked, and read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from rtc_server.recording.segment_format import (
    LONGEST_SEGMENT,
    Record,
    Segment,
    SegmentHead,
    SegmentUnreadable,
    read_segment,
)
from rtc_server.recording.values import MANIFEST, NO_SEGMENT, RecordingFile, SegmentInfo
from rtc_server.recording.writer import flush_folder


class ChainBroken(Exception):
    """A segment is missing, changed, or of another recording."""


@dataclass(frozen=True)
class StoredSegment:
    """A closed segment and its file."""

    path: Path
    head: SegmentHead
    info: SegmentInfo


def recover(folder: Path) -> list[Path]:
    """Closes what a killed server left open, without the batch that is cut short; the segments it closed.

    One that cannot be read, mostly since it ends within its first batch, is set aside. Raises OSError.
    """
    closed = []
    for part in sorted(folder.glob("*.part")):
        try:
            whole = read_segment(_read(part)).data
        except SegmentUnreadable:
            part.rename(part.with_suffix(".unreadable"))
            continue
        with part.open("r+b") as file:
            file.truncate(len(whole))
            os.fsync(file.fileno())
        closed.append(part.rename(part.with_suffix(".seg")))
    flush_folder(folder)
    return closed


def check(folder: Path, recovered: list[Path]) -> list[StoredSegment]:
    """Every segment in order; raises `ChainBroken` unless each names its predecessor's hash. Raises OSError."""
    found: list[StoredSegment] = []
    previous = NO_SEGMENT
    for path in sorted(folder.glob("*.seg")):
        data = _read(path)
        segment = read(path, data)
        head = segment.head
        if head.number != len(found) + 1 or head.previous != previous or len(segment.data) != len(data):
            raise ChainBroken(f"{path.name}: not the successor of {previous}, or not whole")
        if found and (head.recording_id, head.session_id) != (found[0].head.recording_id, found[0].head.session_id):
            raise ChainBroken(f"{path.name}: of another recording")
        previous = hashlib.sha256(data).hexdigest()
        info = SegmentInfo(number=head.number, sha256=previous, size=len(data), recovered=path in recovered)
        found.append(StoredSegment(path, head, info))
    return found


def read(path: Path, data: bytes) -> Segment:
    """The segment in `data`, of the file `path`; raises `ChainBroken`."""
    try:
        return read_segment(data)
    except SegmentUnreadable as problem:
        raise ChainBroken(f"{path.name}: {problem}") from problem


def records(segments: list[StoredSegment]) -> Iterator[Record]:
    """Every record of a recording in the order written; holds one segment at a time in memory."""
    for segment in segments:
        yield from read(segment.path, _read(segment.path)).records()


def _read(path: Path) -> bytes:
    if path.stat().st_size > LONGEST_SEGMENT:
        raise ChainBroken(f"{path.name}: longer than any segment")
    return path.read_bytes()


def read_manifest(folder: Path) -> RecordingFile:
    """The closed recording in a folder; raises FileNotFoundError when it is not closed."""
    data = (folder / MANIFEST).read_bytes()
    made = msgspec.json.decode(data, type=RecordingFile, dec_hook=lambda kind, value: kind(value))
    return msgspec.structs.replace(made, folder=folder)
