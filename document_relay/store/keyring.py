"""What of a case is sealed: texts in its rows and blobs under its folder, both under the case's own data key."""

from __future__ import annotations

import asyncio

import msgspec

from document_relay.errors import DiskFull
from foundation.blobs import Blobs
from foundation.disk import FULL
from foundation.vault import Vault


class CaseKey:
    """Seals and unseals the short texts of one case."""

    def __init__(self, vault: Vault, case_id: str, wrapped: bytes) -> None:
        self._vault = vault
        self._case_id = case_id
        self._wrapped = wrapped

    def seal(self, value: object, what: str) -> bytes:
        """The value as sealed JSON; `what` must be named again to unseal it."""
        return self._vault.seal(self._wrapped, msgspec.json.encode(value), self._context(what))

    def unseal(self, sealed: bytes, what: str) -> object:
        """The value; raises `SealBroken`."""
        return msgspec.json.decode(self._vault.unseal(self._wrapped, sealed, self._context(what)))

    def seal_bytes(self, data: bytes, name: str) -> bytes:
        """The bytes sealed for the blob of this name."""
        return self._vault.seal(self._wrapped, data, self._context(name))

    def unseal_bytes(self, sealed: bytes, name: str) -> bytes:
        """The bytes of the blob of this name; raises `SealBroken`."""
        return self._vault.unseal(self._wrapped, sealed, self._context(name))

    def derive(self, what: str) -> bytes:
        """A 32-byte key for what is kept outside of the rows and blobs; it is lost with the case's key."""
        return self._vault.derive(self._wrapped, self._context(what))

    def _context(self, what: str) -> str:
        return f"case {self._case_id} {what}"


class CaseBlobs:
    """The large pieces of case files, sealed: `pages/…`, `originals/…`, `documents/…`, `signatures/…`."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    async def put(self, key: CaseKey, case_id: str, name: str, data: bytes) -> None:
        """Stores the bytes sealed and durable; raises `DiskFull`."""
        sealed = await asyncio.to_thread(key.seal_bytes, data, name)
        try:
            await self._blobs.put(_place(case_id, name), sealed)
        except OSError as error:
            if error.errno in FULL:
                raise DiskFull from error
            raise

    async def delete(self, case_id: str, name: str) -> None:
        """Removes the piece, if there is one."""
        await self._blobs.delete(_place(case_id, name))

    async def get(self, key: CaseKey, case_id: str, name: str) -> bytes:
        """The bytes in the clear; raises `BlobMissing` and `SealBroken`."""
        sealed = await self._blobs.get(_place(case_id, name))
        return await asyncio.to_thread(key.unseal_bytes, sealed, name)


def _place(case_id: str, name: str) -> str:
    return f"cases/{case_id}/{name}"
