"""PDFs of strangers: drawn as pictures, and freed of active content. Runs in the child only."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pypdfium2
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, sanitize
from pypdfium2 import raw as pdfium_raw

from .errors import PageTooLarge, PdfDamaged, PdfEncrypted, PdfTooManyPages, PdfUnsafe
from .limits import MEGA, Limits
from .results import SanitisedPdf

_POINTS_PER_INCH = 72
_PICTURE_PIXELS = 12 * MEGA
"""A0 at 110 dpi; a larger page is drawn at a smaller scale."""
_LONGEST_SIDE = 8_000


def draw_pages(data: bytes, dpi: int, limit: int, limits: Limits) -> tuple[bytes, ...]:
    """A JPEG of each page, at most `dpi`; raises PdfDamaged, PdfEncrypted, PdfTooManyPages, PageTooLarge."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium_raw.FPDF_ERR_PASSWORD:
            raise PdfEncrypted from error
        raise PdfDamaged from error
    with document:
        if len(document) > limit:
            raise PdfTooManyPages(pages=len(document), limit=limit)
        if len(document) == 0:
            raise PdfDamaged
        return _drawn(document, dpi, limits)


def _drawn(document: pypdfium2.PdfDocument, dpi: int, limits: Limits) -> tuple[bytes, ...]:
    pictures: list[bytes] = []
    # Filled-in fields and signatures belong to what a person sees and signs; this PDFium has no scripts to run.
    document.init_forms()
    for index in range(len(document)):
        try:
            pictures.append(_picture(document, index, dpi))
        except pypdfium2.PdfiumError as error:
            raise PdfDamaged from error
        if sum(map(len, pictures)) > limits.result_bytes // 2:
            raise PageTooLarge(limit=limits.input_bytes // MEGA)
    return tuple(pictures)


def _picture(document: pypdfium2.PdfDocument, index: int, dpi: int) -> bytes:
    page = document[index]
    width, height = (max(side, 1.0) for side in page.get_size())
    scale = min(
        dpi / _POINTS_PER_INCH,
        (_PICTURE_PIXELS / (width * height)) ** 0.5,
        _LONGEST_SIDE / max(width, height),
    )
    bitmap = page.render(scale=scale, rev_byteorder=True)
    output = io.BytesIO()
    bitmap.to_pil().convert("RGB").save(output, "JPEG", quality=88)
    bitmap.close()
    page.close()
    return output.getvalue()


def sanitise(data: bytes, limits: Limits) -> SanitisedPdf:
    """The PDF without active content; raises PdfDamaged, PdfEncrypted, PdfUnsafe, PageTooLarge."""
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=True) as pdf:
            if pdf.is_encrypted:
                raise PdfEncrypted
            return _sanitised(pdf, limits)
    except pikepdf.PasswordError as error:
        raise PdfEncrypted from error
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError, KeyError) as error:
        raise PdfDamaged from error


def _sanitised(pdf: Pdf, limits: Limits) -> SanitisedPdf:
    pages = len(pdf.pages)
    if pages == 0:
        raise PdfDamaged
    found = _active_content(pdf)
    for remove in _REMOVALS:
        remove(pdf)
    _remove_opening_actions(pdf)
    output = io.BytesIO()
    # Streams are copied as they are: what is compressed twice is not expanded here.
    pdf.save(output, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    if len(output.getvalue()) > limits.result_bytes // 2:
        raise PageTooLarge(limit=limits.input_bytes // MEGA)
    with pikepdf.open(io.BytesIO(output.getvalue())) as cleaned:
        if _active_content(cleaned):  # in a place where nobody would look for it: nothing an honest program writes
            raise PdfUnsafe
    return SanitisedPdf(data=output.getvalue(), removed=tuple(sorted(found)), pages=pages)


def _remove_opening_actions(pdf: Pdf) -> None:
    for key in (Name.OpenAction, Name.AA):
        if key in pdf.Root:
            del pdf.Root[key]


_REMOVALS: tuple[Callable[[Pdf], None], ...] = (
    sanitize.remove_javascript,
    sanitize.remove_attachments,
    sanitize.remove_collection,
    sanitize.remove_external_access,
    sanitize.remove_multimedia,
    sanitize.remove_private_app_data,
)

_ACTIONS = {
    "/JavaScript": "javascript",
    "/Launch": "external_access",
    "/URI": "external_access",
    "/GoToR": "external_access",
    "/GoToE": "external_access",
    "/SubmitForm": "external_access",
    "/ImportData": "external_access",
    "/Rendition": "multimedia",
    "/Movie": "multimedia",
    "/Sound": "multimedia",
    "/RichMediaExecute": "multimedia",
}
_KEYS = {
    "/OpenAction": "open_action",
    "/JS": "javascript",
    "/EF": "attachments",
    "/PieceInfo": "private_data",
}
_DEEPEST = 50


def _active_content(pdf: Pdf) -> set[str]:
    """The kinds of active content in any object of the PDF, reachable or not."""
    found: set[str] = set()
    stack: list[tuple[object, int]] = [(thing, 0) for thing in pdf.objects]
    while stack:
        thing, depth = stack.pop()
        if depth > _DEEPEST:
            raise PdfDamaged
        inner = _values(thing)
        # What is referred to stands in pdf.objects itself; only direct values are looked into.
        stack.extend((value, depth + 1) for value in inner if isinstance(value, Object) and not value.is_indirect)
        if isinstance(thing, Dictionary | Stream):
            found |= _kinds(thing)
    return found


def _values(thing: object) -> list[object]:
    if isinstance(thing, Array):
        return list(thing)
    if isinstance(thing, Dictionary | Stream):
        return [thing[key] for key in thing.keys()]  # noqa: SIM118  a Dictionary iterates otherwise
    return []


def _kinds(thing: Object) -> set[str]:
    keys = set(thing.keys())
    found = {kind for key, kind in _KEYS.items() if key in keys}
    # A structure element has /S too; an action is told by /S with no /P (its parent).
    action = str(thing["/S"]) if "/S" in keys and "/P" not in keys else ""
    return found | ({_ACTIONS[action]} if action in _ACTIONS else set())
