"""The bad line of the network benchmark, with real sockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.support.relay import Relay
from tests.support.weather import Weather

_BACK = 0.25
"""Seconds in which a TCP connection's repeat after a short cut is due, and half a second in which it must be there."""


class Echo(asyncio.DatagramProtocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.transport.sendto(data, addr)


class Hearer(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.heard.put_nowait(data)


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(1000):
        writer.write(piece)
    writer.close()


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    loop = asyncio.get_running_loop()
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport, _ = await loop.create_datagram_endpoint(Echo, local_addr=("127.0.0.1", port))
    opened = Relay(("127.0.0.1", port), ("127.0.0.1", port), seed=1)
    await opened.open()
    yield opened
    await opened.close()
    server.close()
    transport.close()


async def test_datagrams_pass_late_and_not_at_all_in_a_cut(relay: Relay) -> None:
    loop = asyncio.get_running_loop()
    transport, hearer = await loop.create_datagram_endpoint(Hearer, remote_addr=("127.0.0.1", relay.media_port))
    relay.change(Weather(delay=0.03))
    began = loop.time()
    transport.sendto(b"first")
    assert await hearer.heard.get() == b"first"
    assert loop.time() - began >= 0.06
    relay.cut()
    transport.sendto(b"lost")
    await asyncio.sleep(0.1)
    relay.mend()
    transport.sendto(b"second")
    assert await hearer.heard.get() == b"second"
    transport.close()


@pytest.mark.parametrize("port", ["web_port", "media_port"])
async def test_a_connection_stalls_in_a_cut_and_goes_on_after_it(relay: Relay, port: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", getattr(relay, port))
    writer.write(b"before")
    assert await reader.readexactly(6) == b"before"
    relay.cut()
    writer.write(b"during")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(1), 0.1)
    relay.mend()
    assert await asyncio.wait_for(reader.readexactly(6), _BACK + 0.5) == b"during"
    writer.write_eof()
    assert await reader.read() == b""
    writer.close()


async def test_a_connection_begun_in_a_cut_opens_at_its_next_repeat(relay: Relay) -> None:
    loop = asyncio.get_running_loop()
    relay.cut()
    began = loop.time()
    reader, writer = await asyncio.open_connection("127.0.0.1", relay.web_port)
    writer.write(b"hello")
    await asyncio.sleep(0.1)
    relay.mend()
    assert await reader.readexactly(5) == b"hello"
    assert 0.95 < loop.time() - began < 2
    writer.close()
