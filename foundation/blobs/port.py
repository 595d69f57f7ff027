"""The port of every blob store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from foundation.errors import NotFound


class BlobMissing(NotFound):
    """No blob is stored under this key."""

    code = "blob_missing"
    zh = "文件不存在或已被删除。"
    en = "The file does not exist or was deleted."


class Blobs(Protocol):
    """Keeps bytes under keys such as `cases/01k…/pages/01k….jpg`; a key is written once or replaced whole."""

    async def put(self, key: str, data: bytes) -> None:
        """Stores `data`; when it returns the bytes survive a power cut."""
        ...

    async def put_file(self, key: str, path: Path) -> None:
        """Moves the file at `path` into the store."""
        ...

    async def get(self, key: str) -> bytes:
        """The bytes under `key`; raises `BlobMissing`."""
        ...

    def stream(self, key: str) -> AsyncIterator[bytes]:
        """The bytes under `key` in pieces of at most 256 KiB; raises `BlobMissing`."""
        ...

    async def exists(self, key: str) -> bool:
        """Whether anything is stored under `key`."""
        ...

    async def delete(self, key: str) -> None:
        """Removes what is under `key`, if anything is."""
        ...
