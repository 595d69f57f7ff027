"""Runs the service: migrates, fills an empty demonstration, serves until told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any

import structlog
import uvloop

from directory.demonstration import DEMONSTRATION_PASSWORD
from foundation.database import Database
from foundation.database.migrate import migrate
from foundation.descriptors import open_as_many_as_allowed
from foundation.ending import Ending, end_by_force
from foundation.settings import Settings
from foundation.vault import Vault
from rtc_server.sessions.connecting import own_addresses
from signalling.app import build
from signalling.application import Application
from signalling.cli.certificate import lan_tls
from signalling.cli.paths import client_folder
from signalling.transport.http.server import listen

_log = structlog.get_logger("signalling.serve")
_END_SECONDS = 6.0
_FORCE_SECONDS = 8.0
_NAMED = 50
"""Tasks that are named when the process ends by force."""
_Part = tuple[str, Callable[[], Coroutine[Any, Any, object]]]


def serve(settings: Settings) -> int:
    """Serves until SIGTERM or SIGINT, and ends within ten seconds of it in any state.

    1 when a port is taken, when what the service cannot do without fails again and again, or when it ends by force.
    """
    open_as_many_as_allowed()
    stop = _Stop()
    for name in (signal.SIGTERM, signal.SIGINT):
        # Not the loop's own handlers: those do not run when the loop hangs.
        signal.signal(name, stop.asked)
    try:
        return uvloop.run(_serve(settings, stop))
    except OSError as error:
        print(f"The service cannot start: {error.strerror or error}", file=sys.stderr)
        return 1


class _Stop:
    """The request that the service ends, heard by the loop when it can and by a thread that ends it by force."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()
        self._watch: threading.Thread | None = None

    def asked(self, _signal: int, _frame: FrameType | None) -> None:
        """Handles the signal, in whatever the main thread does just now."""
        if self._watch is None:
            self._watch = end_by_force(_FORCE_SECONDS, self._left)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    async def wait(self) -> None:
        """Waits for the signal, also for one that came before."""
        self._loop = asyncio.get_running_loop()
        if self._watch is None:
            await self._event.wait()

    def _left(self) -> list[str]:
        return [] if self._loop is None else sorted(task.get_name() for task in asyncio.all_tasks(self._loop))[:_NAMED]


def migrate_only(settings: Settings) -> str:
    """Brings the database to the newest revision and returns it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)

    async def run() -> str:
        database = Database.open(settings.effective_database_url)
        try:
            return await migrate(database, Vault.open(settings.data_dir / "keys"))
        finally:
            await database.close()

    return asyncio.run(run())


async def _serve(settings: Settings, stop: _Stop) -> int:
    loop = asyncio.get_running_loop()
    ending = loop.create_task(stop.wait(), name="stop")
    parts: list[_Part] = []
    starting = loop.create_task(_start(settings, parts), name="start")
    await asyncio.wait({starting, ending}, return_when=asyncio.FIRST_COMPLETED)
    hopeless = False
    if starting.done() and starting.exception() is None:
        application = starting.result()
        failing = loop.create_task(application.features.tasks.hopeless.wait(), name="hopeless")
        await asyncio.wait({failing, ending}, return_when=asyncio.FIRST_COMPLETED)
        hopeless = failing.done()
        application.lifecycle.phase = "stopping"
    _log.info("stopping", hopeless=hopeless)
    await _end(starting, parts)
    if starting.done() and not starting.cancelled():
        # Raises what kept the service from starting.
        starting.result()
    return int(hopeless)


async def _start(settings: Settings, parts: list[_Part]) -> Application:
    """Starts part after part, and adds to `parts` how each is ended."""
    application = await build(settings)
    parts += application.parts()
    client = client_folder()
    if client is None:
        _log.warning("web_client_not_built", hint="run `make run`")
    addresses = settings.advertised_addresses or own_addresses()
    tls = (
        lan_tls(settings.data_dir / "keys", addresses, application.features.ground.clock.now())
        if settings.tls_port
        else None
    )
    # Before the start, so that whoever asks is told that it is under way.
    runner = await listen(application.web(client), tls)
    parts.append(("connections", runner.cleanup))
    await application.start()
    parts.append(("pages", application.end_connections))
    _announce(settings, addresses, nobody=application.features.directory.catalogue.empty)
    application.features.tasks.spawn(application.warm_up(), name="warm-up")
    return application


async def _end(starting: asyncio.Task[Application], parts: list[_Part]) -> None:
    """Ends a start that is under way, then the parts, the last one first."""
    ending = Ending(_END_SECONDS)
    if not starting.done():
        starting.cancel()
        await ending.end("start", asyncio.wait({starting}))
    for name, end in reversed(parts):
        await ending.end(name, end())


def _announce(settings: Settings, addresses: tuple[str, ...], *, nobody: bool) -> None:
    lines = ["", "  云窗 Cloud Window is ready.", "", f"  this machine   http://127.0.0.1:{settings.port}"]
    if settings.tls_port:
        lines += [f"  on the LAN     https://{address}:{settings.tls_port}" for address in addresses]
    lines.append(f"  media          port {settings.media_port}, UDP and TCP")
    if settings.demonstration:
        accounts = "point001 at an outreach point, clerk001 at a window"
        lines += ["", f"  demonstration  {accounts}; password of both: {DEMONSTRATION_PASSWORD}"]
    elif nobody:
        lines += ["", "  no sites yet   nobody can sign in; README says how to begin (Run it for your own people)"]
    print("\n".join([*lines, ""]), flush=True)
