"""The whole service on free ports of this machine, with demonstration data."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web_app
from argon2 import PasswordHasher

from directory.demonstration import DEMONSTRATION_PASSWORD, seed
from document_relay.signing.authority import SigningAuthority
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.database.migrate import migrate
from foundation.settings import Settings
from foundation.vault import Vault
from signalling.app import build
from signalling.application import Application
from signalling.cli.certificate import lan_tls
from signalling.cli.paths import client_folder
from signalling.features import Features
from signalling.transport.http.connections import ConnectionLimits
from signalling.transport.http.server import listen
from signalling.transport.websocket.described import OF_EVERY_COMMAND
from tests.support.contract import COMMANDS
from tests.support.hours import ZONE, open_always
from tests.support.shared_imaging import lent_imaging

_PATIENCE_SECONDS = 30.0
"""For one message: on a busy machine the first one that needs the imaging child waits for its start."""


def free_port() -> int:
    """A port that was free a moment ago, for TCP and UDP: none of those that the system gives to connections."""
    while True:
        port = random.SystemRandom().randrange(12_000, 32_000)
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp, suppress(OSError):
            tcp.bind(("127.0.0.1", port))
            udp.bind(("127.0.0.1", port))
            return port


@dataclass
class Served:
    """A running service."""

    application: Application
    address: str

    @property
    def features(self) -> Features:
        """What the slices bring together."""
        return self.application.features

    async def sign_in(self, session: aiohttp.ClientSession, account: str) -> str:
        """An access token for a demonstration account."""
        return await sign_in_at(session, self.address, account)


async def sign_in_at(session: aiohttp.ClientSession, address: str, account: str) -> str:
    """As `Served.sign_in`, at a service of which only the address is known."""
    body = {"account": account, "password": DEMONSTRATION_PASSWORD}
    async with session.post(f"{address}/api/v1/sign-in", json=body) as response:
        assert response.status == 200, await response.text()
        return str((await response.json())["access_token"])


_QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Argon2id as it is, at a cost that every sign-in of every test can bear; what its own costs does, others show."""

_seed: list[tempfile.TemporaryDirectory[str]] = []


async def seeded() -> Path:
    """A folder with the demonstration's database and a house's keys, made once in a process: it takes seconds.

    Its windows are open at any time: what a test shows must not depend on when it runs.
    """
    if not _seed:
        made = tempfile.TemporaryDirectory(prefix="seeded-")
        await seed_demonstration(Path(made.name))
        open_always(Path(made.name))
        _seed.append(made)
    return Path(_seed[0].name)


async def seed_demonstration(data_dir: Path) -> None:
    """Makes the demonstration's database and a house's keys, as a first start does."""
    data_dir.mkdir(exist_ok=True)
    settings = Settings(data_dir=data_dir)
    database = Database.open(settings.effective_database_url)
    await migrate(database)
    await seed(database, _QUICK)
    await database.close()
    vault = Vault.open(settings.data_dir / "keys")
    SigningAuthority.open(settings.data_dir / "signing", vault, SystemClock())


@asynccontextmanager
async def served(data_dir: Path, limits: ConnectionLimits | None = None, **changes: Any) -> AsyncIterator[Served]:
    """Serves until the block ends; with the demonstration as it is at first where the folder is not there yet.

    Its files are read in the one child that all houses of this process share.
    """
    if not data_dir.exists():
        shutil.copytree(await seeded(), data_dir)
    changes = {"port": free_port(), "tls_port": 0} | changes
    settings = Settings(
        media_host="127.0.0.1",
        media_port=free_port(),
        data_dir=data_dir,
        **{"demonstration": True, "time_zone": ZONE.key} | changes,
    )
    async with AsyncExitStack() as stack:
        application = await build(settings, lent_imaging())
        stack.push_async_callback(application.close)
        await application.start()
        tls = (
            lan_tls(data_dir / "keys", ("127.0.0.1",), application.features.ground.clock.now())
            if settings.tls_port
            else None
        )
        runner = await listen(application.web(client_folder(), limits), tls)
        stack.push_async_callback(runner.cleanup)
        # aiohttp remembers the last thousand handlers, and with them every house of this process.
        stack.callback(web_app._cached_build_middleware.cache_clear)
        yield Served(application, f"http://127.0.0.1:{settings.port}")


