"""The TCP connections of the HTTP ports: how many there may be, of whom, and how long each may take."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TypeVar, cast

import structlog
from aiohttp import web

from foundation.addresses import one_client
from foundation.rate import RateLimit
from foundation.settings import Network
from foundation.tasks import Tasks
from signalling.transport.http.client_address import is_proxy

_log = structlog.get_logger("signalling.connections")

SERVER = "Cloud Window"
"""What the `Server` header says: no versions."""
_BACKLOG = 512
_UNSENT_AT_MOST = 128 * 1024
"""Bytes that the kernel takes beyond what is under way, so that what waits here tells whether the peer reads."""
_RESET = struct.pack("ii", 1, 0)
_TRY_AGAIN_SECONDS = 1.0
K = TypeVar("K")


@dataclass(frozen=True)
class ConnectionLimits:
    """Counts are of connections, times are seconds, sizes are bytes.

    One client has a quarter of all places at most, so that others find some. It may be an office: 300 pages behind one
    address hold two connections each at rest, and six each, 1,800 in all, when all are loaded at once. Those that find
    no place wait until connections that nobody uses end, after `headers` seconds. A link of 64 kbit/s carries four
    times `least_body_a_second`.
    """

    at_most: int = 4096
    of_one_client: int = 1024
    opened_a_second: float = 100.0
    """By one client, beyond `opened_at_once`: what a stranger's new connections cost is some percent of a core."""
    opened_at_once: float = 512.0
    waiting_at_most: int = 3072
    """Connections without a place, which cost a descriptor and no more."""
    waiting_of_one_client: int = 1536
    wait: float = 30.0
    """For a place; whoever finds none until then is turned away."""
    handshake: float = 10.0
    """For TLS."""
    headers: float = 20.0
    """From the connection's beginning, or its last answer, to the end of the next request's headers."""
    body_silence: float = 20.0
    """Without a byte of a body that is being read."""
    least_body_a_second: int = 2048
    """Beyond the first `body_silence` seconds."""
    unwanted_body: float = 5.0
    """How long the rest of a body that nobody reads is taken, so that its sender gets to see the answer."""
    sweep: float = 20.0
    """How often connections are looked for whose peer does not take what is sent."""
    least_taken_a_second: int = 1024


class Places:
    """Counts connections, in all and by client, and those that wait for a place.

    A client is None for a proxy, which speaks for many; time comes in as an argument, in seconds.
    """

    def __init__(self, limits: ConnectionLimits) -> None:
        self._limits = limits
        self._opened = RateLimit(limits.opened_a_second, limits.opened_at_once)
        self._of_client: Counter[str] = Counter()
        self._waiting: Counter[str | None] = Counter()
        self.taken = 0
        self.waiting = 0

    def take(self, client: str | None, now: float) -> bool:
        """Takes a place unless there is none left, or the client opens connections too fast."""
        if self.taken >= self._limits.at_most:
            return False
        if client is not None:
            if self._of_client[client] >= self._limits.of_one_client or not self._opened.allow(client, now):
                return False
            self._of_client[client] += 1
        self.taken += 1
        return True

    def give_back(self, client: str | None) -> None:
        """Leaves a place to others."""
        self.taken -= 1
        if client is not None:
            _less(self._of_client, client)

    def begin_waiting(self, client: str | None) -> bool:
        """Lets a connection wait for a place, unless too many do."""
        limits = self._limits
        if self.waiting >= limits.waiting_at_most or self._waiting[client] >= limits.waiting_of_one_client:
            return False
        self._waiting[client] += 1
        self.waiting += 1
        return True

    def end_waiting(self, client: str | None) -> None:
        """A connection waits no longer."""
        self.waiting -= 1
        _less(self._waiting, client)


def _less(counted: Counter[K], key: K) -> None:
    counted[key] -= 1
    if not counted[key]:
        del counted[key]


