"""Papers bound together; img2pdf and pikepdf are loaded with the first."""

from __future__ import annotations

import io

from document_relay.typesetting.sheet import PAGE_HEIGHT, POINTS, Field, archival

_A4 = (210 * POINTS, PAGE_HEIGHT * POINTS)


def bind_pictures(cover: bytes, pictures: list[bytes]) -> bytes:
    """The cover, then an A4 page for each JPEG, whose bytes stay untouched."""
    if not pictures:
        return cover
    import img2pdf

    layout = img2pdf.get_layout_fun(_A4, fit=img2pdf.FitMode.into, auto_orient=True)
    scans = img2pdf.convert(pictures, layout_fun=layout, rotation=img2pdf.Rotation.ifvalid)
    return _joined(cover, scans)


def append_sheet(document: bytes, sheet: bytes, field: Field) -> tuple[bytes, Field]:
    """The document with one more sheet, and the place of the sheet's signature field in the whole."""
    import pikepdf

    with pikepdf.open(io.BytesIO(document)) as pdf:
        pages = len(pdf.pages)
    return archival(_joined(document, sheet)), [field[0] + pages, *field[1:]]


def _joined(first: bytes, second: bytes) -> bytes:
    import pikepdf

    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(first)) as bound, pikepdf.open(io.BytesIO(second)) as more:
        bound.pages.extend(more.pages)
        bound.save(out)
    return out.getvalue()
