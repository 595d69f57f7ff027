"""What a seal says and how it looks, and the blocking calls that set one: call them in a thread.

pyHanko takes half a second to load, so it is loaded with the first seal and not with the service.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from document_relay.signing.authority import SigningAuthority


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What the seal says: `reason` is for people and holds every hash that binds it to what was shown."""

    name: str
    reason: str
    location: str
    at: datetime


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """The signature's one-page picture as PDF and its place on the document; see `DocumentRecord.field`."""

    picture: bytes
    field: list[float]


def seal_pdf(authority: SigningAuthority, pdf: bytes, seal: Seal, look: Look | None = None) -> bytes:
    """The PDF with a certifying signature that allows no change, drawn where `look` says, else invisible."""
    from document_relay.signing.sealing import sealed

    return sealed(authority.signer(), pdf, seal, look)


def sign_bytes(authority: SigningAuthority, data: bytes, at: datetime) -> bytes:
    """A detached CMS signature over the bytes (RFC 5652), made `at`; raises `TimeStampUnavailable`."""
    from document_relay.signing.sealing import detached

    return detached(authority.signer(), data, at, authority.timestamp_url)
