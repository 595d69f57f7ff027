"""Resumable uploads: tus 1.0 with creation, checksum, expiration and termination."""

from __future__ import annotations

from dataclasses import replace
from email.utils import format_datetime

from aiohttp import web

from directory.principal import Permission
from document_relay.errors import (
    CaseFull,
    ChecksumMismatch,
    ChecksumUnknown,
    DiskFull,
    NoSuchMaterial,
    NoSuchPage,
    NoSuchUpload,
    OffsetMismatch,
    PagesReviewed,
    SamePageAgain,
    SiteFull,
    TooManyPages,
    TooManyUploads,
    UploadMetadataInvalid,
    UploadTakenOver,
    UploadTooLarge,
    WrongCaseState,
)
from document_relay.imaging.errors import PageEmpty
from document_relay.joint_errors import FindingsOverdue, JointAcceptanceOver, NoJointAcceptance
from document_relay.supplement_errors import (
    NoSuchSupplement,
    SupplementNotOpen,
    SupplementSearchOver,
    SupplementTooLate,
)
from document_relay.uploads.uploads import EXTENSIONS, Upload, Uploads
from foundation.database.pool import DatabaseBusy
from foundation.errors import Invalid, Unsupported, Words
from signalling.transport.declared_refusals import CASE_CHANGED, CASE_LOG, CHILD, FOREIGN_PDF, FOREIGN_PICTURE, MANDATE
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.reading import TooSlow, pieces

_VERSION = "1.0.0"
_PIECE = "application/offset+octet-stream"
_ADDRESS = "/api/v1/uploads"


async def describe_uploads(uploads: Uploads, _call: Call) -> web.StreamResponse:
    """What this server can do."""
    headers = {
        "Tus-Version": _VERSION,
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": str(uploads.limits.length),
        "Tus-Checksum-Algorithm": "sha1,sha256",
    }
    return _answer(204, headers)


async def create_upload(uploads: Uploads, call: Call) -> web.StreamResponse:
    """Makes an upload for the case and material that `Upload-Metadata` names."""
    if (wrong := _wrong_version(call.request)) is not None:
        return wrong
    length = _number(call.request, "Upload-Length")
    metadata = call.request.headers.get("Upload-Metadata", "")
    upload = await uploads.create(call.principal, length, metadata)
    return _answer(201, {"Location": f"{_ADDRESS}/{upload.id}"} | _expires(upload))


async def head_upload(uploads: Uploads, call: Call) -> web.StreamResponse:
    """Says how far an upload has come."""
    if (wrong := _wrong_version(call.request)) is not None:
        return wrong
    upload = await uploads.head(call.principal, call.path("upload_id"))
    headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.length)}
    return _answer(200, headers | {"Upload-Metadata": upload.metadata} | _expires(upload))


async def patch_upload(uploads: Uploads, call: Call) -> web.StreamResponse:
    """Takes the next piece; the last one is answered when the page is delivered."""
    if (wrong := _wrong_version(call.request)) is not None:
        return wrong
    if call.request.content_type != _PIECE:
        raise Unsupported
    offset = _number(call.request, "Upload-Offset")
    checksum = call.request.headers.get("Upload-Checksum")
    reached = await uploads.append(call.principal, call.path("upload_id"), offset, pieces(call.request), checksum)
    return _answer(204, {"Upload-Offset": str(reached)})


async def delete_upload(uploads: Uploads, call: Call) -> web.StreamResponse:
    """Forgets an upload."""
    if (wrong := _wrong_version(call.request)) is not None:
        return wrong
    await uploads.terminate(call.principal, call.path("upload_id"))
    return _answer(204, {})


async def override_upload(uploads: Uploads, call: Call) -> web.StreamResponse:
    """Does what `X-HTTP-Method-Override` names, for clients behind proxies that let POST through alone (tus 1.0)."""
    method = call.request.headers.get("X-HTTP-Method-Override", "").strip().upper()
    if (handle := _OVERRIDES.get(method)) is None:
        raise Invalid(
            path="X-HTTP-Method-Override",
            problem=Words("只能是 PATCH、DELETE 或 HEAD", "PATCH, DELETE or HEAD is expected"),
        )
    return await handle(uploads, call)


def prepare(path: str, response: web.StreamResponse) -> None:
    """Names the version of tus, on refusals too."""
    if path == _ADDRESS or path.startswith(f"{_ADDRESS}/"):
        response.headers["Tus-Resumable"] = _VERSION


def _wrong_version(request: web.Request) -> web.Response | None:
    if request.headers.get("Tus-Resumable") == _VERSION:
        return None
    return _answer(412, {"Tus-Version": _VERSION})


def _number(request: web.Request, name: str) -> int:
    text = request.headers.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Invalid(path=name, problem=Words("应为整数", "a whole number is expected"))
    return int(text)


def _expires(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(upload.expires_at, usegmt=True)}


def _answer(status: int, headers: dict[str, str]) -> web.Response:
    return web.Response(status=status, headers={"Cache-Control": "no-store"} | headers)


_OVERRIDES = {"PATCH": patch_upload, "DELETE": delete_upload, "HEAD": head_upload}
_ONE = f"{_ADDRESS}/{{upload_id}}"

