"""Attacks that know more than an address: of parties with keys, of who can forge a party's address, of floods.

Each while a call of two standard clients runs: calls lost 0 (ASVS 5.0, V17.2).
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence

import pytest

from foundation.clock import SystemClock
from rtc_server.sessions.interface import MediaEvent, ParticipantDisconnected
from rtc_server.sessions.server import MediaServer
from rtc_server.transport.link import Link
from rtc_server.transport.srtp import PacketBuffer
from tests.integration.media.standard_client import Watcher
from tests.integration.media.test_hostile import CLIENT_HELLO, Attacker, attacker, call, inject
from tests.support.media_client import OPUS, VP8, MediaClient, _stun, _stun_attribute
from tests.support.party import PICTURE, SOUND, Party, party

__all__ = ["attacker", "call"]

FLOOD = """
import socket, sys, time
opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
opened.connect(("127.0.0.1", int(sys.argv[1])))
kinds = [b"", b"\\x80\\x60" + bytes(1000), bytes(20), b"\\x16\\xfe\\xfd" + bytes(200), b"\\x00\\x01" + bytes(98)]
end, sent = time.monotonic() + float(sys.argv[2]), 0
while time.monotonic() < end:
    for _ in range(100):
        try:
            opened.send(kinds[sent % 5])
        except (BlockingIOError, ConnectionRefusedError):
            pass
        sent += 1
    time.sleep(0.002)
print(sent)
"""


def link_of(media: MediaServer, name: str) -> Link:
    return media._participants[name].link


def from_path(media: MediaServer, name: str, datagram: bytes) -> None:
    """As if it came from this party's own address."""
    port, path = media._port, link_of(media, name).path
    assert path is not None
    port.datagram(datagram, path, SystemClock().monotonic())


async def test_hellos_thrown_before_the_handshake_do_not_win_the_race(
    media: MediaServer, call: Watcher, attacker: Attacker
) -> None:
    for number in range(5):
        attacker.throw(*[CLIENT_HELLO] * 20)
        async with party(media, f"late-{number}") as late:
            await late.join("hall")
            attacker.throw(*[CLIENT_HELLO] * 20)
            await late.connected()
            attacker.throw(*[CLIENT_HELLO] * 20)
            await late.hears()
    await call.goes_on(5)


RUBBISH = {
    "alert": b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28",
    "goodbye": b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x01\x00",
    "empty": b"",
    "one byte": b"\x16",
    "cut short": CLIENT_HELLO[:30],
    "rubbish": b"\x16\xfe\xfd" + bytes(8) + b"\x00\x30" + bytes(range(48)),
    "data": b"\x17\xfe\xfd\x00\x01" + bytes(6) + b"\x00\x10" + bytes(16),
}


@pytest.mark.parametrize("kind", RUBBISH)
async def test_a_handshake_survives_rubbish_from_its_own_address(kind: str, media: MediaServer, call: Watcher) -> None:
    async with party(media, "shaking") as shaking:
        await shaking.join("hall")
        await shaking.until(lambda: link_of(media, "shaking").path is not None)
        for _ in range(3):
            from_path(media, "shaking", RUBBISH[kind])
            await asyncio.sleep(0.002)
        await shaking.connected()
        await shaking.hears()
    await call.goes_on(5)


async def test_a_hello_forged_from_its_own_address_costs_a_party_one_more_offer(
    media: MediaServer, call: Watcher
) -> None:
    """Nothing in DTLS tells it from the party's own: what matters is that the next offer connects."""
    async with party(media, "shaking") as shaking:
        await shaking.join("hall")
        await shaking.until(lambda: link_of(media, "shaking").path is not None)
        # It hears nothing more: the alert that it may get is not what this looks at.
        shaking.paused = True
        from_path(media, "shaking", CLIENT_HELLO)
        await asyncio.sleep(0.1)
    async with party(media, "shaking") as again:
        await again.join("hall")
        await again.connected()
        await again.hears()
    await call.goes_on(5)


async def test_a_wrong_fingerprint_ends_the_connection_before_anything_is_forwarded(
    media: MediaServer, events: list[MediaEvent], call: Watcher
) -> None:
    async with party(media, "other") as other:
        await other.join("hall", lambda sdp: _other_fingerprint(sdp))
        await other.until(lambda: any(isinstance(event, ParticipantDisconnected) for event in events))
        ended = [event for event in events if isinstance(event, ParticipantDisconnected)]
        assert [(event.participant_id, event.reason) for event in ended] == [("other", "handshake_failed")]
        assert "other" not in media._participants
        if other.client.connected:
            other.speak(20)
        await asyncio.sleep(0.2)
        assert other.received == 0
    await call.goes_on(5)


def _other_fingerprint(sdp: str) -> str:
    return re.sub(r"(?<=a=fingerprint:sha-256 )..", "00", sdp)


