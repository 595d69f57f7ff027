"""Blobs as files below one folder: written beside, flushed to the disk, then renamed into place."""

from __future__ import annotations

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

from foundation.blobs.port import BlobMissing

_PIECE = 256 * 1024


class FileBlobs:
    """A blob store in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._root.mkdir(parents=True, exist_ok=True)

    async def put(self, key: str, data: bytes) -> None:
        """Stores `data` atomically and durably."""
        await asyncio.to_thread(self._put, self._path(key), data)

    async def put_file(self, key: str, path: Path) -> None:
        """Moves the file at `path` into the store, atomically and durably."""
        await asyncio.to_thread(self._put_file, self._path(key), path)

    async def get(self, key: str) -> bytes:
        """The bytes under `key`; raises `BlobMissing`."""
        try:
            return await asyncio.to_thread(self._path(key).read_bytes)
        except FileNotFoundError as missing:
            raise BlobMissing from missing

    async def stream(self, key: str) -> AsyncIterator[bytes]:
        """The bytes under `key` in pieces; raises `BlobMissing`."""
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError as missing:
            raise BlobMissing from missing
        with file:
            while piece := await asyncio.to_thread(file.read, _PIECE):
                yield piece

    async def exists(self, key: str) -> bool:
        """Whether a file stands under `key`."""
        return await asyncio.to_thread(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        """Removes the file under `key`, if there is one."""
        await asyncio.to_thread(self._path(key).unlink, missing_ok=True)

    def _path(self, key: str) -> Path:
        # Keys are made by our own code; one that leaves the folder is a broken promise, not a mistake of a user.
        path = (self._root / key).resolve()
        if not path.is_relative_to(self._root) or path == self._root:
            raise ValueError(f"blob key outside the store: {key!r}")
        return path

    def _put(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        try:
            with beside.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        _flush_folder(path.parent)

    def _put_file(self, path: Path, source: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, path)
        with path.open("rb") as file:
            os.fsync(file.fileno())
        _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    # A rename is durable only when the folder that names the file is.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
