"""The documents of cases over HTTP: as PDF, as pictures of their pages, and the signature as it was drawn."""

from __future__ import annotations

from functools import partial

import msgspec
from aiohttp import web

from directory.principal import Permission
from document_relay.case_core.strokes import MOST_POINTS, Point, Strokes
from document_relay.document_signing import Signed
from document_relay.errors import (
    CharactersNotPrintable,
    NoSuchDocument,
    NoSuchPage,
    PagesDiffer,
    ScribbleRefused,
    UploadTooLarge,
    WrongCaseState,
)
from document_relay.imaging.errors import PageTooLarge, PdfTooHeavy
from document_relay.mandate_errors import NotThisFormNow
from document_relay.records import CaseBytes
from foundation.errors import Invalid, NotFound, Unsupported
from signalling.slices.documents.messages import DocumentMadeBody, MarkBody, StrokesBody
from signalling.slices.documents.parts import Parts
from signalling.transport.declared_refusals import (
    ACTING,
    BODY,
    CASE_READ,
    CHILD,
    FOREIGN_PDF,
    PAPER_KEPT,
    PAPER_MADE,
    STORED,
)
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.reading import read_bytes
from signalling.transport.http.sealed_files import private_bytes
from signalling.wire.bodies import Nothing
from signalling.wire.decoding import as_text

_JPEG = "image/jpeg"
_PDF = "application/pdf"
_PEM = "application/x-pem-file"


async def case_pdf(parts: Parts, call: Call) -> web.StreamResponse:
    """The whole case on paper."""
    pdf = await parts.documents.case_pdf(call.principal, call.path("case_id"))
    return private_bytes(pdf, _PDF)


async def document_pdf(parts: Parts, call: Call) -> web.StreamResponse:
    """A document, sealed once it is sealed."""
    document_id = call.path("document_id")
    pdf = await parts.documents.pdf(call.principal, document_id)
    call.touch(document=document_id)
    return _shown(call, pdf, _PDF)


async def document_page(parts: Parts, call: Call) -> web.StreamResponse:
    """A page of a document as a picture, counted from 1."""
    number, document_id = call.path("number"), call.path("document_id")
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise NoSuchPage
    picture = await parts.documents.page_picture(call.principal, document_id, int(number))
    call.touch(document=document_id)
    return _shown(call, picture, _JPEG)


async def upload_document(parts: Parts, call: Call) -> DocumentMadeBody:
    """Takes the clerk's own PDF into the case; `title` is its name."""
    if call.request.content_type != _PDF:
        raise Unsupported
    limit = parts.upload_limit_bytes
    data = await read_bytes(call.request, limit, UploadTooLarge(limit=limit // 1024**2))
    title = as_text(call.query("title"), "title") or "PDF"
    documents = parts.documents
    made = await documents.upload_pdf(call.principal, call.path("case_id"), title, data)
    return DocumentMadeBody(document_id=made)


async def sign_document(parts: Parts, call: Call) -> Nothing:
    """Takes the signature as it was drawn, and seals the document with it."""
    body: StrokesBody = call.body
    strokes = Strokes(
        strokes=tuple(tuple(Point(one.x, one.y, one.p, one.t) for one in stroke) for stroke in body.strokes),
        width=body.width,
        height=body.height,
        device=body.device,
    )
    signed = Signed(strokes=strokes, manner=body.manner, shown_pages=list(body.shown_pages))
    await parts.signing.sign(call.principal, call.path("document_id"), signed)
    return Nothing()


async def document_mark(parts: Parts, call: Call) -> MarkBody:
    """The mark that waits for the clerk as its witness."""
    document_id = call.path("document_id")
    mark = await parts.signing.mark(call.principal, document_id)
    call.touch(case=mark.case_id, document=document_id)
    return msgspec.json.decode(mark.data, type=MarkBody)


async def authority_certificate(parts: Parts, _call: Call) -> web.StreamResponse:
    """The public certificate of this installation's authority: what `cloud-window verify --certificate` takes."""
    certificate = parts.authority.public_certificate
    return web.Response(body=certificate, content_type=_PEM, headers={"Cache-Control": "no-cache"})


def _shown(call: Call, shown: CaseBytes, content_type: str) -> web.Response:
    # Not the page: those who read a case read all of its pages.
    call.touch(case=shown.case_id)
    return private_bytes(shown.data, content_type)


# Four numbers of up to 24 characters a point and their names: the most points that count fit.
_STROKES_BYTES = 150 * MOST_POINTS
_READ = Permission.READ_CASE
_CASE = "/api/v1/cases/{case_id}"
_DOCUMENT = "/api/v1/documents/{document_id}"

_TITLE = Parameter("title", "query", "The document's name; PDF without one")
_OWN_PDF = Details(
    parameters=(_TITLE,),
    takes=_PDF,
    refusals=PAPER_KEPT | BODY | FOREIGN_PDF | {CharactersNotPrintable, Invalid, UploadTooLarge},
)
_PAPER = Details(refusals=CASE_READ | STORED | {NoSuchDocument, NotFound})
_PAPER_PAGE = Details(refusals=_PAPER.refusals | {NoSuchPage})
_SIGN = Details(
    refusals=PAPER_MADE | STORED | ACTING | {NoSuchDocument, NotFound, NotThisFormNow, PagesDiffer, ScribbleRefused}
)
_WHOLE = Details(refusals=(CASE_READ | CHILD | STORED | {NotFound, PdfTooHeavy}) - {PageTooLarge})

_read = partial(Endpoint[Parts], "GET", permission=_READ)

ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    _read(f"{_CASE}/pdf", "A case on paper", case_pdf, content=_PDF, audit="case_pdf_read", details=_WHOLE),
    _read(f"{_DOCUMENT}/pdf", "A document", document_pdf, content=_PDF, audit="document_read", details=_PAPER),
    _read(
        f"{_DOCUMENT}/pages/{{number}}",
        "A page of a document",
        document_page,
        content=_JPEG,
        audit="document_read",
        often=True,
        details=_PAPER_PAGE,
    ),
    Endpoint(
        "POST",
        f"{_CASE}/documents",
        "Take a PDF into the case",
        upload_document,
        answer=DocumentMadeBody,
        permission=Permission.SERVE,
        details=_OWN_PDF,
    ),
    Endpoint(
        "POST",
        f"{_DOCUMENT}/signature",
        "Sign a document",
        sign_document,
        body=StrokesBody,
        largest_body=_STROKES_BYTES,
        answer=Nothing,
        permission=Permission.SHOW_PAPERS,
        details=_SIGN,
    ),
    _read(
        f"{_DOCUMENT}/mark",
        "A mark to be witnessed",
        document_mark,
        answer=MarkBody,
        audit="mark_read",
        details=Details(refusals=_PAPER.refusals | {WrongCaseState}),
    ),
    Endpoint(
        "GET", "/api/v1/authority.pem", "The authority's certificate", authority_certificate, content=_PEM, open=True
    ),
)