class Connection(web.RequestHandler):
    """aiohttp's end of a connection, which tells when it is over and can be cut when its peer does not read."""

    __slots__ = ("_listener", "_stuck_with", "_to_peer", "ended")

    def __init__(self, listener: Listener) -> None:
        super().__init__(
            listener.server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=listener.limits.headers,
            lingering_time=listener.limits.unwanted_body,
            access_log=None,  # type: ignore[arg-type]
            # What a body inflates to has no bound; whoever sends an encoded one is refused.
            auto_decompress=False,
        )
        self._listener = listener
        self._to_peer: asyncio.Transport | None = None
        self._stuck_with: int | None = None
        self.ended = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins, with TLS when the handshake is done."""
        self._to_peer = cast(asyncio.Transport, transport)
        self._listener.open_connections.add(self)
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Ends, whoever ended it."""
        self._to_peer = None
        self.ended.set()
        self._listener.open_connections.discard(self)
        super().connection_lost(exc)

    def resume_writing(self) -> None:
        """The peer took most of what waited."""
        self._stuck_with = None
        super().resume_writing()

    def cut_if_stuck(self, least: int) -> None:
        """Ends the connection if its peer took less than `least` bytes of what waited at the last call."""
        to_peer = self._to_peer
        if to_peer is None or not (self.writing_paused or to_peer.is_closing()):
            self._stuck_with = None
            return
        # Nothing is added while writing is paused or the connection closes, so what is gone was taken.
        before, self._stuck_with = self._stuck_with, to_peer.get_write_buffer_size()
        if before is not None and before - self._stuck_with < least:
            to_peer.abort()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answers what is not HTTP in a word, without a trace in the log, which anybody could fill."""
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            answer = super().handle_error(request, status, exc, message)
        elif request.writer.output_size:
            raise ConnectionError("part of another answer is on its way")
        else:
            self._listener.malformed(one_client(request.remote or ""))
            answer = web.Response(status=status, text=HTTPStatus(status).phrase)
            answer.force_close()
        answer.headers["Server"] = SERVER
        return answer


class Listener:
    """Accepts connections for an application that was set up; `cleanup` ends them all."""

    def __init__(
        self,
        runner: web.AppRunner,
        limits: ConnectionLimits,
        trusted: Sequence[Network],
        malformed: Callable[[str], object],
    ) -> None:
        """`malformed` is told of each client that sends what is not HTTP."""
        assert runner.server is not None
        self._runner = runner
        self._trusted = trusted
        self._places = Places(limits)
        self._tasks = Tasks()
        self._sockets: list[socket.socket] = []
        self._unopened: set[socket.socket] = set()
        """Accepted, and not yet the transport's, which closes its own."""
        self.server = runner.server
        self.limits = limits
        self.malformed = malformed
        self.open_connections: set[Connection] = set()
        self.turned_away = 0
        """Connections that found no place."""
        self._tasks.supervise(self._sweep, name="sweep of connections")

    async def open(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        """Accepts connections at the address; raises `OSError` when it is taken."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, address in dict.fromkeys((one[0], one[4]) for one in found):
            listening = _listen(family, address)
            self._sockets.append(listening)
            self._tasks.supervise(partial(self._accept, listening, tls), name=f"accept at {host} {port}")

    async def cleanup(self) -> None:
        """Accepts no more, gives requests under way a moment, ends what is open."""
        await self._tasks.close()
        for one in (*self._sockets, *self._unopened):
            one.close()
        await self._runner.cleanup()

    async def _accept(self, listening: socket.socket, tls: ssl.SSLContext | None) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                connected, address = await loop.sock_accept(listening)
            except OSError as error:
                # Out of descriptors, for one: what others give back lets it go on.
                _log.warning("connection_not_accepted", reason=error.strerror)
                await asyncio.sleep(0.5)
                continue
            self._unopened.add(connected)
            client = None if is_proxy(address[0], self._trusted) else one_client(address[0])
            if self._places.take(client, loop.time()):
                self._tasks.spawn(self._connect(connected, client, tls), name="connection")
            elif self._places.begin_waiting(client):
                self._tasks.spawn(self._wait(connected, client, tls), name="connection that waits")
            else:
                self._turn_away(connected)

    async def _wait(self, connected: socket.socket, client: str | None, tls: ssl.SSLContext | None) -> None:
        """Nothing is read meanwhile, so that whoever waits costs next to nothing."""
        try:
            found = await self._found_place(client)
        finally:
            self._places.end_waiting(client)
        if found:
            await self._connect(connected, client, tls)
        else:
            self._turn_away(connected)

    async def _found_place(self, client: str | None) -> bool:
        clock = asyncio.get_running_loop().time
        until = clock() + self.limits.wait
        while clock() < until:
            await asyncio.sleep(_TRY_AGAIN_SECONDS)
            if self._places.take(client, clock()):
                return True
        return False

    def _turn_away(self, connected: socket.socket) -> None:
        self.turned_away += 1
        self._unopened.discard(connected)
        # A reset leaves nothing to wait for on this side.
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        connected.close()

    async def _connect(self, connected: socket.socket, client: str | None, tls: ssl.SSLContext | None) -> None:
        handshake = self.limits.handshake if tls else None
        made = Connection(self)
        self._unopened.discard(connected)
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: made, connected, ssl=tls, ssl_handshake_timeout=handshake
            )
            await made.ended.wait()
        except OSError as error:
            _log.debug("no_handshake", reason=str(error))
        finally:
            self._places.give_back(client)

    async def _sweep(self) -> None:
        least = int(self.limits.sweep * self.limits.least_taken_a_second)
        while True:
            await asyncio.sleep(self.limits.sweep)
            for connection in tuple(self.open_connections):
                connection.cut_if_stuck(least)


def _listen(family: int, address: tuple[object, ...]) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if hasattr(socket, "TCP_NOTSENT_LOWAT"):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_AT_MOST)
        listening.setblocking(False)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening
