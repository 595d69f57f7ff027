"""How the service is, for operators and their machines."""

from __future__ import annotations

import hmac

from aiohttp import web

from foundation.errors import NotFound, Unauthenticated
from signalling import VERSION
from signalling.slices.health.checkup import can_serve, reasons, warnings
from signalling.slices.health.memory import resident_bytes
from signalling.slices.health.messages import HealthBody, ReadyBody
from signalling.slices.health.parts import Parts
from signalling.transport.http.context import STRANGERS
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.reading import bearer_token, json_response

_BY_PROXY = ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")


async def healthz(parts: Parts, _call: Call) -> web.Response:
    """How every part is, `degraded` with the reasons when one is not well; 503 while the service starts."""
    checkup, state, reserve = await parts.checkups.newest(), parts.state(), parts.settings.disk_reserve_bytes
    codes = reasons(checkup, state)
    statistics = parts.media.statistics()
    body = HealthBody(
        status="degraded" if codes else "ok",
        reasons=codes,
        warnings=warnings(checkup, reserve),
        version=VERSION,
        database="ok" if checkup is not None and checkup.write_problem is None else "down",
        outbox_age_seconds=0.0 if checkup is None else checkup.outbox_age,
        disk_free_bytes=0 if checkup is None else checkup.space.free,
        disk_reserve_bytes=reserve,
        set_aside=len(parts.set_aside),
        media="ok" if state.media else "down",
        recording="ok" if state.recording else "paused",
        sessions=statistics.sessions,
        participants=statistics.participants,
        resident_memory_bytes=resident_bytes(),
    )
    return json_response(body, 503 if state.phase == "starting" else 200)


async def readyz(parts: Parts, _call: Call) -> web.Response:
    """Whether new people should be sent here: 503 while the service starts or stops, and when a write fails."""
    codes = reasons(await parts.checkups.newest(), parts.state())
    ready = can_serve(codes)
    return json_response(ReadyBody(ready=ready, reasons=codes), 200 if ready else 503)


async def metrics(parts: Parts, call: Call) -> web.StreamResponse:
    """The numbers of now in Prometheus' text form; for this machine and its operators."""
    _require_operator(parts.settings.metrics_token, call)
    body = await parts.metrics.text(call.request.app[STRANGERS].refused)
    return web.Response(body=body, content_type="text/plain", charset="utf-8")


def _require_operator(token: str, call: Call) -> None:
    """Raises `NotFound` or `Unauthenticated` for whoever comes by the LAN or through a proxy without the token."""
    if not call.request.secure and not any(name in call.request.headers for name in _BY_PROXY):
        return
    if not token:
        raise NotFound
    if not hmac.compare_digest(bearer_token(call.request).encode(), token.encode()):
        raise Unauthenticated


_NOT_READY = Details(also={503: "The service starts, stops or cannot write; the body is the same"})
_OPERATOR = Parameter("Authorization", "header", "`Bearer` and METRICS_TOKEN, on the HTTPS port and through a proxy")
_METRICS = Details(parameters=(_OPERATOR,), refusals=frozenset({NotFound, Unauthenticated}))

ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint("GET", "/healthz", "Health", healthz, answer=HealthBody, open=True, details=_NOT_READY),
    Endpoint("GET", "/readyz", "Readiness", readyz, answer=ReadyBody, open=True, details=_NOT_READY),
    Endpoint("GET", "/metrics", "Metrics", metrics, content="text/plain", open=True, details=_METRICS),
)
