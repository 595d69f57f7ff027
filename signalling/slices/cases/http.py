"""Case files over HTTP: lists, access with a reason, the pages that were delivered, the evidence."""

from __future__ import annotations

from functools import partial

from aiohttp import web

from directory.principal import Permission
from document_relay.errors import (
    DiskFull,
    NoSuchMaterial,
    NoSuchPage,
    NotYourCase,
    ReasonIncomplete,
    RecordingChanged,
    WrongCaseState,
)
from document_relay.records import CaseBytes
from foundation.database.pool import DatabaseBusy
from foundation.vault import SealBroken
from signalling.slices.cases.messages import CaseAccessBody, CaseAccessGrantedBody, CasesBody
from signalling.slices.cases.parts import Parts
from signalling.slices.cases.views import case_summary
from signalling.transport.declared_refusals import CASE_LOG, CASE_READ, STORED
from signalling.transport.http.details import Details
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.phrases import phrase_endpoints
from signalling.transport.http.sealed_files import private_bytes, send_whole

_JPEG = "image/jpeg"


async def own_cases(parts: Parts, call: Call) -> CasesBody:
    """The case files that the person took or served, and those of others that they may read for now."""
    found = await parts.case_files.own(call.principal)
    return CasesBody(cases=[case_summary(one, until) for one, until in found])


async def ask_for_case(parts: Parts, call: Call) -> CaseAccessGrantedBody:
    """Lets the person read a case of others, for the reason given."""
    body: CaseAccessBody = call.body
    call.touch(case=body.case, reason=body.reason)
    granted = await parts.access.grant(call.principal, body.case, body.reason, body.note)
    call.touch(case=granted.case_id)
    return CaseAccessGrantedBody(case_id=granted.case_id, until=granted.until)


async def page_image(parts: Parts, call: Call) -> web.StreamResponse:
    """A page, straightened."""
    return _shown(call, await parts.case_files.page_picture(call.principal, call.path("page_id")), _JPEG)


async def page_thumbnail(parts: Parts, call: Call) -> web.StreamResponse:
    """A page, small."""
    files = parts.case_files
    return _shown(call, await files.page_picture(call.principal, call.path("page_id"), "thumbnail"), _JPEG)


async def evidence(parts: Parts, call: Call) -> web.StreamResponse:
    """The case's evidence package, built now."""
    case_id = call.path("case_id")
    case = await parts.case_files.view(call.principal, case_id)
    if case.file.outcome is None:
        raise WrongCaseState(former=case.file.state, wanted="evidence")
    package = await parts.evidence.build_package(case_id, parts.recording_files(case.file))
    name = f"evidence-{case.file.number}.zip"
    return send_whole(package, name, {"Content-Disposition": f'attachment; filename="{name}"'})


def _shown(call: Call, shown: CaseBytes, content_type: str) -> web.Response:
    # Not the page: those who read a case read all of its pages.
    call.touch(case=shown.case_id)
    return private_bytes(shown.data, content_type)


_READ = Permission.READ_CASE
_LISTED = Details(refusals=frozenset({DatabaseBusy, SealBroken}))
_ASKED = Details(refusals=CASE_LOG | {NotYourCase, ReasonIncomplete})
_PAGE = Details(refusals=CASE_READ | STORED | {NoSuchMaterial, NoSuchPage})
_EVIDENCE = Details(
    headers={"Content-Disposition": "The name of the file"},
    refusals=CASE_READ | CASE_LOG | STORED | {DiskFull, RecordingChanged, WrongCaseState},
)

_read = partial(Endpoint[Parts], "GET", permission=_READ)

ENDPOINTS: tuple[Endpoint[Parts], ...] = (
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
    _read(
        "/api/v1/cases/{case_id}/evidence",
        "The evidence package",
        evidence,
        content="application/zip",
        audit="evidence_read",
        details=_EVIDENCE,
    ),
    *phrase_endpoints("/api/v1/review-phrases", "review_phrases", "one's own words for sending papers back"),
)
