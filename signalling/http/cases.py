"""The pictures and papers of case files."""

from __future__ import annotations

import asyncio
from functools import partial

from aiohttp import web

from directory.principal import Permission
from document_relay.case_core.strokes import MOST_POINTS, Point, Strokes
from document_relay.document_signing import Signed
from document_relay.errors import (
    CaseDamaged,
    CharactersNotPrintable,
    DiskFull,
    NoSuchDocument,
    NoSuchMaterial,
    NoSuchPage,
    NotYourCase,
    PagesDiffer,
    ReasonIncomplete,
    RecordingChanged,
    ScribbleRefused,
    UploadTooLarge,
    WrongCaseState,
)
from document_relay.imaging.errors import PageTooLarge, PdfTooHeavy
from document_relay.records import CaseBytes
from foundation.database.pool import DatabaseBusy
from foundation.errors import Invalid, NotFound, Unsupported
from foundation.vault import SealBroken
from signalling.flows.recording_follows_session import recording_files
from signalling.http.details import IN_RANGES, RANGE, Details, Parameter
from signalling.http.endpoint import Call, Endpoint, as_text, read_bytes
from signalling.http.sealed_files import send_range, send_whole
from signalling.protocol.bodies import (
    CaseAccessBody,
    CaseAccessGrantedBody,
    CasesBody,
    DocumentMadeBody,
    Nothing,
    StrokesBody,
)
from signalling.refusals import BODY, CASE_LOG, CASE_READ, CHILD, FOREIGN_PDF, PAPER_KEPT, PAPER_MADE, STORED
from signalling.views_of_case import case_summary

_JPEG = "image/jpeg"
_PDF = "application/pdf"
_PEM = "application/x-pem-file"


async def own_cases(call: Call) -> CasesBody:
    """The case files that the person took or served, and those of others that they may read for now."""
    found = await call.house.documents.case_files.own(call.principal)
    return CasesBody(cases=[case_summary(one, until) for one, until in found])


async def ask_for_case(call: Call) -> CaseAccessGrantedBody:
    """Lets the person read a case of others, for the reason given."""
    body: CaseAccessBody = call.body
    call.touch(case=body.case, reason=body.reason)
    granted = await call.house.documents.access.grant(call.principal, body.case, body.reason, body.note)
    call.touch(case=granted.case_id)
    return CaseAccessGrantedBody(case_id=granted.case_id, until=granted.until)


async def page_image(call: Call) -> web.StreamResponse:
    """A page, straightened."""
    return _shown(call, await call.house.documents.case_files.page_picture(call.principal, call.path("page_id")), _JPEG)


async def page_thumbnail(call: Call) -> web.StreamResponse:
    """A page, small."""
    files = call.house.documents.case_files
    return _shown(call, await files.page_picture(call.principal, call.path("page_id"), "thumbnail"), _JPEG)


async def case_pdf(call: Call) -> web.StreamResponse:
    """The whole case on paper."""
    pdf = await call.house.documents.documents.case_pdf(call.principal, call.path("case_id"))
    return private_bytes(pdf, _PDF)


async def document_pdf(call: Call) -> web.StreamResponse:
    """A document, sealed once it is sealed."""
    document_id = call.path("document_id")
    pdf = await call.house.documents.documents.pdf(call.principal, document_id)
    call.touch(document=document_id)
    return _shown(call, pdf, _PDF)


async def document_page(call: Call) -> web.StreamResponse:
    """A page of a document as a picture, counted from 1."""
    number, document_id = call.path("number"), call.path("document_id")
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise NoSuchPage
    picture = await call.house.documents.documents.page_picture(call.principal, document_id, int(number))
    call.touch(document=document_id)
    return _shown(call, picture, _JPEG)