class Page:
    """A page as the server sees it: commands with answers, the newest view of each topic."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.views: dict[str, dict[str, Any]] = {}
        self.lists: dict[str, list[dict[str, Any]]] = {}
        """The rows of each topic that is sent by its changes, in no order."""
        self._next = 1
        self._messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        # Read whatever the test does meanwhile, as a browser does: else no ping would be answered.
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, session: aiohttp.ClientSession, site: Served, token: str) -> Page:
        """Opens the WebSocket and signs in."""
        return await cls.open_at(session, site.address, token)

    @classmethod
    async def open_at(cls, session: aiohttp.ClientSession, address: str, token: str) -> Page:
        """As `open`, at a service of which only the address is known."""
        page = cls(await session.ws_connect(f"{address}/api/v1/socket"))
        await page.socket.send_json({"type": "authenticate", "id": 0, "token": token, "language": "zh-CN"})
        answer = await page.receive()
        assert answer == {"type": "done", "id": 0, "result": None}
        return page

    async def receive(self) -> dict[str, Any]:
        """The next message; a view is kept on the way."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            message = await self._messages.get()
        if message is None:
            raise ConnectionError(f"the server has ended the connection: {self.socket.close_code}")
        if message["type"] == "event":
            self.views[message["topic"]] = message["data"]
            if "changed" in message["data"]:
                self._change(message["topic"], message["data"])
        return message

    def _change(self, topic: str, change: dict[str, Any]) -> None:
        rows = {} if change["whole"] else {_key(row): row for row in self.lists[topic]}
        rows |= {_key(row): row for row in change["changed"]}
        self.lists[topic] = [row for key, row in rows.items() if key not in change["gone"]]

    async def ended(self) -> int | None:
        """Waits until the server ends the connection; its close code."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            return await self._reading

    async def _read(self) -> int | None:
        while (message := await self.socket.receive()).type is aiohttp.WSMsgType.TEXT:
            self._messages.put_nowait(json.loads(message.data))
        self._messages.put_nowait(None)
        # What was said, and not the socket's own code: that is another one when the server's end was gone too soon.
        return message.data if message.type is aiohttp.WSMsgType.CLOSE else self.socket.close_code

    async def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Sends a command and waits for its answer."""
        self._next += 1
        await self.socket.send_json({"type": kind, "id": self._next, **fields})
        while (message := await self.receive()).get("id") != self._next:
            pass
        # What the protocol's page says of each command is held in every test that asks for one.
        assert message["type"] == "done" or message["code"] in _may_say(kind), f"{message} is not declared for {kind}"
        return message

    async def do(self, kind: str, **fields: Any) -> Any:
        """The result of a command that must be carried out."""
        answer = await self.ask(kind, **fields)
        assert answer["type"] == "done", answer
        return answer["result"]

    async def see(self, topic: str, **wanted: Any) -> dict[str, Any]:
        """Waits until the topic's view has these values; a dotted path is written with two underscores."""
        while not self._fits(topic, wanted):
            await self.receive()
        return self.views[topic]

    def _fits(self, topic: str, wanted: dict[str, Any]) -> bool:
        return topic in self.views and all(_at(self.views[topic], path) == value for path, value in wanted.items())


def _may_say(kind: str) -> set[str]:
    declared = (one.refusals for known, one in COMMANDS.items() if known.__struct_config__.tag == kind)
    return {one.code for one in (*OF_EVERY_COMMAND, *next(declared, ()))}


_KEYS = ("ticket_id", "message_id", "stroke_id", "field_id", "case_id")


def _key(row: dict[str, Any]) -> str:
    named = row.get("ticket", row)
    return str(next(named[name] for name in _KEYS if name in named))


def _at(view: Any, path: str) -> Any:
    for name in path.split("__"):
        view = view[name] if view is not None else None
    return view
