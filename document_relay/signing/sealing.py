"""PDFs sealed by the house (PAdES B-B, ETSI EN 319 142-1): after that no bit can change unnoticed.

There is no time stamp authority yet, so the time inside a seal is the house's own word.
"""

from __future__ import annotations

import asyncio
import io
from datetime import datetime

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import PdfSigner, PdfSigningSession
from pyhanko.stamp import StaticStampStyle

from document_relay.signing.seal import Look, Seal


def sealed(signer: signers.Signer, pdf: bytes, seal: Seal, look: Look | None) -> bytes:
    """The PDF with a certifying signature that allows no change, drawn where `look` says, else invisible."""
    meta = signers.PdfSignatureMetadata(
        field_name="CloudWindowSeal",
        md_algorithm="sha256",
        reason=seal.reason,
        location=seal.location,
        name=seal.name,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    timed = _TimedSigner(
        meta,
        signer,
        stamp_style=None if look is None else StaticStampStyle(border_width=0, background=_Picture(look.picture)),
        new_field_spec=_field(look),
    )
    timed.at = seal.at
    out = io.BytesIO()
    asyncio.run(timed.async_sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=out))
    return out.getvalue()


def detached(signer: signers.Signer, data: bytes, at: datetime) -> bytes:
    """A detached CMS signature over the bytes (RFC 5652), made `at`."""
    attributes = PdfCMSSignedAttributes(signing_time=at)
    signed = asyncio.run(signer.async_sign_general_data(data, "sha256", signed_attr_settings=attributes))
    return bytes(signed.dump())


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
