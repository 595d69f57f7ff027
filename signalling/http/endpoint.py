"""One endpoint of the HTTP interface: routes, checks and OpenAPI come from the same row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import structlog
from aiohttp import web

from directory.audit import DONE, Entry
from directory.errors import AuditBusy
from directory.principal import Permission, Principal, require
from foundation.errors import (
    Forbidden,
    Invalid,
    Language,
    Refusal,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    Unsupported,
)
from foundation.rate import RateLimit
from signalling.http.client_address import address_of
from signalling.http.connections import ConnectionLimits
from signalling.http.details import Details
from signalling.http.strangers import Strangers
from signalling.protocol.values import ShortText

if TYPE_CHECKING:
    from signalling.house import House

HOUSE: web.AppKey[House] = web.AppKey("house")
LIMITS: web.AppKey[ConnectionLimits] = web.AppKey("limits")
PEOPLE: web.AppKey[RateLimit] = web.AppKey("people")
"""Requests of people who are signed in, by `staff_id`."""
STRANGERS: web.AppKey[Strangers] = web.AppKey("strangers")
PRINCIPAL: web.RequestKey[Principal] = web.RequestKey("principal", Principal)
"""Who asks; absent where nobody is signed in."""
LARGEST_JSON_BODY = 256 * 1024
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_PIECE_BYTES = 64 * 1024
_NAMED_AT_MOST = 64
_log = structlog.get_logger("signalling.endpoint")
S = TypeVar("S")


class MethodNotAllowed(Refusal):
    """The address takes other methods."""

    code = "method_not_allowed"
    status = 405
    zh = "此地址不支持该操作。"
    en = "This address does not take that method."


class EncodedBody(Unsupported):
    """The body is compressed, and nobody knows what it would inflate to."""

    code = "encoded_body"
    zh = "请求内容不能压缩。"
    en = "The request may not be compressed."


class TooSlow(Refusal):
    """The body does not come, or comes so slowly that it holds a place for nothing."""

    code = "too_slow"
    status = 408
    zh = "网络太慢，上传已中断，请重试。"
    en = "The connection is too slow. Please try again."


@dataclass(frozen=True)
class Call:
    """One request as an endpoint sees it: already authenticated, its body already decoded and checked."""

    request: web.Request
    house: House
    body: Any
    touched: dict[str, str] = field(default_factory=dict)
    """What the audit log says was asked for, in place of the path's own identifiers."""

    @property
    def principal(self) -> Principal:
        """Who asks; raises `Unauthenticated` on an endpoint that is open to everybody."""
        if PRINCIPAL not in self.request:
            raise Unauthenticated
        return self.request[PRINCIPAL]

    def recognise(self, principal: Principal) -> Principal:
        """Says who asks, where something else than the access token tells."""
        self.request[PRINCIPAL] = principal
        return principal

    def touch(self, **touched: str) -> None:
        """Says what is asked for, once it is known."""
        self.touched.update(touched)

    def path(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    def query(self, name: str) -> str:
        """A query parameter, empty when absent; at most 200 characters are kept."""
        return self.request.query.get(name, "")[:200]


Handler = Callable[[Call], Coroutine[Any, Any, msgspec.Struct | web.StreamResponse]]


@dataclass(frozen=True)
class Endpoint:
    """A row of the table.

    `body` and `answer` are Struct types; `content` is the media type of an answer that is not JSON. `open` endpoints
    need no access token, and change nothing for pages of another origin; `permission` is what the caller must be
    allowed to do somewhere. `audit` is the act that an answer stands under in the audit log, empty where it holds
    nothing of residents; what comes `often` is counted there. `details` are for the description alone.
    """

    method: str
    path: str
    summary: str
    handle: Handler
    body: type[msgspec.Struct] | None = None
    answer: type[msgspec.Struct] | None = None
    content: str = "application/json"
    permission: Permission | None = None
    open: bool = False
    status: int = 200
    largest_body: int = LARGEST_JSON_BODY
    """Bytes of a JSON body."""
    audit: str = ""
    often: bool = False
    details: Details = field(default_factory=Details)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        """Authenticates, decodes, calls, encodes; what is refused leaves as a `Refusal`.

        Both stand in the audit log before they leave: a refusal of a person, and an answer with an `audit` act.
        """
        house = request.app[HOUSE]
        if self.open and self.method not in READING:
            require_own_origin(request)
        touched: dict[str, str] = {}
        try:
            if not self.open:
                await self._recognise(house, request)
            body = await read_body(request, self.body, self.largest_body) if self.body is not None else None
            if self.audit:
                house.directory.intake.require_room()
            result = await self._carry_out(house, Call(request, house, body, touched))
        except Refusal as refusal:
            self._note_refusal(house, request, refusal, touched or _named(request))
            raise
        if self.audit:
            await self._note_answer(house, request, touched)
        if isinstance(result, web.StreamResponse):
            return result
        return json_response(result, self.status)

    async def _note_answer(self, house: House, request: web.Request, touched: dict[str, str]) -> None:
        entry = _entry(request, self.audit, DONE, touched or _named(request))
        if self.often:
            house.directory.intake.take(entry)
        else:
            await house.directory.intake.write(entry)

    def _note_refusal(self, house: House, request: web.Request, refusal: Refusal, touched: dict[str, str]) -> None:
        # What is not now says nothing of who asked; who asks too often would fill the log with what was asked for.
        if PRINCIPAL not in request or isinstance(refusal, Unavailable):
            return
        act = self.audit or f"{self.method} {self.path}"
        entry = _entry(request, act, refusal.code, {} if isinstance(refusal, TooMany) else touched)
        try:
            house.directory.intake.take(entry)
        except AuditBusy:
            _log.error("refusal_not_audited", who=entry.who, act=act, code=refusal.code)

    async def _carry_out(self, house: House, call: Call) -> msgspec.Struct | web.StreamResponse:
        if self.method in READING:
            return await self.handle(call)
        # Whoever goes meanwhile has asked for the change all the same.
        return await house.acts.finish(self.handle(call), name=f"{self.method} {self.path}")

    async def _recognise(self, house: House, request: web.Request) -> None:
        principal = (await house.authenticate(bearer_token(request))).principal
        request[PRINCIPAL] = principal
        if not request.app[PEOPLE].allow(principal.staff_id, house.clock.monotonic()):
            raise TooMany
        if self.permission is not None:
            require(principal, self.permission)


def _entry(request: web.Request, act: str, outcome: str, what: Mapping[str, str]) -> Entry:
    principal = request[PRINCIPAL]
    return Entry(
        who=principal.staff_id,
        account=principal.account,
        act=act,
        outcome=outcome,
        address=address_of(request),
        what=what,
    )


def _named(request: web.Request) -> dict[str, str]:
    """The identifiers in the path, which anybody may have made up."""
    return {name.removesuffix("_id"): value[:_NAMED_AT_MOST] for name, value in request.match_info.items()}


def bearer_token(request: web.Request) -> str:
    """The token of the `Authorization` header (RFC 6750); raises `Unauthenticated`."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated
    return token.strip()


def language_of(request: web.Request) -> Language:
    """The language of the sentences for this caller, from `Accept-Language`; Chinese where it says nothing."""
    wanted = request.headers.get("Accept-Language", "").lower()
    return "en" if wanted.startswith("en") else "zh-CN"


def require_own_origin(request: web.Request) -> None:
    """Raises `Forbidden` for a page of another origin; browsers send cookies and open WebSockets for those, too."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.split("://", 1)[-1] != request.host:
        raise Forbidden


async def read_body(request: web.Request, kind: type[S], largest: int = LARGEST_JSON_BODY) -> S:
    """The JSON body as `kind`; raises `Invalid` with the path of the fault, `TooLarge`, `Unsupported`.

    It has to say that it is JSON: a form of another site cannot, and a script there would have to ask first.
    """
    if request.content_type != "application/json":
        raise Unsupported
    return decode(await read_bytes(request, largest, TooLarge()), kind)


async def read_bytes(request: web.Request, limit: int, too_large: TooLarge) -> bytes:
    """The body; raises `too_large` beyond `limit` bytes, `TooSlow`."""
    data = bytearray()
    async for piece in pieces(request):
        data += piece
        if len(data) > limit:
            raise too_large
    return bytes(data)


async def pieces(request: web.Request) -> AsyncIterator[bytes]:
    """The body as it comes, at most 64 KiB at a time; raises `TooSlow`.

    The time that whoever takes the pieces needs for them does not count.
    """
    limits, clock = request.app[LIMITS], request.app[HOUSE].clock
    received, waited = 0, 0.0
    while True:
        left = limits.body_silence + received / limits.least_body_a_second - waited
        began = clock.monotonic()
        try:
            async with asyncio.timeout(min(limits.body_silence, left)):
                piece = await request.content.read(_PIECE_BYTES)
        except TimeoutError as error:
            raise TooSlow from error
        waited += clock.monotonic() - began
        if not piece:
            return
        received += len(piece)
        yield piece


def as_text(text: str, path: str) -> str:
    """The text where it can be seen as it is; raises `Invalid`."""
    try:
        return msgspec.convert(text, ShortText)
    except msgspec.ValidationError as error:
        raise Invalid(path=path, problem=str(error)) from error


def decode(data: bytes | str, kind: type[S]) -> S:
    """JSON as `kind`; raises `Invalid` with the path of the fault."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        problem, _, path = str(error).partition(" - at ")
        raise Invalid(path=path.strip("`") or "$", problem=problem) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(path="$", problem="not JSON") from error


def json_response(body: msgspec.Struct, status: int = 200) -> web.Response:
    """The Struct as an answer that no cache keeps."""
    return web.Response(
        body=msgspec.json.encode(body),
        status=status,
        content_type="application/json",
        headers={"Cache-Control": "no-store"},
    )
