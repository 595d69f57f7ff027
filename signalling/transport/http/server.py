"""The web server: the application around the table of endpoints, its middlewares, and its two ports."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import get_args

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from foundation.addresses import one_client
from foundation.errors import Invalid, NotFound, Refusal, TooMany, Unavailable, Words
from foundation.rate import RateLimit
from foundation.settings import networks
from foundation.tasks import Tasks
from rtc_server.sessions.connecting import own_addresses
from signalling.identity.faces import Face
from signalling.transport.failures import internal_error
from signalling.transport.http.client_address import TRUSTED, address_of, came_by_https
from signalling.transport.http.client_files import ClientFiles
from signalling.transport.http.connections import SERVER, ConnectionLimits, Listener
from signalling.transport.http.context import LIMITS, PARTS, PEOPLE, PRINCIPAL, STRANGERS, WebParts
from signalling.transport.http.endpoint import Prepare
from signalling.transport.http.hosts import Hosts, UnknownHost, host_of
from signalling.transport.http.reading import EncodedBody, TooSlow, json_response, language_of
from signalling.transport.http.responding import Responder
from signalling.transport.http.strangers import Strangers
from signalling.wire.bodies import ProblemBody

_HOSTS: web.AppKey[Hosts] = web.AppKey("hosts")
# A case of a hundred pages is opened with its thumbnails at once; a person at work asks once or twice a second.
_PERSON_A_SECOND, _PERSON_AT_ONCE = 20.0, 600.0

# Nothing is loaded from elsewhere; camera, microphone and screen are for this origin alone.
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Server": SERVER,
    "X-Content-Type-Options": "nosniff",
}
_PAGE_HEADERS = {
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), hid=(self)",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_NO_PAGES = frozenset({"text/css", "text/javascript"})
"""What a browser never shows as a page: headers that say what a page may do are as long as many of these files."""
_CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "worker-src 'self' blob:; connect-src 'self'{sockets}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_ONLY_HTTPS = "max-age=31536000"
_PAGES = (*get_args(Face), "visit", "guide")
"""The visitor's page is on the point's side of a call; nobody signs in to the one that is read and printed."""
_SUMMARY_SECONDS = 60.0
_UNREADABLE = Words("无法识别", "it cannot be read")
WHILE_STARTING = frozenset({"/healthz", "/readyz"})


class MethodNotAllowed(Refusal):
    """The address takes other methods."""

    code = "method_not_allowed"
    status = 405
    zh = "此地址不支持该操作。"
    en = "This address does not take that method."


class Starting(Unavailable):
    """The service has only just been started."""

    code = "starting"
    zh = "服务正在启动，请稍候。"
    en = "The service is starting. Please wait a moment."


@dataclass(frozen=True)
class Routes:
    """What is served: the endpoints, the WebSocket, and what adds headers to every answer."""

    endpoints: Iterable[Responder]
    socket: Callable[[web.Request], Awaitable[web.StreamResponse]]
    prepares: tuple[Prepare, ...] = ()


def make_application(
    parts: WebParts, routes: Routes, client: Path | None, limits: ConnectionLimits | None = None
) -> web.Application:
    """The web application; `client` is the folder of the built web client, None where there is none."""
    # Bodies are read piece by piece by whoever wants one, each with its own bound.
    application = web.Application(middlewares=[_starting, _refusals], client_max_size=1024 * 1024)
    settings = parts.settings
    application[PARTS] = parts
    application[TRUSTED] = networks(settings.trusted_proxies)
    application[LIMITS] = limits or ConnectionLimits()
    application[PEOPLE] = RateLimit(_PERSON_A_SECOND, _PERSON_AT_ONCE)
    application[STRANGERS] = Strangers(parts.clock)
    names = (socket.gethostname(), *settings.public_names, *settings.advertised_addresses)
    application[_HOSTS] = Hosts(names, lambda: own_addresses(six=True), parts.clock)
    application.on_response_prepare.append(partial(_add_headers, routes.prepares))
    application.cleanup_ctx.append(_summaries)
    for one in routes.endpoints:
        application.router.add_route(one.endpoint.method, one.endpoint.path, one.respond)
    application.router.add_get("/api/v1/socket", routes.socket)
    if client is not None:
        _serve_client(application, ClientFiles(client))
    return application


async def listen(application: web.Application, tls: ssl.SSLContext | None) -> Listener:
    """Opens the plain port and, with `tls`, the HTTPS one; close it with `cleanup()`."""
    settings = application[PARTS].settings
    runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()

    def malformed(client: str) -> None:
        application[STRANGERS].count_refusal(client, "malformed")

    listener = Listener(runner, application[LIMITS], application[TRUSTED], malformed)
    try:
        await listener.open(settings.host, settings.port)
        if tls is not None:
            await listener.open(settings.tls_host, settings.tls_port, tls)
    except OSError:
        await listener.cleanup()
        raise
    return listener


async def _summaries(application: web.Application) -> AsyncIterator[None]:
    async def run() -> None:
        while True:
            await asyncio.sleep(_SUMMARY_SECONDS)
            application[STRANGERS].summarise()

    tasks = Tasks()
    tasks.spawn(run(), name="summary of refusals")
    yield
    await tasks.close()


@web.middleware
async def _starting(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.app[PARTS].starting() and request.path not in WHILE_STARTING:
        return problem(request, Starting())
    return await handler(request)


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        _require_sound(request)
        return await handler(request)
    except Refusal as refusal:
        return await _refuse(request, refusal)
    except web.HTTPNotFound:
        return await _refuse(request, NotFound())
    except web.HTTPMethodNotAllowed as error:
        answer = await _refuse(request, MethodNotAllowed())
        answer.headers.setdefault("Allow", ",".join(sorted(error.allowed_methods)))
        return answer
    except (UnicodeError, HttpProcessingError, web.RequestPayloadError):
        # Raised where a path or a header is no text, or a body not what its headers say; our own code never does.
        return await _refuse(request, Invalid(path=request.path[:200], problem=_UNREADABLE))
    except web.HTTPException:
        raise
    except Exception as error:
        if request.transport is None or request.transport.is_closing():
            # Whoever asked is gone, which is what most errors of a connection say.
            raise
        failed = internal_error(request.app[PARTS].identifiers, error, method=request.method, path=request.path[:200])
        if request.writer.output_size:
            # Part of another answer is on its way: only the end of the connection tells that it is not whole.
            raise
        return problem(request, failed)


def _require_sound(request: web.Request) -> None:
    """Raises the refusal of what no handler needs to see."""
    hosts = request.headers.getall("Host", ())
    if len(hosts) != 1 or not request.app[_HOSTS].knows(hosts[0]):
        raise UnknownHost
    encodings = (*request.headers.getall("Content-Encoding", ()), *request.headers.getall("Transfer-Encoding", ()))
    if not {encoding.strip().lower() for encoding in encodings} <= {"identity", "chunked"}:
        raise EncodedBody
    if "Authorization" not in request.headers:
        request.app[STRANGERS].ask(one_client(address_of(request)))


async def _refuse(request: web.Request, refusal: Refusal) -> web.StreamResponse:
    """Answers with the refusal; those of strangers are counted, a person's stands in the audit log already."""
    strangers = request.app[STRANGERS]
    client = one_client(address_of(request))
    if PRINCIPAL not in request and strangers.count_refusal(client, refusal.code):
        await strangers.hold(client)
        return await _end_with(request, problem(request, TooMany()))
    answer = problem(request, refusal)
    return await _end_with(request, answer) if isinstance(refusal, EncodedBody | TooSlow) else answer


