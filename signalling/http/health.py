"""How the service is, for operators and their machines."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from foundation.errors import NotFound, Unauthenticated
from signalling import VERSION
from signalling.health import can_serve, parts_of, reasons, warnings
from signalling.http.details import Details, Parameter
from signalling.http.endpoint import STRANGERS, Call, Endpoint, bearer_token, json_response
from signalling.protocol.bodies import HealthBody, ReadyBody

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

    from signalling.house import House

_PAGE_BYTES = 4096
_BY_PROXY = ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP")


async def healthz(call: Call) -> web.Response:
    """How every part is, `degraded` with the reasons when one is not well; 503 while the service starts."""
    house = call.house
    checkup, parts, reserve = await house.health.checkup(house), parts_of(house), house.settings.disk_reserve_bytes
    codes = reasons(checkup, parts)
    statistics = house.media.statistics()
    body = HealthBody(
        status="degraded" if codes else "ok",
        reasons=codes,
        warnings=warnings(checkup, reserve),
        version=VERSION,
        database="ok" if checkup is not None and checkup.write_problem is None else "down",
        outbox_age_seconds=0.0 if checkup is None else checkup.outbox_age,
        disk_free_bytes=0 if checkup is None else checkup.space.free,
        disk_reserve_bytes=reserve,
        set_aside=len(house.set_aside),
        media="ok" if parts.media else "down",
        recording="ok" if parts.recording else "paused",
        sessions=statistics.sessions,
        participants=statistics.participants,
        resident_memory_bytes=_resident_bytes(),
    )
    return json_response(body, 503 if parts.phase == "starting" else 200)


async def readyz(call: Call) -> web.Response:
    """Whether new people should be sent here: 503 while the service starts or stops, and when a write fails."""
    codes = reasons(await call.house.health.checkup(call.house), parts_of(call.house))
    ready = can_serve(codes)
    return json_response(ReadyBody(ready=ready, reasons=codes), 200 if ready else 503)


async def metrics(call: Call) -> web.StreamResponse:
    """The numbers of now in Prometheus' text form; for this machine and its operators."""
    _require_operator(call)
    # Loaded with the first question: most machines are never asked, and the service starts without its web server.
    from prometheus_client import CollectorRegistry, Gauge, generate_latest

    registry = CollectorRegistry()
    statistics = call.house.media.statistics()
    for name in statistics.__dataclass_fields__:
        Gauge(f"cloud_window_media_{name}", name.replace("_", " "), registry=registry).set(getattr(statistics, name))
    recordings = call.house.recorder.states()
    paused = sum(one.paused is not None for one in recordings)
    Gauge("cloud_window_recordings", "recordings that run", registry=registry).set(len(recordings))
    Gauge("cloud_window_recordings_paused", "of them, those the disk keeps back", registry=registry).set(paused)
    Gauge("cloud_window_open_pages", "open pages", registry=registry).set(len(call.house.registry))
    Gauge("cloud_window_resident_bytes", "resident memory", registry=registry).set(_resident_bytes())
    await _add_disk(call.house, registry)
    restarts = Gauge("cloud_window_task_failures", "failures of what is supervised", ["task"], registry=registry)
    for task in call.house.tasks.supervised():
        restarts.labels(task.name).set(len(task.failures))
    Gauge("cloud_window_set_aside", "rows and files left out", registry=registry).set(len(call.house.set_aside))
    refused = Gauge(
        "cloud_window_strangers_refused", "refusals of nobody known, since the start", ["code"], registry=registry
    )
    for code, count in call.request.app[STRANGERS].refused.items():
        refused.labels(code).set(count)
    sides = ["face", "line", "direction"]
    loss = Gauge("cloud_window_link_loss", "share lost, up to the server or down to the page", sides, registry=registry)
    jitter = Gauge("cloud_window_link_jitter_seconds", "of what arrives here", ["face", "line"], registry=registry)
    rtt = Gauge("cloud_window_link_round_trip_seconds", "when known", ["face", "line"], registry=registry)
    for line in call.house.link_figures:
        loss.labels(line.face, str(line.number), "up").set(line.loss_up)
        loss.labels(line.face, str(line.number), "down").set(line.loss_down)
        jitter.labels(line.face, str(line.number)).set(line.jitter)
        if line.rtt is not None:
            rtt.labels(line.face, str(line.number)).set(line.rtt)
    body = generate_latest(registry)
    if call.house.reception_figures.registry is not None:
        body += generate_latest(call.house.reception_figures.registry)
    return web.Response(body=body, content_type="text/plain", charset="utf-8")


async def _add_disk(house: House, registry: CollectorRegistry) -> None:
    from prometheus_client import Gauge

    space, used = await house.disk_use.disk.space(), house.disk_use.by_kind(house.tasks)
    values = {"free": space.free, "total": space.total, "reserve": house.settings.disk_reserve_bytes}
    disk = Gauge("cloud_window_disk_bytes", "of the file system of DATA_DIR", ["what"], registry=registry)
    for what, value in values.items():
        disk.labels(what).set(value)
    kinds = Gauge("cloud_window_disk_used_bytes", "below DATA_DIR, minutes old", ["kind"], registry=registry)
    for kind, value in used.items():
        kinds.labels(kind).set(value)


def _require_operator(call: Call) -> None:
    """Raises `NotFound` or `Unauthenticated` for whoever comes by the LAN or through a proxy without the token."""
    token = call.house.settings.metrics_token
    if not call.request.secure and not any(name in call.request.headers for name in _BY_PROXY):
        return
    if not token:
        raise NotFound
    if not hmac.compare_digest(bearer_token(call.request).encode(), token.encode()):
        raise Unauthenticated


def _resident_bytes() -> int:
    # Of this process and of its imaging children, as the operator would add them up.
    own = int(Path("/proc/self/statm").read_text().split()[1])
    threads = Path("/proc/self/task").glob("*/children")
    pids = [pid for thread in threads for pid in _children(thread)]
    return _PAGE_BYTES * (own + sum(_resident_pages(pid) for pid in pids))


def _children(thread: Path) -> list[str]:
    try:
        return thread.read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        # The thread has ended meanwhile.
        return []


def _resident_pages(pid: str) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


_NOT_READY = Details(also={503: "The service starts, stops or cannot write; the body is the same"})
_OPERATOR = Parameter("Authorization", "header", "`Bearer` and METRICS_TOKEN, on the HTTPS port and through a proxy")
_METRICS = Details(parameters=(_OPERATOR,), refusals=frozenset({NotFound, Unauthenticated}))

ENDPOINTS = (
    Endpoint("GET", "/healthz", "Health", healthz, answer=HealthBody, open=True, details=_NOT_READY),
    Endpoint("GET", "/readyz", "Readiness", readyz, answer=ReadyBody, open=True, details=_NOT_READY),
    Endpoint("GET", "/metrics", "Metrics", metrics, content="text/plain", open=True, details=_METRICS),
)
