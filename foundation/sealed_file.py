"""Files that are sealed block by block, and read and written at any place like others.

    file  := MAGIC block…
    block := nonce 12 · AES-256-GCM of at most `BLOCK` bytes · tag 16

Every block but the last is full. Its tag covers, beside the bytes, what the file is, which block it is and whether it
is the last: no block can be changed, moved or passed off as another's, and a file that is cut is not read. A block that
is written again has another nonce.
"""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from foundation.vault import SealBroken

BLOCK: Final = 128 * 1024
MAGIC: Final = b"CWSEAL1\n"
_NONCE = 12
_STORED = BLOCK + _NONCE + 16
_LEAST = _STORED - BLOCK


class SealedFile(io.RawIOBase):
    """A sealed file, open; one thread at a time uses it. `close` makes a new one whole."""

    def __init__(self, descriptor: int, key: bytes, context: str, *, new: bool) -> None:
        """Takes the descriptor over; `key` has 32 bytes, `context` says what the file is. Raises `SealBroken`."""
        self._descriptor = descriptor
        self._cipher = AESGCM(key)
        self._context = context.encode()
        self._new = self._kept = new
        self._position = 0
        self._size = 0
        self._block = bytearray()
        self._index = 0
        self._dirty = new
        try:
            if new:
                _write(descriptor, MAGIC, 0)
            else:
                self._take_in()
        except BaseException:
            self.discard()
            raise

    @classmethod
    def create(cls, path: Path, key: bytes, context: str) -> SealedFile:
        """A new file, empty, to be written and read; raises OSError."""
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        return cls(descriptor, key, context, new=True)

    @classmethod
    def open(cls, path: Path, key: bytes, context: str) -> SealedFile:
        """The file at `path`, to be read; raises OSError, and `SealBroken` when it is cut or another one."""
        return cls(os.open(path, os.O_RDONLY | os.O_CLOEXEC), key, context, new=False)

    @classmethod
    def temporary(cls, folder: Path) -> SealedFile:
        """A new file without a name, under a key that nobody keeps: gone when it is closed. Raises OSError."""
        with tempfile.TemporaryFile(dir=folder) as file:
            made = cls(os.dup(file.fileno()), os.urandom(32), "temporary", new=True)
        made._kept = False
        return made

    @property
    def size(self) -> int:
        """How many bytes are in it."""
        return self._size

    def readable(self) -> bool:
        """It is."""
        return True

    def writable(self) -> bool:
        """Only a new one is."""
        return self._new

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Where it is read or written next."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Goes to a place; raises ValueError for one before the beginning."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("before the beginning")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Reads to the end of a block at most; raises `SealBroken`."""
        length = min(len(buffer), self._size - self._position, BLOCK - self._position % BLOCK)
        if length <= 0:
            return 0
        self._load(self._position // BLOCK)
        start = self._position % BLOCK
        memoryview(buffer)[:length] = memoryview(self._block)[start : start + length]
        self._position += length
        return length

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Writes all of it; raises OSError, and `io.UnsupportedOperation` when it was opened to be read."""
        if not self._new:
            raise io.UnsupportedOperation("opened to be read")
        if self._position > self._size:
            raise ValueError("a sealed file has no holes")
        rest = memoryview(data).cast("B")
        while rest:
            self._load(self._position // BLOCK)
            start = self._position % BLOCK
            piece = rest[: BLOCK - start]
            self._block[start : start + len(piece)] = piece
            self._dirty = True
            self._position += len(piece)
            self._size = max(self._size, self._position)
            rest = rest[len(piece) :]
        return len(data)

    def close(self) -> None:
        """Writes what is left of a new file, flushed to the disk, and closes it; raises OSError."""
        if self.closed:
            return
        try:
            if self._kept:
                self._load(_last_block(self._size))
                self._store(last=True)
                os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)
            super().close()

    def discard(self) -> None:
        """Closes it as it is: a new one cannot be read then."""
        self._kept = False
        self.close()

    def _take_in(self) -> None:
        """Finds out the size, and whether the last block is the last."""
        stored = os.fstat(self._descriptor).st_size - len(MAGIC)
        full, rest = divmod(stored, _STORED)
        if os.pread(self._descriptor, len(MAGIC), 0) != MAGIC or stored < _LEAST or 0 < rest < _LEAST:
            raise SealBroken
        self._size = full * BLOCK + (rest - _LEAST if rest else 0)
        self._index = -1
        self._load(_last_block(self._size))

    def _load(self, index: int) -> None:
        """Brings a block into memory, the one there before onto the disk."""
        if index == self._index:
            return
        if self._dirty:
            self._store(last=False)
        block = bytearray()
        if index * BLOCK < self._size or not self._new:
            stored = os.pread(self._descriptor, _STORED, len(MAGIC) + index * _STORED)
            last = not self._new and index == _last_block(self._size)
            try:
                plain = self._cipher.decrypt(stored[:_NONCE], stored[_NONCE:], self._place(index, last=last))
            except (InvalidTag, ValueError) as broken:
                raise SealBroken from broken
            block += plain
        self._block, self._index = block, index

    def _store(self, *, last: bool) -> None:
        nonce = os.urandom(_NONCE)
        text = self._cipher.encrypt(nonce, self._block, self._place(self._index, last=last))
        _write(self._descriptor, nonce + text, len(MAGIC) + self._index * _STORED)
        self._dirty = False

    def _place(self, index: int, *, last: bool) -> bytes:
        return self._context + b"\0" + index.to_bytes(8, "big") + bytes((last,))


def write_sealed(path: Path, key: bytes, context: str, data: bytes) -> None:
    """Makes a sealed file of the bytes; raises OSError."""
    with SealedFile.create(path, key, context) as file:
        file.write(data)


def _last_block(size: int) -> int:
    return max(0, size - 1) // BLOCK


def _write(descriptor: int, data: bytes, at: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, at)
        rest, at = rest[written:], at + written
