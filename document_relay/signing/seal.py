"""What a seal says, how it looks and what it is found to be worth, and the blocking calls of the one who signs.

The PDF itself is opened by the sandboxed child alone (`prepare_seal`); the key stays in this process, which sees of the
PDF no more than bytes to hash. pyHanko takes half a second to load, so it is loaded with the first signature.
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


class PdfVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the seal of a PDF is worth.

    `intact`: not a bit of what was sealed has changed and nothing was added. `trusted`: the seal is that of the
    installation whose certificate was given.
    """

    sealed: bool
    intact: bool
    trusted: bool
    name: str
    reason: str
    location: str
    at: datetime | None
    problem: str


class PreparedSeal(msgspec.Struct, frozen=True, kw_only=True):
    """A PDF that holds everything of a seal but the signature.

    Its room begins at `start` and ends at `end`: a string of hexadecimal zeros in angle brackets.
    """

    pdf: bytes
    start: int
    end: int


def sign_prepared(authority: SigningAuthority, pdf: bytes, prepared: PreparedSeal, at: datetime) -> bytes:
    """The PDF with the signature in its place; raises `ValueError` when `prepared` is not `pdf` with room added."""
    from document_relay.signing.sealing import filled

    return filled(authority.signer(), pdf, prepared, at)


def sign_bytes(authority: SigningAuthority, data: bytes, at: datetime) -> bytes:
    """A detached CMS signature over the bytes (RFC 5652), made `at`; raises `TimeStampUnavailable`."""
    from document_relay.signing.sealing import detached

    return detached(authority.signer(), data, at, authority.timestamp_url)
