"""How much a case and a site may keep: pure arithmetic over what is stored and what is under way."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from document_relay.errors import CaseFull, SiteFull

GIB = 1024**3


class Quotas(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds, in bytes and pieces."""

    case_bytes: int = 4 * GIB
    """366 pages of a document camera at its full size are about 3: 5 MB as sent, 3 straightened."""
    case_pieces: int = 1000
    """Pages, those that were replaced too, and documents: many small ones cost rows and files."""
    site_bytes: int = 16 * GIB
    """What the cases hold that were opened at one site within `site_span`."""
    site_span: timedelta = timedelta(days=1)
    site_uploads: int = 48
    """Uploads under way at one site."""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What a case keeps, or is to keep more."""

    bytes: int
    pieces: int


class UnderWay(msgspec.Struct, frozen=True, kw_only=True):
    """Uploads that were let in lately and have not ended: bytes as announced, of the case, its site, and all."""

    case_bytes: int
    site_bytes: int
    site_uploads: int
    bytes: int


def check_case(quotas: Quotas, kept: Stored, more: Stored) -> None:
    """Raises `CaseFull` when the case cannot keep more."""
    if kept.bytes + more.bytes > quotas.case_bytes or kept.pieces + more.pieces > quotas.case_pieces:
        raise CaseFull


def check_site(quotas: Quotas, kept_bytes: int, under_way: UnderWay, length: int) -> None:
    """Raises `SiteFull` when the site cannot begin an upload of this length; `kept_bytes` are its newest cases'."""
    too_many = under_way.site_uploads >= quotas.site_uploads
    if too_many or kept_bytes + under_way.site_bytes + length > quotas.site_bytes:
        raise SiteFull


def announced_bytes(length: int) -> int:
    """What an upload may take until it is a page: the bytes as they come and, beside them, what is made of them."""
    return 2 * length
