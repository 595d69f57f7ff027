"""Runs the service: migrates, fills an empty demonstration, serves until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys

import structlog
import uvloop

from foundation.database import Database
from foundation.database.migrate import migrate
from foundation.settings import Settings
from foundation.vault import Vault
from rtc_server.sessions.connecting import own_addresses
from signalling.cli.certificate import lan_tls
from signalling.cli.paths import client_folder
from signalling.house import open_house
from signalling.http.endpoints import ENDPOINTS
from signalling.http.server import listen, make_application

_log = structlog.get_logger("signalling.serve")


def serve(settings: Settings) -> int:
    """Serves until SIGTERM or SIGINT; 1 when a port is taken."""
    try:
        uvloop.run(_serve(settings))
    except OSError as error:
        print(f"The service cannot start: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


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


async def _serve(settings: Settings) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopped.set)
    async with contextlib.AsyncExitStack() as stack:
        house = await open_house(settings)
        stack.push_async_callback(house.close)
        await house.start()
        client = client_folder()
        if client is None:
            _log.warning("web_client_not_built", hint="run `make run`")
        addresses = settings.advertised_addresses or own_addresses()
        tls = lan_tls(settings.data_dir / "keys", addresses, house.clock.now()) if settings.tls_port else None
        runner = await listen(make_application(house, ENDPOINTS, client), tls)
        stack.push_async_callback(runner.cleanup)
        _announce(settings, addresses)
        house.warm_up()
        await stopped.wait()
        _log.info("stopping")


def _announce(settings: Settings, addresses: tuple[str, ...]) -> None:
    lines = ["", "  云窗 Cloud Window is ready.", "", f"  this machine   http://127.0.0.1:{settings.port}"]
    if settings.tls_port:
        lines += [f"  on the LAN     https://{address}:{settings.tls_port}" for address in addresses]
    lines.append(f"  media          port {settings.media_port}, UDP and TCP")
    if settings.demonstration:
        lines += ["", "  demonstration  point001 at an outreach point, clerk001 at a window; the password: see README"]
    print("\n".join([*lines, ""]), flush=True)
