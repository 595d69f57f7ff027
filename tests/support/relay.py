"""A bad line between one browser and the service: a relay for its web and media ports, in this process.

This machine's kernel has no netem, so what netem does is done here. UDP packets are lost and late; on TCP, whose
segments cannot be seen from here, a loss costs the time of its repeats. In a cut nothing passes; TCP connections stall
and come back at their next repeat, so that an old connection comes back later than a new one, as on a real line.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from contextlib import suppress
from typing import Any

from tests.support.weather import Line, Weather, repeated, syn_repeated

_PIECE = 16 * 1024
_PIECES = 16
_CLIENTS = 64
_BUFFER = 1024 * 1024

Address = tuple[str, int]
Pieces = asyncio.Queue[tuple[bytes, float, float]]
"""What was read, when, and when it arrives if no cut comes between; empty at the stream's end."""


class Relay:
    """Listens on ports of its own, whose numbers a browser is to use in place of the service's."""

    def __init__(self, web: Address, media: Address, seed: int) -> None:
        self.up = Line(Weather(), seed)
        """From the browser to the service."""
        self.down = Line(Weather(), seed + 1)
        self.web_port = 0
        self.media_port = 0
        self.counts: Counter[str] = Counter()
        """Datagrams and octets passed and lost, by direction."""
        self._targets = web, media
        self._mended = asyncio.Event()
        self._mended.set()
        self._mended_at = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._servers: list[asyncio.Server] = []
        self._datagrams = _Datagrams(self, media)

    async def open(self) -> None:
        """Begins to relay."""
        web, media = self._targets
        self.media_port = await self._listen(media, self._datagrams.open())
        self.web_port = await self._listen(web, _listening())

    async def close(self) -> None:
        """Cuts every connection and lets go of the ports."""
        self._datagrams.close()
        for server in self._servers:
            server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def change(self, up: Weather, down: Weather | None = None) -> None:
        """Both directions do like this from now on, the second as the first when it is not given."""
        self.up.weather, self.down.weather = up, down or up

    def cut(self) -> None:
        """Lets nothing pass any more."""
        self.up.up = self.down.up = False
        self._mended.clear()

    def mend(self) -> None:
        """Ends a cut."""
        self._mended_at = asyncio.get_running_loop().time()
        self.up.up = self.down.up = True
        self._mended.set()

    async def _listen(self, target: Address, listening: socket.socket) -> int:
        def accepted(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._spawn(self._connection(target, reader, writer))

        server = await asyncio.start_server(accepted, sock=listening, limit=_PIECE)
        self._servers.append(server)
        return _port(listening)

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _connection(self, target: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            if self._mended.is_set():
                await self._until(self.up.opening(begun))
            await self._mended.wait()
            await self._until(syn_repeated(begun, self._mended_at) if begun < self._mended_at else begun)
            far_reader, far_writer = await asyncio.open_connection(*target, limit=_PIECE)
        except OSError:
            writer.close()
            return
        # A reset on one side resets the other; the end of one direction leaves the other open.
        try:
            async with asyncio.TaskGroup() as group:
                for line, source, sink in ((self.up, reader, far_writer), (self.down, far_reader, writer)):
                    pieces: Pieces = asyncio.Queue(_PIECES)
                    group.create_task(self._receive(line, source, pieces))
                    group.create_task(self._deliver(pieces, sink))
        except* OSError:
            pass
        finally:
            writer.close()
            far_writer.close()

    async def _receive(self, line: Line, reader: asyncio.StreamReader, pieces: Pieces) -> None:
        piece = b"begun"
        while piece:
            piece = await reader.read(_PIECE)
            now = asyncio.get_running_loop().time()
            await pieces.put((piece, now, line.stream(len(piece), now)))

    async def _deliver(self, pieces: Pieces, writer: asyncio.StreamWriter) -> None:
        piece = b"begun"
        while piece:
            piece, sent, arrival = await pieces.get()
            await self._until(arrival)
            while not self._mended.is_set():
                await self._mended.wait()
                await self._until(repeated(sent, self._mended_at))
            writer.write(piece)
            await writer.drain()
        writer.write_eof()

    async def _until(self, moment: float) -> None:
        wait = moment - asyncio.get_running_loop().time()
        if wait > 0:
            await asyncio.sleep(wait)


class _Datagrams:
    """The UDP side: a socket towards the service for each of the browser's."""

    def __init__(self, relay: Relay, target: Address) -> None:
        self._relay = relay
        self._target = target
        self._clients: dict[Address, socket.socket] = {}
        self._front = _socket()

    def open(self) -> socket.socket:
        """Begins to pass datagrams; gives the TCP socket of the same port number."""
        listening = _listening()
        while True:
            try:
                self._front.bind(("127.0.0.1", _port(listening)))
                break
            except OSError:
                # Another socket has this number for UDP; the next one is held before this one is let go.
                taken, listening = listening, _listening()
                taken.close()
        asyncio.get_running_loop().add_reader(self._front, self._from_clients)
        return listening

    def close(self) -> None:
        for end in (self._front, *self._clients.values()):
            asyncio.get_running_loop().remove_reader(end)
            end.close()

    def _from_clients(self) -> None:
        with suppress(BlockingIOError):
            while True:
                data, client = self._front.recvfrom(2048)
                back = self._clients.get(client) or self._meet(client)
                self._pass("up", data, back, self._target)

    def _from_service(self, client: Address) -> None:
        back = self._clients[client]
        with suppress(BlockingIOError):
            while True:
                self._pass("down", back.recv(2048), self._front, client)

    def _pass(self, way: str, data: bytes, out: socket.socket, to: Address) -> None:
        relay = self._relay
        loop = asyncio.get_running_loop()
        now = loop.time()
        line = relay.up if way == "up" else relay.down
        arrival = line.datagram(len(data), now)
        relay.counts[f"{way} {'lost' if arrival is None else 'passed'}"] += 1
        if arrival is None:
            return
        relay.counts[f"{way} octets"] += len(data)
        if arrival <= now:
            _send(out, data, to)
        else:
            loop.call_at(arrival, _send, out, data, to)

    def _meet(self, client: Address) -> socket.socket:
        loop = asyncio.get_running_loop()
        if len(self._clients) >= _CLIENTS:
            oldest = self._clients.pop(next(iter(self._clients)))
            loop.remove_reader(oldest)
            oldest.close()
        back = self._clients[client] = _socket()
        back.bind(("127.0.0.1", 0))
        loop.add_reader(back, self._from_service, client)
        return back


def _socket() -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.setblocking(False)
    for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        made.setsockopt(socket.SOL_SOCKET, option, _BUFFER)
    return made


def _listening() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


def _port(bound: socket.socket) -> int:
    return int(bound.getsockname()[1])


def _send(out: socket.socket, data: bytes, to: Address) -> None:
    """Sends, or drops as the network would: the system's buffer is full, or the other end is gone."""
    with suppress(OSError):
        out.sendto(data, to)
