"""A recording's segments as they lie on the disk: made whole after a kill, checked, and read."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, cast

import msgspec

from foundation.sealed_file import SealedFile
from foundation.vault import SealBroken, derive_key
from rtc_server.recording.segment_format import (
    LONGEST_SEGMENT,
    Record,
    Segment,
    SegmentHead,
    SegmentSeal,
    SegmentUnreadable,
    read_segment,
)
from rtc_server.recording.values import MANIFEST, NO_SEGMENT, RecordingFile, SegmentInfo
from rtc_server.recording.writer import flush_folder

SEGMENT = ".seg"


class ChainBroken(Exception):
    """A segment is missing, changed, or of another recording."""


def recording_key(sessions_key: bytes, recording_id: str) -> bytes:
    """What a recording's files are sealed under; `sessions_key` is what the recorder was given for its session."""
    return derive_key(sessions_key, f"recording {recording_id}")


@dataclass(frozen=True)
class StoredSegment:
    """A closed segment, its file and the recording's key."""

    path: Path
    head: SegmentHead
    info: SegmentInfo
    key: bytes = field(repr=False)


def recover(folder: Path, key: bytes) -> list[Path]:
    """Closes what a killed server left open, without the piece that is cut short; the segments it closed.

    One that cannot be read, mostly since it ends within its first piece, is set aside. Raises OSError.
    """
    closed = []
    for part in sorted(folder.glob("*.part")):
        try:
            whole = read_segment(_read(part), SegmentSeal(key, _number(part))).whole
        except SegmentUnreadable:
            part.rename(part.with_suffix(".unreadable"))
            continue
        with part.open("r+b") as file:
            file.truncate(whole)
            os.fsync(file.fileno())
        closed.append(part.rename(part.with_suffix(".seg")))
    flush_folder(folder)
    return closed


def check(folder: Path, key: bytes, recovered: list[Path]) -> list[StoredSegment]:
    """Every segment in order; raises `ChainBroken` unless each names its predecessor's hash. Raises OSError."""
    found: list[StoredSegment] = []
    previous = NO_SEGMENT
    for path in sorted(folder.glob("*.seg")):
        segment = read(path, key)
        head, data = segment.head, segment.data
        if head.number != len(found) + 1 or head.previous != previous or segment.whole != path.stat().st_size:
            raise ChainBroken(f"{path.name}: not the successor of {previous}, or not whole")
        if found and (head.recording_id, head.session_id) != (found[0].head.recording_id, found[0].head.session_id):
            raise ChainBroken(f"{path.name}: of another recording")
        previous = hashlib.sha256(data).hexdigest()
        info = SegmentInfo(number=head.number, sha256=previous, size=len(data), recovered=path in recovered)
        found.append(StoredSegment(path, head, info, key))
    return found


def read(path: Path, key: bytes) -> Segment:
    """The segment in the file `path`; raises `ChainBroken` and OSError."""
    try:
        return read_segment(_read(path), SegmentSeal(key, _number(path)))
    except SegmentUnreadable as problem:
        raise ChainBroken(f"{path.name}: {problem}") from problem


def records(segments: list[StoredSegment]) -> Iterator[Record]:
    """Every record of a recording in the order written; holds one segment at a time in memory."""
    for segment in segments:
        yield from read(segment.path, segment.key).records()


def open_clear(path: Path, key: bytes) -> IO[bytes]:
    """A segment or the finished file of a recording, in the clear; raises `SealBroken` and OSError."""
    if path.suffix != SEGMENT:
        return cast(IO[bytes], SealedFile.open(path, key, path.name))
    try:
        return io.BytesIO(read(path, key).data)
    except ChainBroken as broken:
        raise SealBroken from broken


def _number(path: Path) -> int:
    """The segment's number, from the name of its file."""
    return int(path.stem) if path.stem.isdecimal() else 0


def _read(path: Path) -> bytes:
    if path.stat().st_size > LONGEST_SEGMENT:
        raise ChainBroken(f"{path.name}: longer than any segment")
    return path.read_bytes()


def read_manifest(folder: Path) -> RecordingFile:
    """The closed recording in a folder; raises FileNotFoundError when it is not closed."""
    data = (folder / MANIFEST).read_bytes()
    made = msgspec.json.decode(data, type=RecordingFile, dec_hook=lambda kind, value: kind(value))
    return msgspec.structs.replace(made, folder=folder)
