"""Media over TCP for networks that let no UDP through: frames of two bytes of length (RFC 4571, RFC 6544)."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol, cast

from rtc_server.media_core.rtp import MTU

_BEHIND: Final = 256 * 1024


class FramePort(Protocol):
    """What takes the frames."""

    def tcp_opened(self, path: TcpPath) -> bool:
        """Notes a new connection; False when it is one too many."""
        ...

    def tcp_closed(self, path: TcpPath) -> None:
        """Forgets it."""
        ...

    def tcp_frame(self, path: TcpPath, frame: bytes | bytearray) -> None:
        """Takes one frame."""
        ...


class TcpPath(asyncio.Protocol):
    """One TCP connection; a peer that does not read loses packets, one that sends too long a frame is cut."""

    def __init__(self, port: FramePort) -> None:
        self._port = port
        self._pending = bytearray()
        self._transport: asyncio.Transport | None = None
        self.frames = 0
        """How many have come."""
        self.peer: tuple[str, int] = ("0.0.0.0", 0)  # noqa: S104 - nobody yet

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Asyncio's."""
        # uvloop's transports are not derived from asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self.peer = (peer[0], peer[1])
        if not self._port.tcp_opened(self):
            self.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """Asyncio's."""
        self._transport = None
        self._port.tcp_closed(self)

    def data_received(self, data: bytes) -> None:
        """Asyncio's."""
        if self._transport is None:
            return
        pending = self._pending
        pending += data
        at = 0
        while len(pending) - at >= 2 and self._transport is not None:
            length = pending[at] << 8 | pending[at + 1]
            if length > MTU:
                self.abort()
                return
            if len(pending) - at < 2 + length:
                break
            self.frames += 1
            self._port.tcp_frame(self, pending[at + 2 : at + 2 + length])
            at += 2 + length
        del pending[:at]

    def send(self, datagram: memoryview | bytes) -> None:
        """Frames and sends it; drops it when more than 256 KiB wait already."""
        transport = self._transport
        if transport is None or transport.get_write_buffer_size() > _BEHIND:
            return
        transport.write(len(datagram).to_bytes(2, "big") + bytes(datagram))

    def abort(self) -> None:
        """Cuts the connection; what it has sent already is not looked at."""
        transport, self._transport = self._transport, None
        if transport is not None:
            transport.abort()
