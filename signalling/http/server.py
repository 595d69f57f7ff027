"""The web server: the application around the table of endpoints, its middlewares, and its two ports."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler

from foundation.errors import Invalid, NotFound, Refusal
from foundation.settings import networks
from signalling.failures import internal_error
from signalling.http.client_address import TRUSTED, address_of
from signalling.http.endpoint import HOUSE, Endpoint, json_response, language_of
from signalling.http.media import answers_any_origin, let_any_origin
from signalling.http.socket import open_socket
from signalling.protocol.bodies import ProblemBody
from signalling.protocol.values import Face

if TYPE_CHECKING:
    from signalling.house import House

_log = structlog.get_logger("signalling.http")

# Nothing is loaded from elsewhere; camera, microphone and screen are for this origin alone.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
        "worker-src 'self' blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'self'"
    ),
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), hid=(self)",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_RETRY_AFTER = "5"
"""Seconds."""


def make_application(house: House, endpoints: Sequence[Endpoint], client: Path | None) -> web.Application:
    """The application; `client` is the folder of the built web client, None where there is none."""
    # Bodies are read piece by piece by whoever wants one, each with its own bound.
    application = web.Application(middlewares=[_headers, _refusals], client_max_size=1024 * 1024)
    application[HOUSE] = house
    application[TRUSTED] = networks(house.settings.trusted_proxies)
    for endpoint in endpoints:
        application.router.add_route(endpoint.method, endpoint.path, endpoint.respond)
    application.router.add_get("/api/v1/socket", open_socket)
    if client is not None:
        _serve_client(application, client)
    return application


async def listen(application: web.Application, tls: ssl.SSLContext | None) -> web.AppRunner:
    """Opens the plain port and, with `tls`, the HTTPS one; close it with `cleanup()`."""
    settings = application[HOUSE].settings
    runner = web.AppRunner(application, access_log=None, handler_cancellation=True, shutdown_timeout=5)
    await runner.setup()
    await web.TCPSite(runner, settings.host, settings.port).start()
    if tls is not None:
        await web.TCPSite(runner, settings.tls_host, settings.tls_port, ssl_context=tls).start()
    return runner


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        await request.app[HOUSE].refused(address_of(request), f"{request.method} {request.path[:200]}", refusal)
        return problem(request, refusal)
    except web.HTTPNotFound:
        if not request.path.startswith("/api/"):
            raise
        return problem(request, NotFound())
    except (UnicodeError, HttpProcessingError, web.RequestPayloadError) as error:
        # Raised where a path or a header is no text, or a body not what its headers say; our own code never does.
        _log.exception("request_not_understood", path=request.path)
        return problem(request, Invalid(path=request.path, problem=type(error).__name__))
    except web.HTTPException:
        raise
    except Exception as error:
        if request.transport is None or request.transport.is_closing():
            # Whoever asked is gone, which is what most errors of a connection say.
            raise
        failed = internal_error(request.app[HOUSE].identifiers, error, method=request.method, path=request.path[:200])
        if request.writer.output_size:
            # Part of another answer is on its way: only the end of the connection tells that it is not whole.
            raise
        return problem(request, failed)


def problem(request: web.Request, refusal: Refusal) -> web.Response:
    """The refusal as a JSON answer with its status, in the caller's language."""
    message = refusal.sentence(language_of(request))
    body = ProblemBody(code=refusal.code, message=message, reference=refusal.reference)
    response = json_response(body, refusal.status)
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    elif refusal.status in (429, 503):
        response.headers["Retry-After"] = _RETRY_AFTER
    return response


@web.middleware
async def _headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(_HEADERS)
        if answers_any_origin(request.path):
            let_any_origin(error)
        raise
    if not response.prepared and answers_any_origin(request.path):
        let_any_origin(response)
    if not response.prepared:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def _serve_client(application: web.Application, client: Path) -> None:
    async def page(request: web.Request) -> web.StreamResponse:
        name = request.match_info.get("face", "index")
        response = web.FileResponse(client / f"{name}.html")
        response.headers["Cache-Control"] = "no-cache"
        return cast(web.StreamResponse, response)

    application.router.add_get("/", page)
    application.router.add_get(f"/{{face:{'|'.join(get_args(Face))}}}", page)
    application.router.add_static("/assets", client / "assets")
