"""Whatever is thrown at the media port, by whomever: calls lost 0 (ASVS 5.0, V17.2)."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator, Callable, Sequence

import pytest

from foundation.clock import SystemClock
from foundation.identifiers import SystemIdentifiers
from rtc_server.sessions.server import MediaServer
from rtc_server.transport.srtp import RECEIVED_LENGTH, PacketBuffer
from rtc_server.whip import WhipResources
from tests.integration.media.standard_client import Watcher, accept, sending, watching

CLIENT_HELLO = bytes.fromhex(
    "16feff0000000000000000007a0100006e000000000000006efefd" + "5a" * 32 + "000000"
    "0004c02bc00a01000040000b000403000102000a000c000a001d0017001e00190018"
    "000e000b000800070008000100020000"
) + bytes(40)


@pytest.fixture
async def call(media: MediaServer) -> AsyncIterator[Watcher]:
    whip = WhipResources(media, SystemIdentifiers(SystemClock()))
    sender, offer = await sending(5)
    await accept(sender, (await whip.create_ingest("sender", "hall", offer)).sdp)
    viewer, offer, watcher = await watching()
    await accept(viewer, (await whip.create_viewer("viewer", "hall", offer)).sdp)
    try:
        await watcher.goes_on(5, frames=3)
        yield watcher
        await watcher.goes_on(5)
        assert media.statistics().connected == 2
    finally:
        # Left open, a foreign client's sockets would hold uvloop for ever when its loop is closed.
        watcher.stop()
        await asyncio.gather(sender.close(), viewer.close())


class Attacker:
    """Sends to the media port from addresses of its own, or from those of the parties."""

    def __init__(self, media: MediaServer) -> None:
        self.chance = random.Random(5)
        self._port = media.port
        self._sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(4)]

    def throw(self, *datagrams: bytes) -> None:
        for datagram in datagrams:
            self.chance.choice(self._sockets).sendto(datagram, ("127.0.0.1", self._port))

    def close(self) -> None:
        for opened in self._sockets:
            opened.close()


@pytest.fixture
def attacker(media: MediaServer) -> AsyncIterator[Attacker]:
    made = Attacker(media)
    yield made
    made.close()


def inject(media: MediaServer, datagram: bytes) -> None:
    """As if it came from a party's own address: what a forged source address on the wire amounts to."""
    port = media._port
    for path in tuple(port._by_path):
        port.datagram(datagram[:RECEIVED_LENGTH], path, SystemClock().monotonic())


def rtp(chance: random.Random, length: int) -> bytes:
    return struct.pack(">BBHII", 0x80, 96, chance.randrange(1 << 16), 0, 1234) + chance.randbytes(length)


FORGED: dict[str, Callable[[random.Random], bytes]] = {
    "empty": lambda chance: b"",
    "3000 bytes": lambda chance: b"\x80" * 3000,
    "3000 random bytes": lambda chance: chance.randbytes(3000),
    "random bytes": lambda chance: chance.randbytes(chance.randrange(1, 1400)),
    "one byte": lambda chance: bytes((chance.randrange(256),)),
    "client hello": lambda chance: CLIENT_HELLO,
    "dtls rubbish": lambda chance: b"\x16\xfe\xfd" + chance.randbytes(60),
    "dtls alert": lambda chance: b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x01\x00",
    "rtp": lambda chance: rtp(chance, 900),
    "rtcp": lambda chance: b"\x81\xc9\x00\x07" + chance.randbytes(40),
    "stun": lambda chance: struct.pack(">HHI", 1, 8, 0x2112A442) + chance.randbytes(20),
}


@pytest.mark.parametrize("kind", FORGED)
async def test_a_call_survives_forged_datagrams(
    kind: str, media: MediaServer, call: Watcher, attacker: Attacker
) -> None:
    before = media.statistics().datagrams_dropped
    for _ in range(20):
        attacker.throw(*(FORGED[kind](attacker.chance) for _ in range(25)))
        await asyncio.sleep(0.005)
    await call.goes_on(5)
    assert media.statistics().datagrams_dropped >= before + 400