async def _end_with(request: web.Request, answer: web.Response) -> web.Response:
    """Sends the answer and ends the connection, without a look at what may still come."""
    answer.force_close()
    await answer.prepare(request)
    await answer.write_eof()
    request.protocol.force_close()
    return answer


def problem(request: web.Request, refusal: Refusal) -> web.Response:
    """The refusal as a JSON answer with its status, in the caller's language."""
    message = refusal.sentence(language_of(request))
    body = ProblemBody(code=refusal.code, message=message, reference=refusal.reference)
    response = json_response(body, refusal.status)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refusal.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return response


async def _add_headers(prepares: Iterable[Prepare], request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(_HEADERS)
    page = response.content_type not in _NO_PAGES
    if page:
        response.headers.update(_PAGE_HEADERS)
    for prepare in prepares:
        prepare(request.path, response)
    host = request.headers.get("Host", "")
    known = request.app[_HOSTS].knows(host)
    if page:
        # For browsers in which 'self' is no WebSocket of the same host.
        sockets = f" ws://{host} wss://{host}" if known else ""
        response.headers.setdefault("Content-Security-Policy", _CONTENT_POLICY.format(sockets=sockets))
    response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if known and host_of(host) != "localhost" and came_by_https(request):
        # Not for localhost, where it would close the plain port to this machine's own browsers.
        response.headers["Strict-Transport-Security"] = _ONLY_HTTPS


def _serve_client(application: web.Application, files: ClientFiles) -> None:
    application.router.add_get("/", files.page)
    application.router.add_get(f"/{{face:{'|'.join(_PAGES)}}}", files.page)
    application.router.add_get("/assets/{name}", files.asset)
