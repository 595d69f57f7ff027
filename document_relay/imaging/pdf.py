"""PDFs drawn as pictures. Runs in the child only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pypdfium2
from pypdfium2 import raw as pdfium_raw

from .encode import encoded, jpeg, most_bytes
from .errors import PdfDamaged, PdfEncrypted, PdfTextNotShown, PdfTooManyPages
from .geometry import Bytes
from .limits import MEGA, Limits
from .rebuild import rebuild
from .results import PdfPage, Quality
from .unseen import TEXT_NOT_SHOWN, holds_unseen_text

_POINTS_PER_INCH = 72
_PICTURE_PIXELS = 12 * MEGA
"""A0 at 110 dpi; a larger page is drawn at a smaller scale."""
_LONGEST_SIDE = 8_000
_FOREIGN_DPI = 150
_THUMBNAIL_SIDE = 320
_QUALITY = 88


def draw_pages(data: bytes, dpi: int, limit: int, limits: Limits) -> tuple[bytes, ...]:
    """A JPEG of each page, at most `dpi`; raises PdfDamaged, PdfEncrypted, PdfTooManyPages."""
    drawn = _drawn(data, dpi, limit)
    return tuple(encoded(one.pixels, _QUALITY, most_bytes(one.count, limits))[0] for one in drawn)


def draw_foreign(data: bytes, limit: int, limits: Limits) -> tuple[PdfPage, ...]:
    """The pages of a stranger's PDF; raises PdfDamaged, PdfEncrypted, PdfTooManyPages, PdfTooHeavy."""
    drawn = _drawn(rebuild(data, limit, limits).data, _FOREIGN_DPI, limit)
    return tuple(_page(one, most_bytes(one.count, limits)) for one in drawn)


def require_seen(data: bytes, limit: int) -> None:
    """Raises PdfTextNotShown, with the first page whose text is not all to be seen."""
    for number, drawn in enumerate(_drawn(data, _POINTS_PER_INCH, limit), 1):
        if holds_unseen_text(drawn.page, drawn.pixels):
            raise PdfTextNotShown(page=number)


@dataclass(frozen=True)
class _Drawn:
    """A page with its picture, of so many pages; it is closed when the next is asked for."""

    page: pypdfium2.PdfPage
    pixels: Bytes
    count: int


def _drawn(data: bytes, dpi: int, limit: int) -> Iterator[_Drawn]:
    try:
        with pypdfium2.PdfDocument(data) as document:
            if len(document) > limit:
                raise PdfTooManyPages(pages=len(document), limit=limit)
            if len(document) == 0:
                raise PdfDamaged
            # Filled-in fields and signatures belong to what a person sees and signs; PDFium here has no scripts to run.
            document.init_forms()
            for index in range(len(document)):
                page = document[index]
                yield _Drawn(page, _pixels(page, dpi), len(document))
                page.close()
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium_raw.FPDF_ERR_PASSWORD:
            raise PdfEncrypted from error
        raise PdfDamaged from error


def _page(drawn: _Drawn, most: int) -> PdfPage:
    pixels = drawn.pixels
    picture, width, height = encoded(pixels, _QUALITY, most)
    scale = min(1.0, _THUMBNAIL_SIDE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    thumbnail = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    return PdfPage(
        picture_jpeg=picture,
        thumbnail_jpeg=jpeg(thumbnail, _QUALITY),
        width=width,
        height=height,
        quality=_quality(drawn.page, pixels),
    )


def _quality(page: pypdfium2.PdfPage, pixels: Bytes) -> Quality:
    if holds_unseen_text(page, pixels):
        return Quality(verdict="poor", findings=(TEXT_NOT_SHOWN,))
    return Quality(verdict="good", findings=())


def _pixels(page: pypdfium2.PdfPage, dpi: int) -> Bytes:
    width, height = (max(side, 1.0) for side in page.get_size())
    scale = min(
        dpi / _POINTS_PER_INCH,
        (_PICTURE_PIXELS / (width * height)) ** 0.5,
        _LONGEST_SIDE / max(width, height),
    )
    bitmap = page.render(scale=scale, rev_byteorder=True)
    pixels = np.array(bitmap.to_pil().convert("RGB"))
    bitmap.close()
    return pixels
