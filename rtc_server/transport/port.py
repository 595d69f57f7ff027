"""The media port: one UDP socket and one TCP listener on the same number, for all participants.

What comes in is told apart by its first byte (RFC 7983). STUN finds its link by the user name, everything else by the
path it came over, which must have passed a check.
"""

from __future__ import annotations

import asyncio
import resource
import socket
from collections.abc import Callable
from typing import Final

import structlog

from rtc_server.media_core.rtp import FIXED_LENGTH, MTU
from rtc_server.transport.addresses import unpack_address
from rtc_server.transport.batch import SendBatch
from rtc_server.transport.intake import Intake
from rtc_server.transport.link import Link, Path
from rtc_server.transport.srtp import PacketBuffer
from rtc_server.transport.stun import read_request
from rtc_server.transport.tcp import TcpPath

_log: Final = structlog.get_logger("rtc_server.transport.port")

_ROUNDS: Final = 8
_HELD_SECONDS: Final = 0.001
"""The loop's clock has milliseconds, so it may take two."""
_SOCKET_BUFFER: Final = 4 * 1024 * 1024
_TCP_LINKS: Final = 1024
_TCP_CHECK_SECONDS: Final = 10.0
_TCP_STRANGE_FRAMES: Final = 64
"""What a connection may send before a check has passed over it: a client sends nothing but checks until then."""
_DESCRIPTORS: Final = 16_384
"""Open files that the process may have, as far as the system lets it: usual limits would be used up by TCP alone."""
_ATTEMPTS: Final = 20