async def test_packets_of_a_party_changed_on_the_way_are_dropped(media: MediaServer, call: Watcher) -> None:
    """Any byte, any length: SRTP and SRTCP are believed whole or not at all."""
    port, caught = media._port, []
    path, link = max(port._by_path.items(), key=lambda item: item[1].packets_received)

    class Tap:
        def media(self, packets: Sequence[PacketBuffer], now: float) -> None:
            caught.extend(bytes(packet.data[: packet.length]) for packet in packets)

    port._by_path[path] = Tap()
    await asyncio.sleep(0.4)
    port._by_path[path] = link
    chance = random.Random(3)
    before, sent = media.statistics().datagrams_dropped, media.statistics().packets_sent
    assert len(caught) > 4
    changed = 0
    for packet in caught:
        for at in (1, 2, 4, 8, 12, len(packet) // 2, len(packet) - 1):
            spoilt = bytearray(packet)
            spoilt[at] ^= chance.choice((1, 0x10, 0x80)) if at != 1 else 1
            for one in (bytes(spoilt), packet[:-1], packet[: chance.randrange(12, len(packet))], packet + b"\0"):
                changed += 1
                port.datagram(one, path, SystemClock().monotonic())
    assert media.statistics().datagrams_dropped == before + changed
    assert media.statistics().packets_sent == sent
    await call.goes_on(5)


def extended(elements: bytes, profile: int = 0xBEDE) -> bytes:
    """A header extension of whole words, whatever is in it."""
    elements += bytes(-len(elements) % 4)
    return struct.pack(">HH", profile, len(elements) // 4) + elements


MALFORMED = {
    "element runs over": (0x90, extended(b"\x3f\x01\x02\x03")),
    "element of id 15": (0x90, extended(b"\xf1\x01\x02\x03")),
    "nothing but padding": (0x90, extended(bytes(12))),
    "two-byte cut short": (0x90, extended(b"\x03\xff\x00\x01", 0x1000)),
    "two-byte id alone": (0x90, extended(b"\x00\x00\x00\x03", 0x1000)),
    "unknown profile": (0x90, extended(b"\x31\x00\x01\x02", 0x4242)),
    "fifteen sources": (0x8F, bytes(60)),
    "mid of nobody": (0x90, extended(b"\x42\xff\xfe\xfd")),
    "padding over all": (0xA0, b""),
}


@pytest.mark.parametrize("kind", MALFORMED)
async def test_malformed_headers_of_a_party_with_keys_do_no_harm(kind: str, media: MediaServer, call: Watcher) -> None:
    first, head = MALFORMED[kind]
    chance = random.Random(2)
    async with party(media, "hostile") as hostile:
        await hostile.join("hall")
        await hostile.connected()
        received = media.statistics().packets_received
        for number in range(100):
            for payload_type, ssrc in ((OPUS, SOUND), (VP8, PICTURE), (97, 7), (VP8, 1000 + number)):
                start = struct.pack(">BBHII", first, payload_type, number, number * 960, ssrc) + head
                hostile.client.send(start + chance.randbytes(chance.choice((1, 2, 3, 9))) + b"\xff")
        await hostile.until(lambda: media.statistics().packets_received >= received + 400)
        hostile.client.send_rtcp(struct.pack(">BBHI", 0x81, 205, 1, 5))
        hostile.client.send_rtcp(struct.pack(">BBHI", 0x9F, 200, 1, 5))
        await hostile.hears()
    await call.goes_on(5)


async def test_a_party_that_floods_with_keys_is_held_to_its_share(media: MediaServer, call: Watcher) -> None:
    async with party(media, "loud") as loud:
        await loud.join("hall")
        await loud.connected()
        before = media.statistics().packets_received
        for _ in range(30):
            loud.speak(50)
            await asyncio.sleep(0)
        await call.goes_on(5)
        assert media.statistics().packets_received > before + 100
    await call.goes_on(5)


async def test_a_flood_from_outside_does_not_end_a_call(media: MediaServer, call: Watcher) -> None:
    before = media.statistics().datagrams_dropped
    flood = await asyncio.create_subprocess_exec(
        sys.executable, "-c", FLOOD, str(media.port), "2", stdout=subprocess.PIPE
    )
    said, _ = await flood.communicate()
    assert int(said) > 5_000
    assert media.statistics().datagrams_dropped > before + 1_000
    await call.goes_on(5)


def check(client: MediaClient, password: str) -> bytes:
    ufrag = client._remote[0]
    body = _stun_attribute(0x0006, f"{ufrag}:x".encode()) + _stun_attribute(0x0025, b"")
    return _stun(1, random.Random(str(random.random())).randbytes(12), body, password)


async def test_checks_without_the_password_neither_move_a_call_nor_use_up_its_own(
    media: MediaServer, call: Watcher, attacker: Attacker
) -> None:
    async with party(media, "known") as known:
        await known.join("hall")
        await known.connected()
        link = link_of(media, "known")
        path = link.path
        for _ in range(5):
            attacker.throw(*(check(known.client, "wrong") for _ in range(100)))
            await asyncio.sleep(0.02)
        passed = known.client.checks_passed
        known.client._next_check = 0.0
        await known.until(lambda: known.client.checks_passed > passed)
        assert link.path == path
        await known.hears()
    await call.goes_on(5)


async def test_a_check_that_was_overheard_moves_nothing_when_it_is_repeated_from_elsewhere(
    media: MediaServer, call: Watcher
) -> None:
    async with party(media, "known") as known:
        await known.join("hall")
        await known.connected()
        link = link_of(media, "known")
        path = link.path
        overheard = known.client._check()
        passed = known.client.checks_passed
        known.client.socket.send(overheard)
        await known.until(lambda: known.client.checks_passed > passed)
        dropped = media.statistics().datagrams_dropped
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
            elsewhere.sendto(overheard, ("127.0.0.1", media.port))
            await known.until(lambda: media.statistics().datagrams_dropped > dropped)
        assert link.path == path
        assert len(link._paths) == 1
        await known.hears()
    await call.goes_on(5)


async def test_strangers_that_take_every_tcp_place_do_not_keep_a_party_out(media: MediaServer, call: Watcher) -> None:
    strangers = []
    loop = asyncio.get_running_loop()
    for _ in range(1100):
        opened = socket.socket()
        opened.setblocking(False)
        strangers.append(opened)
        # Not blocking: it is this loop that accepts.
        await loop.sock_connect(opened, ("127.0.0.1", media.port))
    await asyncio.sleep(0.2)
    assert media.statistics().tcp_links == 1024
    async with party(media, "behind-tcp", over="tcp") as late:
        await late.join("hall")
        await late.connected()
        await late.hears()
    for opened in strangers:
        opened.close()
    await call.goes_on(5)


async def test_a_party_that_stops_reading_its_tcp_connection_holds_nobody_up(media: MediaServer, call: Watcher) -> None:
    async with party(media, "slow", over="tcp") as slow, party(media, "speaker") as speaker:
        await slow.join("hall")
        await speaker.join("hall")
        await asyncio.gather(slow.connected(), speaker.connected())
        slow.paused = True
        path = link_of(media, "slow").path
        for _ in range(150):
            speaker.speak(20)
            await asyncio.sleep(0.005)
        assert path is not None
        assert not isinstance(path, bytes)
        assert path._transport.get_write_buffer_size() < 300_000
        await call.goes_on(5)
        slow.paused = False
        slow.client._next_check = 0.0
        await slow.hears()


async def test_frames_of_every_length_over_tcp_do_no_harm(media: MediaServer, call: Watcher) -> None:
    async with party(media, "framing", over="tcp") as framing:
        await framing.join("hall")
        await framing.connected()
        for piece in (b"\0\0" * 50, b"\0\1\x80", b"\0\x0c" + b"\x80" * 12, b"\x05\xdc" + b"\x16" * 1500):
            for octet in piece:
                framing.client.socket.send(bytes((octet,)))
        await framing.hears()
        framing.client.socket.send(b"\xff\xff" + bytes(10))
        await framing.until(lambda: media.statistics().tcp_links == 0)
    await call.goes_on(5)


async def test_the_datagrams_of_strangers_are_not_answered(media: MediaServer, call: Watcher) -> None:
    """Nothing comes back that could be sent on to somebody else."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.setblocking(False)
        for datagram in (CLIENT_HELLO, bytes(20), b"\x80" * 100, struct.pack(">HHI", 1, 0, 0x2112A442) + bytes(12)):
            stranger.sendto(datagram, ("127.0.0.1", media.port))
        await asyncio.sleep(0.2)
        with pytest.raises(BlockingIOError):
            stranger.recv(2048)
    inject(media, CLIENT_HELLO)
    await call.goes_on(5)


async def test_a_packet_of_the_full_mtu_arrives_whole(media: MediaServer) -> None:
    async with party(media, "sender") as sender, party(media, "viewer") as viewer:
        await sender.join("hall")
        await viewer.join("hall")
        await asyncio.gather(sender.connected(), viewer.connected())
        arrived: list[bytes] = []
        viewer.client.received = lambda packet: arrived.append(viewer.client.unprotect(packet))
        body = bytes.fromhex("9080802a10020000009d012a40010001")
        body += random.Random(1).randbytes(1500 - 16 - 12 - len(body))
        await send_until(sender, viewer, body, arrived)
        assert any(packet[12:] == body for packet in arrived)


async def send_until(sender: Party, viewer: Party, body: bytes, arrived: list[bytes]) -> None:
    for number in range(100):
        # libsrtp itself, since pylibsrtp's own session takes no more than 1356 bytes.
        head = struct.pack(">BBHII", 0x80, VP8, number, number * 960, PICTURE)
        sender.client.socket.send(protected(sender, head + body))
        await asyncio.sleep(0.02)
        if arrived:
            return


def protected(sender: Party, packet: bytes) -> bytes:
    from pylibsrtp._binding import ffi, lib

    room = ffi.new("char[]", 2048)
    ffi.memmove(room, packet, len(packet))
    length = ffi.new("int *", len(packet))
    assert sender.client._send_srtp is not None
    assert lib.srtp_protect(sender.client._send_srtp._srtp[0], room, length) == 0
    assert length[0] == 1500
    return bytes(ffi.buffer(room, length[0]))