_TUS = Parameter("Tus-Resumable", "header", "The version of tus: 1.0.0", required=True)
_LENGTH = Parameter("Upload-Length", "header", "Bytes of the whole file", required=True)
_METADATA = Parameter(
    "Upload-Metadata",
    "header",
    "`case_id`, `material_id`, `sha256` (of the whole file, hexadecimal) and `capture` (document_camera, "
    "face_camera, file, clerk_still or clerk_still_drawn); if wanted `filename`, `filetype`, and `replaces` with the "
    "page that is taken again. Each name with its value in Base64, separated by commas",
    required=True,
)
_OFFSET = Parameter("Upload-Offset", "header", "Bytes that the server has already", required=True)
_CHECKSUM = Parameter("Upload-Checksum", "header", "sha1 or sha256 and the hash of this piece in Base64")
_OVERRIDE = Parameter(
    "X-HTTP-Method-Override", "header", "PATCH, DELETE or HEAD; the rest is that method's", required=True
)
_EXPIRES = {"Upload-Expires": "When the upload is forgotten"}
_OTHER_VERSION = {412: "Another version of tus is asked for; `Tus-Version` names the one there is"}
_CREATE_REFUSED = (
    CASE_CHANGED
    | MANDATE
    | {
        DiskFull,
        CaseFull,
        FindingsOverdue,
        Invalid,
        JointAcceptanceOver,
        NoJointAcceptance,
        NoSuchMaterial,
        NoSuchPage,
        NoSuchSupplement,
        PageEmpty,
        PagesReviewed,
        SamePageAgain,
        SiteFull,
        SupplementNotOpen,
        SupplementTooLate,
        TooManyPages,
        TooManyUploads,
        UploadMetadataInvalid,
        UploadTooLarge,
    }
)
_DELIVERED_REFUSED = (CASE_LOG | CHILD | FOREIGN_PICTURE | FOREIGN_PDF) | {
    CaseFull,
    ChecksumMismatch,
    DiskFull,
    FindingsOverdue,
    JointAcceptanceOver,
    NoJointAcceptance,
    NoSuchMaterial,
    NoSuchPage,
    NoSuchSupplement,
    NoSuchUpload,
    PagesReviewed,
    SamePageAgain,
    SupplementNotOpen,
    SupplementSearchOver,
    SupplementTooLate,
    TooManyPages,
    WrongCaseState,
}
_PATCH_REFUSED = _DELIVERED_REFUSED | {
    ChecksumUnknown,
    Invalid,
    OffsetMismatch,
    TooSlow,
    Unsupported,
    UploadMetadataInvalid,
    UploadTakenOver,
}
_ABLE = Details(
    headers={
        "Tus-Version": "1.0.0",
        "Tus-Extension": ",".join(EXTENSIONS),
        "Tus-Max-Size": "Bytes of the largest file",
        "Tus-Checksum-Algorithm": "sha1,sha256",
    }
)
_CREATE = Details(
    parameters=(_TUS, _LENGTH, _METADATA),
    headers={"Location": "The address of the upload"} | _EXPIRES,
    also=_OTHER_VERSION,
    refusals=_CREATE_REFUSED,
)
_STANDING = Details(
    parameters=(_TUS,),
    headers={
        "Upload-Offset": "Bytes that the server has",
        "Upload-Length": "Bytes of the whole file",
        "Upload-Metadata": "As it was made with",
    }
    | _EXPIRES,
    also=_OTHER_VERSION,
    refusals=_DELIVERED_REFUSED,
)
_PATCH = Details(
    parameters=(_TUS, _OFFSET, _CHECKSUM),
    takes=_PIECE,
    headers={"Upload-Offset": "Bytes that the server has now"},
    also=_OTHER_VERSION,
    refusals=_PATCH_REFUSED,
)
_BY_ANOTHER_NAME = Details(
    # As PATCH has them; DELETE and HEAD have neither an offset nor a body.
    parameters=(_TUS, _OVERRIDE, replace(_OFFSET, required=False), _CHECKSUM),
    takes=_PIECE,
    may_be_empty=True,
    also=_OTHER_VERSION,
    refusals=_PATCH_REFUSED,
)
_FORGET = Details(parameters=(_TUS,), also=_OTHER_VERSION, refusals=frozenset({NoSuchUpload, DatabaseBusy}))

ENDPOINTS: tuple[Endpoint[Uploads], ...] = (
    Endpoint(
        "OPTIONS", _ADDRESS, "What uploads can do (tus 1.0)", describe_uploads, open=True, status=204, details=_ABLE
    ),
    Endpoint(
        "POST",
        _ADDRESS,
        "Begin an upload (tus 1.0)",
        create_upload,
        permission=Permission.DELIVER,
        status=201,
        details=_CREATE,
    ),
    Endpoint(
        "HEAD",
        _ONE,
        "How far an upload has come (tus 1.0)",
        head_upload,
        permission=Permission.DELIVER,
        details=_STANDING,
    ),
    Endpoint(
        "PATCH",
        _ONE,
        "Add to an upload (tus 1.0)",
        patch_upload,
        permission=Permission.DELIVER,
        status=204,
        details=_PATCH,
    ),
    Endpoint(
        "POST",
        _ONE,
        "PATCH, DELETE or HEAD by another name (tus 1.0)",
        override_upload,
        permission=Permission.DELIVER,
        details=_BY_ANOTHER_NAME,
    ),
    Endpoint(
        "DELETE",
        _ONE,
        "Forget an upload (tus 1.0)",
        delete_upload,
        permission=Permission.DELIVER,
        status=204,
        details=_FORGET,
    ),
)