async def upload_document(call: Call) -> DocumentMadeBody:
    """Takes the clerk's own PDF into the case; `title` is its name."""
    if call.request.content_type != _PDF:
        raise Unsupported
    limit = call.house.settings.upload_limit_bytes
    data = await read_bytes(call.request, limit, UploadTooLarge(limit=limit // 1024**2))
    title = as_text(call.query("title"), "title") or "PDF"
    documents = call.house.documents.documents
    made = await documents.upload_pdf(call.principal, call.path("case_id"), title, data)
    return DocumentMadeBody(document_id=made)


async def sign_document(call: Call) -> Nothing:
    """Takes the signature as it was drawn, and seals the document with it."""
    body: StrokesBody = call.body
    strokes = Strokes(
        strokes=tuple(tuple(Point(one.x, one.y, one.p, one.t) for one in stroke) for stroke in body.strokes),
        width=body.width,
        height=body.height,
        device=body.device,
    )
    signed = Signed(strokes=strokes, shown_pages=list(body.shown_pages))
    await call.house.documents.signing.sign(call.principal, call.path("document_id"), signed)
    return Nothing()


async def evidence(call: Call) -> web.StreamResponse:
    """The case's evidence package, built now."""
    case_id = call.path("case_id")
    case = await call.house.documents.case_files.view(call.principal, case_id)
    if case.file.outcome is None:
        raise WrongCaseState(former=case.file.state, wanted="evidence")
    package = await call.house.documents.evidence.build_package(case_id, recording_files(call.house, case.file))
    name = f"evidence-{case.file.number}.zip"
    return send_whole(package, name, {"Content-Disposition": f'attachment; filename="{name}"'})


async def recording(call: Call) -> web.StreamResponse:
    """The session's recording."""
    case = await call.house.documents.case_files.view(call.principal, call.path("case_id"))
    files = recording_files(call.house, case.file)
    if not files:
        raise NotFound
    return send_range(call.request, await asyncio.to_thread(files[0].open), files[0].name)


async def authority_certificate(call: Call) -> web.StreamResponse:
    """The public certificate of this installation's authority: what `cloud-window verify --certificate` takes."""
    certificate = call.house.documents.authority.public_certificate
    return web.Response(body=certificate, content_type=_PEM, headers={"Cache-Control": "no-cache"})


def private_bytes(data: bytes, content_type: str) -> web.Response:
    """Bytes that only this person may see: no cache keeps them."""
    return web.Response(body=data, content_type=content_type, headers={"Cache-Control": "private, no-store"})


def _shown(call: Call, shown: CaseBytes, content_type: str) -> web.Response:
    # Not the page: those who read a case read all of its pages.
    call.touch(case=shown.case_id)
    return private_bytes(shown.data, content_type)


# Four numbers of up to 24 characters a point and their names: the most points that count fit.
_STROKES_BYTES = 150 * MOST_POINTS
_READ = Permission.READ_CASE
_CASE = "/api/v1/cases/{case_id}"
_DOCUMENT = "/api/v1/documents/{document_id}"


_LISTED = Details(refusals=frozenset({DatabaseBusy, SealBroken}))
_ASKED = Details(refusals=CASE_LOG | {NotYourCase, ReasonIncomplete})
_PAGE = Details(refusals=CASE_READ | STORED | {NoSuchMaterial, NoSuchPage})
_TITLE = Parameter("title", "query", "The document's name; PDF without one")
_OWN_PDF = Details(
    parameters=(_TITLE,),
    takes=_PDF,
    refusals=PAPER_KEPT | BODY | FOREIGN_PDF | {CharactersNotPrintable, Invalid, UploadTooLarge},
)
_PAPER = Details(refusals=CASE_READ | STORED | {NoSuchDocument, NotFound})
_PAPER_PAGE = Details(refusals=_PAPER.refusals | {NoSuchPage})
_SIGN = Details(refusals=PAPER_MADE | STORED | {NoSuchDocument, NotFound, PagesDiffer, ScribbleRefused})
_EVIDENCE = Details(
    headers={"Content-Disposition": "The name of the file"},
    refusals=CASE_READ | CASE_LOG | STORED | {DiskFull, RecordingChanged, WrongCaseState},
)
_RECORDING = Details(
    parameters=(RANGE,),
    headers={"Accept-Ranges": "bytes"},
    also=IN_RANGES,
    refusals=CASE_READ | {CaseDamaged, NotFound},
)
_WHOLE = Details(refusals=(CASE_READ | CHILD | STORED | {NotFound, PdfTooHeavy}) - {PageTooLarge})

_read = partial(Endpoint, "GET", permission=_READ)

ENDPOINTS = (
    _read(
        "/api/v1/cases",
        "One's own case files",
        own_cases,
        answer=CasesBody,
        audit="cases_listed",
        often=True,
        details=_LISTED,
    ),
    Endpoint(
        "POST",
        "/api/v1/case-access",
        "Ask for a case of others",
        ask_for_case,
        body=CaseAccessBody,
        answer=CaseAccessGrantedBody,
        permission=_READ,
        audit="case_access",
        details=_ASKED,
    ),
    _read(
        "/api/v1/pages/{page_id}/image",
        "A page",
        page_image,
        content=_JPEG,
        audit="pages_read",
        often=True,
        details=_PAGE,
    ),
    _read(
        "/api/v1/pages/{page_id}/thumbnail",
        "A small page",
        page_thumbnail,
        content=_JPEG,
        audit="thumbnails_read",
        often=True,
        details=_PAGE,
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
        f"{_CASE}/evidence",
        "The evidence package",
        evidence,
        content="application/zip",
        audit="evidence_read",
        details=_EVIDENCE,
    ),
    _read(
        f"{_CASE}/recording",
        "The recording",
        recording,
        content="video/x-matroska",
        audit="recording_read",
        details=_RECORDING,
    ),
    Endpoint(
        "GET", "/api/v1/authority.pem", "The authority's certificate", authority_certificate, content=_PEM, open=True
    ),
    _read(f"{_CASE}/pdf", "A case on paper", case_pdf, content=_PDF, audit="case_pdf_read", details=_WHOLE),
)