class MediaPort:
    """Receives for every link and sends for every link; drops what nobody can be asked about."""

    def __init__(self, monotonic: Callable[[], float], chores: Callable[[float], None] = lambda now: None) -> None:
        """`chores` are done whenever something has come, since being woken for them would cost far more."""
        self.batch = SendBatch()
        self.bursts: list[Callable[[float], None]] = []
        """Who has packets in the buffers to send on; to be called once, before the buffers are used again."""
        self.held: set[Callable[[float], None]] = set()
        """Who may wait for more packets before sending on, but not longer than two milliseconds."""
        self._held_until: asyncio.TimerHandle | None = None
        self._intake = Intake()
        self.spare = self._intake.spare
        """Packets that nobody keeps any more, to be received into again."""
        self.receiving = self._intake.fresh()
        """What `datagram` fills."""
        self.datagrams_dropped = 0
        self._singles_failed = 0
        self.by_ufrag: dict[str, Link] = {}
        self.port = 0
        self._by_path: dict[Path, Link] = {}
        self._monotonic = monotonic
        self._chores = chores
        self._tcp_paths: dict[TcpPath, float] = {}
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._draining = False
        self._server: asyncio.Server | None = None

    @property
    def sends_failed(self) -> int:
        """Datagrams that the system did not take."""
        return self._singles_failed + self.batch.failed

    @property
    def tcp_links(self) -> int:
        """TCP connections that are open."""
        return len(self._tcp_paths)

    async def open(self, host: str, port: int) -> None:
        """Binds both; "::" takes IPv4 too, and port 0 any number that is free for both. Raises OSError."""
        loop = asyncio.get_running_loop()
        _allow_descriptors()
        udp, tcp = _bind(host, port)
        udp.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            udp.setsockopt(socket.SOL_SOCKET, option, _SOCKET_BUFFER)
        self._socket, self._loop = udp, loop
        self.port = udp.getsockname()[1]
        self.batch.open(udp)
        self._intake.open(udp)
        loop.add_reader(udp.fileno(), self._drain)
        self._server = await loop.create_server(self._accept, sock=tcp)

    async def close(self) -> None:
        """Closes both; what is still in the system's buffers is lost."""
        if self._socket is not None:
            self.batch.flush()
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        for path in tuple(self._tcp_paths):
            path.abort()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    def claim(self, path: Path, link: Link) -> None:
        """Gives what comes over this path to the link from now on."""
        before = self._by_path.get(path)
        if before is not None and before is not link:
            before.lost(path)
        self._by_path[path] = link

    def disclaim(self, path: Path, link: Link) -> None:
        """Takes it away again, if it is still the link's; a TCP connection is closed with it."""
        if self._by_path.get(path) is link:
            del self._by_path[path]
        if isinstance(path, TcpPath):
            path.abort()
        elif isinstance(path, bytes):
            self.batch.forget(path)

    def transmit(self, datagram: bytes, path: Path) -> None:
        """Sends at once, or drops and counts when the system will not take it."""
        if not isinstance(path, bytes):
            path.send(datagram)
            return
        try:
            assert self._socket is not None, "a path is known only of an open port"
            self._socket.sendto(datagram, unpack_address(path))
        except OSError:
            self._singles_failed += 1

    def send(self, lengths: list[int], path: Path) -> None:
        """Sends the packets in the batch's free buffers, with the others of their burst."""
        batch = self.batch
        if not isinstance(path, bytes):
            for at, length in enumerate(lengths, batch.used):
                path.send(batch.views[at][:length])
            return
        if not self._draining and not batch.used:
            assert self._loop is not None, "a path is known only of an open port"
            self._loop.call_soon(batch.flush)
        batch.add(lengths, path)

    def tick(self, now: float) -> None:
        """Closes TCP connections over which no check has passed in time."""
        late = [path for path, opened in self._tcp_paths.items() if now - opened > _TCP_CHECK_SECONDS]
        for path in late:
            if path not in self._by_path:
                path.abort()

    def datagram(self, datagram: bytes | bytearray, path: Path, now: float) -> None:
        """Takes one datagram of at most `RECEIVED_LENGTH`."""
        self.receiving.fill(datagram)
        self._take_from(path, [self.receiving], now)
        self._send_on(now)
        if self.receiving.kept:
            self.receiving = self._intake.fresh()
        self._settle(now)

    def tcp_opened(self, path: TcpPath) -> bool:
        """Notes a new TCP connection; of too many, the oldest that passed no check gives way. False when none is."""
        if len(self._tcp_paths) >= _TCP_LINKS:
            stranger = next((known for known in self._tcp_paths if known not in self._by_path), None)
            if stranger is None:
                return False
            self.tcp_closed(stranger)
            stranger.abort()
        self._tcp_paths[path] = self._monotonic()
        return True

    def tcp_closed(self, path: TcpPath) -> None:
        """Forgets a TCP connection."""
        self._tcp_paths.pop(path, None)
        link = self._by_path.pop(path, None)
        if link is not None:
            link.lost(path)

    def tcp_frame(self, path: TcpPath, frame: bytes | bytearray) -> None:
        """Takes one frame, which is at most an MTU."""
        self.datagram(frame, path, self._monotonic())
        if path not in self._by_path and path.frames > _TCP_STRANGE_FRAMES:
            path.abort()

    def _accept(self) -> TcpPath:
        return TcpPath(self)

    def _drain(self) -> None:
        """Takes what has arrived, but lets others run after some rounds; sends what came of each round together."""
        self._draining = True
        now = self._monotonic()
        try:
            for _ in range(_ROUNDS):
                self._take(now)
                if not self._intake.full:
                    break
                now = self._monotonic()
        finally:
            self._settle(now)
            self.batch.flush()
            self._draining = False

    def _take(self, now: float) -> None:
        try:
            for path, packets in self._intake.take():
                self._take_from(path, packets, now)
        finally:
            self._send_on(now)
            self.batch.flush()

    def _take_from(self, path: Path, packets: list[PacketBuffer], now: float) -> None:
        media: list[PacketBuffer] = []
        for packet in packets:
            if FIXED_LENGTH <= packet.length <= MTU and 127 < packet.data[0] < 192:
                media.append(packet)
            else:
                self._take_other(packet, path, now)
        if not media:
            return
        link = self._by_path.get(path)
        if link is None:
            self.datagrams_dropped += len(media)
        else:
            link.media(media, now)

    def _send_on(self, now: float) -> None:
        while self.bursts:
            burst = self.bursts.pop()
            self.held.discard(burst)
            burst(now)

    def _settle(self, now: float) -> None:
        if not self.held:
            self._hold_no_more()
        elif self._held_until is None:
            assert self._loop is not None, "nothing comes before the port is open"
            self._held_until = self._loop.call_later(_HELD_SECONDS, self._let_go)
        self._chores(now)

    def _hold_no_more(self) -> None:
        if self._held_until is not None:
            self._held_until.cancel()
            self._held_until = None

    def _let_go(self) -> None:
        self._held_until = None
        now = self._monotonic()
        while self.held:
            self.held.pop()(now)
        self.batch.flush()

    def _take_other(self, packet: PacketBuffer, path: Path, now: float) -> None:
        length = packet.length
        first = packet.data[0] if 0 < length <= MTU else -1
        if 0 <= first < 4:
            self._stun(bytes(packet.data[:length]), path, now)
        elif 19 < first < 64 and path in self._by_path:
            self._by_path[path].handshake(bytes(packet.data[:length]), path)
        else:
            self.datagrams_dropped += 1

    def _stun(self, datagram: bytes, path: Path, now: float) -> None:
        request = read_request(datagram)
        link = self.by_ufrag.get(request.ufrag) if request is not None else None
        if request is None or link is None:
            self.datagrams_dropped += 1
        else:
            link.check(request, path, now)


def _allow_descriptors() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(_DESCRIPTORS, hard)
    if soft not in (resource.RLIM_INFINITY, hard) and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _bind(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    if host == "::" and not socket.has_dualstack_ipv6():
        host = "0.0.0.0"  # noqa: S104 - what "::" asks for, where there is no IPv6
    for _ in range(_ATTEMPTS):
        bound = _bind_pair(host, port)
        if bound is not None:
            return bound
    raise OSError("no port is free for both UDP and TCP")


def _bind_pair(host: str, port: int) -> tuple[socket.socket, socket.socket] | None:
    """Both on the same number; None when the number that UDP got is another's for TCP."""
    udp = _socket(host, socket.SOCK_DGRAM, port)
    try:
        return udp, _socket(host, socket.SOCK_STREAM, udp.getsockname()[1])
    except OSError:
        udp.close()
        if port:
            raise
        return None


def _socket(host: str, kind: socket.SocketKind, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, kind)
    try:
        if kind == socket.SOCK_STREAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made
