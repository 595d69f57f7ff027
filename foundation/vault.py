"""Keys: one master key of the installation, data keys wrapped by it, and secrets derived from it.

A data key seals the blobs of one case; destroying its wrapped form erases them all. Sealing is AES-256-GCM with a
random 96-bit nonce and the context as associated data, so a blob cannot be passed off as another one.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation.errors import Unavailable

_KEY_BYTES = 32
_NONCE_BYTES = 12
MASTER_FILE = "master.key"
_WRAP_CONTEXT = b"cloud-window data key"


class SealBroken(Unavailable):
    """What was sealed has been changed, or belongs to another key or context."""

    code = "seal_broken"
    zh = "加密存储的内容已损坏，请联系管理员。"
    en = "The stored content is damaged. Please tell the administrator."


class Vault:
    """Wraps data keys, seals bytes and derives secrets under one master key."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != _KEY_BYTES:
            raise ValueError(f"the master key has {_KEY_BYTES} bytes")
        self._master_key = master_key

    @classmethod
    def open(cls, directory: Path) -> Vault:
        """Reads the master key of `directory`, or makes it there at the first start, readable by the owner alone."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = directory / MASTER_FILE
        if not path.exists():
            _write_private(path, os.urandom(_KEY_BYTES))
        return cls(path.read_bytes())

    def new_data_key(self) -> bytes:
        """A new data key, wrapped: store it with the case it belongs to."""
        return _seal(self._master_key, os.urandom(_KEY_BYTES), _WRAP_CONTEXT)

    def seal(self, wrapped: bytes, plain: bytes, context: str) -> bytes:
        """Seals `plain` under the wrapped data key; the same `context` must be named to unseal it."""
        return _seal(self._unwrap(wrapped), plain, context.encode())

    def unseal(self, wrapped: bytes, sealed: bytes, context: str) -> bytes:
        """The bytes that were sealed; raises `SealBroken` when anything about them differs."""
        return _unseal(self._unwrap(wrapped), sealed, context.encode())

    def secret(self, purpose: str) -> bytes:
        """A 32-byte secret for one purpose, the same at every start (HKDF-SHA256, RFC 5869)."""
        return derive_key(self._master_key, purpose)

    def derive(self, wrapped: bytes, purpose: str) -> bytes:
        """A 32-byte key of the wrapped data key's, for one purpose; it is lost with that key."""
        return derive_key(self._unwrap(wrapped), purpose)

    def _unwrap(self, wrapped: bytes) -> bytes:
        return _unseal(self._master_key, wrapped, _WRAP_CONTEXT)


def derive_key(key: bytes, purpose: str) -> bytes:
    """The 32-byte key for one purpose that follows from `key` (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def _seal(key: bytes, plain: bytes, context: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context)


def _unseal(key: bytes, sealed: bytes, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], context)
    except (InvalidTag, ValueError) as broken:
        raise SealBroken from broken


def _write_private(path: Path, data: bytes) -> None:
    # Written whole or not at all: half a master key would lock the service for ever.
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
