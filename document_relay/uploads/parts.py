"""Part files: the bytes of unfinished uploads. How far an upload has come is the length of its file, nothing else."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from document_relay.errors import DiskFull, NoSuchUpload

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class PartFiles:
    """The part files in one folder; all methods block, call them from a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def create(self, upload_id: str) -> None:
        """Makes an empty part file that survives a power cut."""
        self._path(upload_id).touch(mode=0o600, exist_ok=False)
        self._flush_folder()

    def length(self, upload_id: str) -> int:
        """How many bytes have arrived; raises `NoSuchUpload`."""
        try:
            return self._path(upload_id).stat().st_size
        except FileNotFoundError as missing:
            raise NoSuchUpload from missing

    def append(self, upload_id: str, data: bytes) -> None:
        """Adds the bytes; raises `DiskFull`, after which those that found room are kept."""
        descriptor = os.open(self._path(upload_id), os.O_WRONLY | os.O_APPEND)
        try:
            _write_all(descriptor, data)
        finally:
            os.close(descriptor)

    def flush(self, upload_id: str) -> None:
        """Waits until every byte is on the disk."""
        descriptor = os.open(self._path(upload_id), os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def sha256(self, upload_id: str) -> str:
        """The hash of what has arrived."""
        with self._path(upload_id).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def read(self, upload_id: str) -> bytes:
        """All that has arrived."""
        return self._path(upload_id).read_bytes()

    def remove(self, upload_id: str) -> None:
        """Removes the part file, if there is one."""
        self._path(upload_id).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """The uploads that have a part file."""
        return (path.stem for path in self._folder.glob("*.part"))

    def _path(self, upload_id: str) -> Path:
        # Only identifiers of our own making come here; anything else names no upload.
        if not upload_id.isalnum():
            raise NoSuchUpload
        return self._folder / f"{upload_id}.part"

    def _flush_folder(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFull from error
        raise
