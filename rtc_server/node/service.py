"""A media node: the media server, its control port, and its end."""

from __future__ import annotations

import asyncio
import gc
import hmac
import secrets
from typing import get_args

import msgspec
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from foundation.clock import Clock
from foundation.errors import NotFound, Refusal, Unauthenticated
from foundation.events import LocalBus
from foundation.identifiers import SystemIdentifiers
from foundation.settings import Settings
from foundation.tasks import Tasks
from rtc_server.node.controller import Controller, NodeParts
from rtc_server.node.load import LoadMeter, cpu_seconds
from rtc_server.node.protocol import (
    CLOSE_REPLACED,
    CONTROL_PATH,
    HEARTBEAT_SECONDS,
    LARGEST_COMMAND,
    AnyRecordingEvent,
    NodeLoad,
    Recorded,
    Reported,
    Welcome,
    require_token,
)
from rtc_server.recording.recorder import Recorder, RecorderParts
from rtc_server.recording.values import RecordingClosed, RecordingFailed, RecordingStarted, RecordingState
from rtc_server.sessions.interface import MediaSettings
from rtc_server.sessions.server import MediaServer

_log = structlog.get_logger("rtc_server.node")
_REPORT_SECONDS = 1.0
_FAREWELL_SECONDS = 3.0
"""After the last session: time for the service to move those who only wait."""
_LOOK_SECONDS = 0.1