@pytest.mark.parametrize("kind", [kind for kind in FORGED if "3000" not in kind])
async def test_a_call_survives_them_from_a_partys_own_address(kind: str, media: MediaServer, call: Watcher) -> None:
    chance = random.Random(6)
    for _ in range(200):
        inject(media, FORGED[kind](chance))
    await call.goes_on(5)


async def test_a_repeated_packet_is_not_forwarded_twice(media: MediaServer, call: Watcher) -> None:
    port, caught = media._port, []
    path, link = max(port._by_path.items(), key=lambda item: item[1].packets_received)

    class Tap:
        def media(self, packets: Sequence[PacketBuffer], now: float) -> None:
            caught.extend(bytes(packet.data[: packet.length]) for packet in packets)
            link.media(packets, now)

    port._by_path[path] = Tap()
    await call.goes_on(5)
    port._by_path[path] = link
    sent, dropped = media.statistics().packets_sent, media.statistics().datagrams_dropped
    for datagram in caught:
        port.datagram(datagram, path, SystemClock().monotonic())
    assert len(caught) >= 8
    assert media.statistics().packets_sent == sent
    assert media.statistics().datagrams_dropped == dropped + len(caught)


async def test_malformed_rtcp_of_a_party_itself_does_no_harm(media: MediaServer, call: Watcher) -> None:
    chance = random.Random(8)
    for participant in media._participants.values():
        ours = [slot.out.ssrc for slot in participant.slots.values()] or [1]
        for _ in range(500):
            kind = chance.choice((200, 201, 202, 203, 205, 206))
            body = struct.pack(">I", chance.choice(ours)) + chance.randbytes(4 * chance.randrange(1, 30))
            words = len(body) // 4 + chance.choice((0, 0, 1, -1, 1000))
            participant.feedback.take(struct.pack(">BBH", 0x80 | chance.randrange(32), kind, words) + body, 0.0)
    await call.goes_on(5)


async def test_forged_hellos_during_the_handshake_do_not_stop_it(media: MediaServer, attacker: Attacker) -> None:
    whip = WhipResources(media, SystemIdentifiers(SystemClock()))
    connected = 0
    for _ in range(10):
        sender, offer = await sending(5)
        answer = await whip.create_ingest("sender", "hall", offer)
        accepting = asyncio.ensure_future(accept(sender, answer.sdp))
        async with asyncio.timeout(5):
            while sender.connectionState != "connected":
                attacker.throw(CLIENT_HELLO, b"", b"\x16")
                await asyncio.sleep(0.002)
        await accepting
        connected += 1
        await sender.close()
    assert connected == 10


async def test_a_tcp_connection_that_never_checks_or_frames_too_long_is_cut(media: MediaServer, call: Watcher) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", media.port)
    writer.write(b"\xff\xff" + bytes(100))
    assert await asyncio.wait_for(reader.read(), 2) == b""
    writer.close()
    frames = b"".join(struct.pack(">H", size) + bytes((0x80,)) * size for size in (0, 1, 11, 12, 1500))
    reader, writer = await asyncio.open_connection("127.0.0.1", media.port)
    writer.write(frames)
    await call.goes_on(5)
    media._port.tick(SystemClock().monotonic() + 11)
    assert await asyncio.wait_for(reader.read(), 2) == b""
    writer.close()


async def test_one_address_cannot_take_more_than_its_share(media: MediaServer, call: Watcher) -> None:
    dropped = media.statistics().datagrams_dropped
    chance = random.Random(9)
    path = next(iter(media._port._by_path))
    for _ in range(12_000):
        datagram = rtp(chance, 20)
        media._port.datagram(datagram, path, SystemClock().monotonic())
    assert media.statistics().datagrams_dropped == dropped + 12_000
    await asyncio.sleep(1.1)
    await call.goes_on(5)
