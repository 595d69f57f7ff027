"""PDFs sealed by the house (PAdES B-B, ETSI EN 319 142-1): after that no bit can change unnoticed.

It goes in two steps: `prepare` opens the PDF and runs in the sandboxed child, `filled` holds the key and opens nothing.
The time inside a seal is the house's own word; evidence packages may carry a time stamp authority's (RFC 3161).
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Iterable
from datetime import datetime

from asn1crypto import cms
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.attributes import CMSAttributeProvider, UnsignedAttributeProviderSpec
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import ExternalSigner, PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSigner, PdfSigningSession
from pyhanko.stamp import StaticStampStyle

from document_relay.signing.seal import Look, PreparedSeal, Seal
from document_relay.signing.time_stamps import TimeStamps

_HASH = "sha256"
_ROOM = 16_384
"""Hexadecimal digits kept for the signature; one of ours with its certificate takes about 4,400."""


async def prepare(pdf: bytes, seal: Seal, look: Look | None) -> PreparedSeal:
    """The PDF with a certifying signature that allows no change, drawn where `look` says, else invisible.

    Of the signature itself there is only the room.
    """
    meta = signers.PdfSignatureMetadata(
        field_name="CloudWindowSeal",
        md_algorithm=_HASH,
        reason=seal.reason,
        location=seal.location,
        name=seal.name,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    timed = _TimedSigner(
        meta,
        ExternalSigner(signing_cert=None, cert_registry=None),
        stamp_style=None if look is None else StaticStampStyle(border_width=0, background=_Picture(look.picture)),
        new_field_spec=_field(look),
    )
    timed.at = seal.at
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    place, _, _ = await timed.async_digest_doc_for_signing(writer, bytes_reserved=_ROOM, output=out)
    return PreparedSeal(pdf=out.getvalue(), start=place.reserved_region_start, end=place.reserved_region_end)


def filled(signer: signers.Signer, pdf: bytes, prepared: PreparedSeal, at: datetime) -> bytes:
    """The prepared PDF with a signature over all of it but the room.

    What is signed is hashed here, and the document that was asked for must stand unchanged at the beginning, so a child
    that was taken over gets no signature for another one. Raises `ValueError`.
    """
    whole, start, end = prepared.pdf, prepared.start, prepared.end
    room = whole[start:end]
    if not whole.startswith(pdf) or start < len(pdf) or room != b"<" + b"0" * (len(room) - 2) + b">":
        raise ValueError("not the document with room for a signature")
    digest = hashlib.sha256(whole[:start])
    digest.update(whole[end:])
    attributes = PdfCMSSignedAttributes(signing_time=at)
    signed = signer.async_sign(digest.digest(), _HASH, use_pades=True, signed_attr_settings=attributes)
    content = bytes(asyncio.run(signed).dump()).hex().encode()
    if len(content) > len(room) - 2:
        raise ValueError("the signature does not fit its room")
    return whole[: start + 1] + content.ljust(len(room) - 2, b"0") + whole[end - 1 :]


def detached(signer: signers.Signer, data: bytes, at: datetime, timestamp_url: str = "") -> bytes:
    """A detached CMS signature over the bytes (RFC 5652), made `at`.

    With the URL of a time stamp authority its token over the bytes stands among the signed attributes (content time
    stamp, RFC 5126 section 5.11.4), so that the signature covers every bit of the token. Raises `TimeStampUnavailable`.
    """
    attributes = PdfCMSSignedAttributes(
        signing_time=at, cades_signed_attrs=CAdESSignedAttrSpec(timestamp_content=True) if timestamp_url else None
    )
    signer.unsigned_attr_prov_spec = _Nothing()
    signing = signer.async_sign_general_data(
        data,
        _HASH,
        use_cades=bool(timestamp_url),
        timestamper=TimeStamps(timestamp_url) if timestamp_url else None,
        signed_attr_settings=attributes,
    )
    return bytes(asyncio.run(signing).dump())


class _Nothing(UnsignedAttributeProviderSpec):
    """No unsigned attributes: they would be bits that no signature covers."""

    def unsigned_attr_providers(
        self, signature: bytes, signed_attrs: cms.CMSAttributes, digest_algorithm: str
    ) -> Iterable[CMSAttributeProvider]:
        """None."""
        return ()


def _field(look: Look | None) -> SigFieldSpec:
    if look is None:
        return SigFieldSpec(sig_field_name="CloudWindowSeal")
    page, *corners = look.field
    left, bottom, right, top = (round(corner) for corner in corners)
    return SigFieldSpec(sig_field_name="CloudWindowSeal", on_page=int(page), box=(left, bottom, right, top))


class _TimedSigner(PdfSigner):
    """Takes the time as an argument; pyHanko would read the machine's clock."""

    at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        """A session that believes it is `at`."""
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.at
        return session


class _Picture(PdfContent):
    """The first page of a PDF as the content of a stamp."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        super().__init__()

    def render(self) -> bytes:
        """The operators that draw it; pyHanko reads `box` and `resources` afterwards."""
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(io.BytesIO(self._pdf)))
        self.resources.xobject["/Signature"] = page
        left, bottom, right, top = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Signature Do"
