"""PDFs bound together. Runs in the child only."""

from __future__ import annotations

import io

import img2pdf
import pikepdf

from document_relay.typesetting.archival import archival

from .errors import PdfTooHeavy
from .limits import Limits
from .pdf import require_seen
from .rebuild import rebuild_unsigned
from .results import TakenPdf

_POINTS = 72 / 25.4
_A4 = (210 * _POINTS, 297 * _POINTS)


def take_in(data: bytes, sheet: bytes, most_pages: int, limits: Limits) -> TakenPdf:
    """A stranger's PDF written anew with one more sheet behind.

    Raises what `rebuild_unsigned` raises, and PdfTextNotShown.
    """
    made = rebuild_unsigned(data, most_pages, limits)
    require_seen(made.data, most_pages)
    bound = archival(_joined(made.data, sheet))
    if len(bound) > limits.result_bytes // 2:
        raise PdfTooHeavy
    return TakenPdf(data=bound, pages=made.pages)


def bind_pictures(cover: bytes, pictures: tuple[bytes, ...]) -> bytes:
    """The cover, then an A4 page for each JPEG, whose bytes stay untouched."""
    if not pictures:
        return cover
    layout = img2pdf.get_layout_fun(_A4, fit=img2pdf.FitMode.into, auto_orient=True)
    scans = img2pdf.convert(list(pictures), layout_fun=layout, rotation=img2pdf.Rotation.ifvalid)
    return _joined(cover, scans)


def _joined(first: bytes, second: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(first)) as bound, pikepdf.open(io.BytesIO(second)) as more:
        bound.pages.extend(more.pages)
        bound.save(out)
    return out.getvalue()
