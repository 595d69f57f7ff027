"""A stream that was announced with a checksum counts as a whole or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator

from document_relay.errors import ChecksumMismatch, UploadMetadataInvalid
from document_relay.uploads.metadata import Checksum


async def verified(stream: AsyncIterator[bytes], checksum: Checksum | None, most: int) -> AsyncIterator[bytes]:
    """The pieces as they come; with a checksum all of them at once, when they have it.

    Raises UploadMetadataInvalid for more than `most` bytes, ChecksumMismatch.
    """
    if checksum is None:
        async for piece in stream:
            yield piece
        return
    held = bytearray()
    async for piece in stream:
        held += piece
        if len(held) > most:
            raise UploadMetadataInvalid(problem="more bytes than announced")
    data = bytes(held)
    if not checksum.matches(data):
        raise ChecksumMismatch
    yield data
