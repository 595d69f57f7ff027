"""Writes one recording's segments; every call blocks and belongs on the recorder's worker thread."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from rtc_server.recording.block import Block
from rtc_server.recording.segment_format import (
    SEALED,
    Record,
    RecordKind,
    SegmentHead,
    SegmentSeal,
    encode_head,
    encode_record,
)
from rtc_server.recording.values import NO_SEGMENT, RecordingRules, SegmentInfo


class SegmentWriter:
    """Appends records to the open segment, and closes it when it is old or large enough.

    After an OSError the open segment ends with the last records that were written whole, and `write` may be called
    again: it first closes that segment, then opens the next.
    """

    def __init__(self, folder: Path, key: bytes, begun: tuple[str, str], rules: RecordingRules) -> None:
        """`folder` is named for the recording, whose key this is.

        `begun` is the session, and the wall time of microsecond 0, ISO 8601 in UTC.
        """
        self._folder = folder
        self._key = key
        self._session_id, self._started = begun
        self._rules = rules
        self._number = 0
        self._previous = NO_SEGMENT
        self._sources: dict[int, Record] = {}
        self._file: int | None = None
        self._seal = SegmentSeal(key, 0)
        self._hash = hashlib.sha256()
        self._size = 0
        self._stored = 0
        self._opened = 0
        self._broken = False
        self._outages: list[Record] = []
        self._closed: list[SegmentInfo] = []

    @property
    def used(self) -> bool:
        """Whether a segment has been opened."""
        return self._number > 0

    def write(self, blocks: Sequence[Block], now: int, *, open_now: bool = False) -> None:
        """Appends the blocks; `now` in microseconds. `open_now` opens a segment even for none. Raises OSError."""
        if self._broken:
            self.close()
        try:
            if self._file is None and (blocks or open_now):
                self._open(now)
        finally:
            self._learn(blocks)
        if blocks:
            self._append([block.octets for block in blocks])
        self._outages.clear()
        if self._file is not None and self._due(now):
            self.close()

    def close(self) -> None:
        """Flushes, renames and hashes the open segment, if there is one. Raises OSError."""
        file = self._file
        if file is None:
            return
        os.fsync(file)
        part = self._path("part")
        if part.exists():
            # Else this is done again, after the flush of the folder had failed.
            part.rename(part.with_suffix(".seg"))
        flush_folder(self._folder)
        os.close(file)
        self._file = None
        self._broken = False
        self._previous = self._hash.hexdigest()
        self._closed.append(SegmentInfo(number=self._number, sha256=self._previous, size=self._size))

    def take_closed(self) -> list[SegmentInfo]:
        """The segments closed since the last call."""
        closed, self._closed = self._closed, []
        return closed

    def _due(self, now: int) -> bool:
        old = now - self._opened >= self._rules.segment_seconds * 1e6
        return old or self._size >= self._rules.segment_bytes

    def _learn(self, blocks: Sequence[Block]) -> None:
        """Remembers what the next segment must begin with should these be lost: live sources, and outages."""
        for record in [record for block in blocks for record in block.notes]:
            if record.kind == RecordKind.SOURCE:
                self._sources[record.source] = record
            elif record.kind == RecordKind.ENDED:
                self._sources.pop(record.source, None)
            elif record.kind == RecordKind.OUTAGE:
                self._outages.append(record)

    def _open(self, now: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self._folder).free < self._rules.reserve_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._folder))
        path = self._path("part", self._number + 1)
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._number += 1
        self._seal = SegmentSeal(self._key, self._number)
        self._hash = hashlib.sha256()
        self._size = self._stored = 0
        self._opened = now
        head = SegmentHead(
            session_id=self._session_id,
            recording_id=self._folder.name,
            number=self._number,
            previous=self._previous,
            started=self._started,
        )
        self._append([encode_head(head) + b"".join(map(encode_record, [*self._sources.values(), *self._outages]))])
        self._outages.clear()

    def _append(self, pieces: Sequence[bytes | memoryview]) -> None:
        """Writes a batch sealed, or nothing: what is half-written is cut off again."""
        digest, size = self._hash.copy(), self._size
        stored: list[bytes] = [] if self._stored else [SEALED]
        for piece in pieces:
            digest.update(piece)
            stored += self._seal.seal(piece, size)
            size += len(piece)
        self._write(stored)
        self._hash, self._size = digest, size
        self._stored += sum(map(len, stored))

    def _write(self, stored: Sequence[bytes]) -> None:
        assert self._file is not None, "a segment is open"
        try:
            for piece in stored:
                rest = memoryview(piece)
                while rest:
                    rest = rest[os.write(self._file, rest) :]
        except OSError:
            self._undo()
            raise

    def _undo(self) -> None:
        assert self._file is not None, "a segment is open"
        self._broken = True
        os.ftruncate(self._file, self._stored)
        os.lseek(self._file, self._stored, os.SEEK_SET)
        if not self._stored:
            # Not even the head went in: as if it had never been opened.
            os.close(self._file)
            self._path("part").unlink()
            self._file = None
            self._number -= 1
            self._broken = False

    def _path(self, suffix: str, number: int | None = None) -> Path:
        return self._folder / f"{self._number if number is None else number:08}.{suffix}"


def flush_folder(folder: Path) -> None:
    """Makes the names in a folder durable; raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
