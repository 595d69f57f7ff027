"""The room for a seal in a PDF (PAdES B-B, ETSI EN 319 142-1): once it is filled no bit can change unnoticed.

Runs in the child only, for it opens the PDF and draws on it; `signatures` fills the room.
"""

from __future__ import annotations

import io
from datetime import datetime

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko.sign.signers.pdf_signer import PdfSigner, PdfSigningSession
from pyhanko.stamp import StaticStampStyle

from document_relay.fonts import Fonts
from document_relay.signing.drawing import draw_signature
from document_relay.signing.seal import PreparedSeal, Seal, SignatureAppearance, field_name

_HASH = "sha256"
_ROOM = 16_384
"""Hexadecimal digits kept for the signature; one of ours with its certificate takes about 4,400."""


async def prepare(fonts: Fonts, pdf: bytes, seal: Seal, appearance: SignatureAppearance | None) -> PreparedSeal:
    """The PDF with a seal, drawn where `appearance` says, else invisible; of the signature there is only the room.

    The first seal certifies the document and allows no change but the other seals that it counts.
    """
    meta = signers.PdfSignatureMetadata(
        field_name=field_name(seal.place, seal.of),
        md_algorithm=_HASH,
        reason=seal.reason,
        location=seal.location,
        name=seal.name,
        subfilter=SigSeedSubFilter.PADES,
        certify=seal.place == 1,
        # What may follow is the paper's other seals, and nothing else.
        docmdp_permissions=MDPPerm.NO_CHANGES if seal.of == 1 else MDPPerm.FILL_FORMS,
    )
    timed = _TimedSigner(
        meta,
        ExternalSigner(signing_cert=None, cert_registry=None),
        stamp_style=None if appearance is None else _style(fonts, appearance),
        new_field_spec=_field(appearance, field_name(seal.place, seal.of)),
    )
    timed.at = seal.at
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    place, _, _ = await timed.async_digest_doc_for_signing(writer, bytes_reserved=_ROOM, output=out)
    return PreparedSeal(pdf=out.getvalue(), start=place.reserved_region_start, end=place.reserved_region_end)


def _style(fonts: Fonts, appearance: SignatureAppearance) -> StaticStampStyle:
    _, left, bottom, right, top = appearance.field
    drawn = draw_signature(fonts, appearance.strokes, (right - left, top - bottom), appearance.lines)
    return StaticStampStyle(border_width=0, background=_Drawing(drawn))


def _field(appearance: SignatureAppearance | None, name: str) -> SigFieldSpec:
    if appearance is None:
        return SigFieldSpec(sig_field_name=name)
    page, *corners = appearance.field
    left, bottom, right, top = (round(corner) for corner in corners)
    return SigFieldSpec(sig_field_name=name, on_page=int(page), box=(left, bottom, right, top))


class _TimedSigner(PdfSigner):
    """Takes the time as an argument; pyHanko would read the machine's clock."""

    at: datetime

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        """A session that believes it is `at`."""
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self.at
        return session


class _Drawing(PdfContent):
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