class MediaNode:
    """A process' media server with its control port."""

    def __init__(self, settings: Settings, clock: Clock, tasks: Tasks, version: str) -> None:
        """Raises `TokenMissing`."""
        self._token = require_token(settings.node_token).encode()
        self._settings = settings
        self._clock = clock
        self._tasks = tasks
        self._version = version
        media = MediaSettings(
            host=settings.media_host, port=settings.media_port, advertised=settings.advertised_addresses
        )
        self.media = MediaServer(media, clock, tasks, secrets.token_bytes)
        self._bus = LocalBus()
        # Each node has a folder of its own, which it alone recovers; its port outlives its process.
        root = settings.data_dir.resolve() / "nodes" / str(settings.media_port) / "recordings"
        identifiers = SystemIdentifiers(clock)
        recorder = RecorderParts(
            sessions=self.media, root=root, clock=clock, identifiers=identifiers, tasks=tasks, bus=self._bus
        )
        self._parts = NodeParts(media=self.media, recorder=Recorder(recorder), recordings=root, tasks=tasks)
        self._recordings: dict[str, str] = {}
        self.draining = False
        self._meter = LoadMeter(cpu_seconds, clock.monotonic(), media.participants)
        self._load = self._measure()
        self._controller: Controller | None = None
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The control port in use."""
        assert self._runner is not None, "started"
        return int(self._runner.addresses[0][1])

    async def start(self) -> None:
        """Opens the media port and the control port; raises OSError when one is taken."""
        await self.media.start()
        for kind in get_args(AnyRecordingEvent):
            self._bus.subscribe(kind, self._recorded)
        application = web.Application(middlewares=[_refusals], client_max_size=1024)
        application.router.add_get("/healthz", self._healthz)
        application.router.add_get("/metrics", self._metrics)
        application.router.add_get(CONTROL_PATH, self._control)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._settings.node_host, self._settings.node_port).start()
        self._tasks.supervise(self._report_for_ever, name="node report")
        # What is loaded now stays: the collector, for which every packet waits, need not look through it.
        gc.freeze()

    async def close(self) -> None:
        """Ends every connection."""
        if self._controller is not None:
            self._controller.end(1001)
        if self._runner is not None:
            await self._runner.cleanup()
        await self._parts.recorder.close()
        await self.media.close()

    async def drain(self) -> None:
        """Takes no new sessions from now on; returns when the last has ended, at the latest after `drain_seconds`."""
        self.draining = True
        self._report()
        now = self._clock.monotonic
        until, farewell = now() + self._settings.drain_seconds, now() + _FAREWELL_SECONDS
        while now() < until:
            statistics = self.media.statistics()
            if statistics.sessions or self._recordings:
                farewell = now() + _FAREWELL_SECONDS
            elif not statistics.participants or now() >= farewell:
                return
            await asyncio.sleep(_LOOK_SECONDS)
        _log.warning("drain_over_time", sessions=self.media.statistics().sessions)

    async def _control(self, request: web.Request) -> web.WebSocketResponse:
        """The service's WebSocket; a newer one replaces the older."""
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(_octets(given), self._token):
            _log.warning("controller_refused", remote=request.remote)
            raise Unauthenticated
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=LARGEST_COMMAND, compress=False)
        await socket.prepare(request)
        controller = Controller(socket, self._parts)
        older, self._controller = self._controller, controller
        if older is not None:
            older.end(CLOSE_REPLACED)
        _log.info("controller_joined", remote=request.remote)
        try:
            await controller.run(self._welcome)
        finally:
            if self._controller is controller:
                self._controller = None
        return socket

    def _welcome(self) -> Welcome:
        return Welcome(
            version=self._version,
            snapshot=self.media.snapshot(),
            recordings={session_id: self._state(session_id) for session_id in self._recordings},
            load=self._load,
        )

    def _state(self, session_id: str) -> RecordingState:
        # One whose file is being made runs no more, but is not over either.
        closing = RecordingState(recording_id=self._recordings[session_id], paused=None, missing=0.0)
        return self._parts.recorder.state(session_id) or closing

    async def _recorded(self, event: AnyRecordingEvent) -> None:
        """Passes on what the recorder tells, and keeps in mind what is not made into a file yet."""
        if isinstance(event, RecordingStarted):
            self._recordings[event.session_id] = event.recording_id
        over = isinstance(event, RecordingClosed) or (
            isinstance(event, RecordingFailed) and event.reason == "not_closed"
        )
        if over and self._recordings.get(event.session_id) == event.recording_id:
            del self._recordings[event.session_id]
        if self._controller is not None:
            self._controller.say(Recorded(event=event))

    async def _report_for_ever(self) -> None:
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            self._report()

    def _report(self) -> None:
        self._load = self._measure()
        if self._controller is not None:
            self._controller.say(Reported(load=self._load))

    def _measure(self) -> NodeLoad:
        return self._meter.read(self._clock.monotonic(), self.media.statistics(), draining=self.draining)

    async def _healthz(self, _request: web.Request) -> web.Response:
        health = {
            "status": "draining" if self.draining else "ok",
            "version": self._version,
            "controlled": self._controller is not None,
            "sessions": self._load.statistics.sessions,
            "participants": self._load.statistics.participants,
            "cpu": self._load.cpu,
            "packets_per_second": self._load.packets_per_second,
        }
        return web.Response(body=msgspec.json.encode(health), content_type="application/json")

    async def _metrics(self, _request: web.Request) -> web.Response:
        from prometheus_client import CollectorRegistry, Gauge, generate_latest

        registry, load = CollectorRegistry(), self._load
        numbers = {name: getattr(load.statistics, name) for name in load.statistics.__dataclass_fields__}
        numbers |= {"cpu": load.cpu, "packets_per_second": load.packets_per_second, "draining": load.draining}
        for name, number in numbers.items():
            Gauge(f"cloud_window_media_{name}", name.replace("_", " "), registry=registry).set(number)
        return web.Response(body=generate_latest(registry), content_type="text/plain", charset="utf-8")


def _octets(header: str) -> bytes:
    """A header as it was sent, whatever octets those were."""
    return header.strip().encode("utf-8", "surrogateescape")


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refusal as refusal:
        return _problem(refusal)
    except web.HTTPNotFound:
        return _problem(NotFound())


def _problem(refusal: Refusal) -> web.Response:
    body = {"code": refusal.code, "message": refusal.sentence("en")}
    return web.Response(status=refusal.status, body=msgspec.json.encode(body), content_type="application/json")
