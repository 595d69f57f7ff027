"""Part files: the bytes of unfinished uploads. How far an upload has come is the length of its file, nothing else.

They are encrypted with AES-256 in counter mode (NIST SP 800-38A), which goes on at any byte and adds none. The key is
the upload's own, and a byte once written is not written again. That nothing was changed tells the SHA-256 of the whole
upload, which its client has named before. A file is made by its first byte: an upload of which nothing has come has
none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from document_relay.errors import DiskFull, NoSuchUpload
from foundation.disk import FULL

_AES_BLOCK = 16


class PartFiles:
    """The part files in one folder; all methods block, call them from a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def length(self, upload_id: str) -> int:
        """How many bytes have arrived."""
        try:
            return self._path(upload_id).stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, upload_id: str, key: bytes, data: bytes) -> None:
        """Adds the bytes under the upload's key; raises `DiskFull`, after which those that found room are kept."""
        descriptor = os.open(self._path(upload_id), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _write_all(descriptor, _stream(key, os.fstat(descriptor).st_size).update(data))
        finally:
            os.close(descriptor)

    def flush(self, upload_id: str) -> None:
        """Waits until every byte, and the file's name, is on the disk."""
        for path in (self._path(upload_id), self._folder):
            try:
                descriptor = os.open(path, os.O_RDONLY)
            except FileNotFoundError:
                return
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def read(self, upload_id: str, key: bytes) -> bytes:
        """All that has arrived, in the clear; raises `NoSuchUpload`."""
        try:
            kept = self._path(upload_id).read_bytes()
        except FileNotFoundError as missing:
            raise NoSuchUpload from missing
        return _stream(key, 0).update(kept)

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


def _stream(key: bytes, offset: int) -> CipherContext:
    """Encrypts and decrypts what stands at the byte `offset` and after it."""
    stream = Cipher(AES(key), CTR((offset // _AES_BLOCK).to_bytes(_AES_BLOCK, "big"))).encryptor()
    stream.update(bytes(offset % _AES_BLOCK))
    return stream


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull from error
        raise
