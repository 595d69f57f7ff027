"""A browser's redundant sound, taken apart for everybody: nothing twice, nothing of what could be saved is missing."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from foundation.clock import ManualClock
from rtc_server.media_core.packet import Packet
from rtc_server.media_core.redundancy import RedundancyEncoder
from rtc_server.sessions.connecting import Connector
from rtc_server.sessions.interface import MediaOffer, MediaSettings, SourceInfo, SourceKind
from rtc_server.sessions.participant import Participant
from rtc_server.sessions.sdp import read_offer
from rtc_server.sessions.source import Source
from rtc_server.transport.link import DownReason
from rtc_server.transport.port import MediaPort

CHROMIUM = (Path(__file__).parent / "offers" / "chromium.sdp").read_bytes().decode()
MICROPHONE, RED, OPUS = 3415938837, 63, 111
FIRST = 65_500


class Watcher:
    def came_up(self, participant: Participant) -> None: ...

    def went_down(self, participant: Participant, reason: DownReason) -> None: ...

    def started(self, participant: Participant, source: Source) -> None: ...

    def stopped(self, participant: Participant, source: Source) -> None: ...

    def allocation_changed(self, participant: Participant) -> None: ...


class Sink:
    """Keeps what a recorder would."""

    def __init__(self) -> None:
        self.packets: list[bytes] = []

    def packet(self, source: SourceInfo, packet: Packet, arrival: float) -> None:
        assert source.codec == "opus"
        self.packets.append(bytes(packet.data[: packet.length]))

    def sender_report(self, source: SourceInfo, ntp: float, timestamp: int, arrival: float) -> None: ...

    def ended(self, source: SourceInfo) -> None: ...

    @property
    def heard(self) -> list[tuple[int, int, bytes]]:
        """Sequence number, timestamp and sound of each packet."""
        found = []
        for packet in self.packets:
            _, second, sequence, timestamp, ssrc = struct.unpack_from(">BBHII", packet)
            assert (second & 0x7F, ssrc) == (OPUS, MICROPHONE)
            found.append((sequence, timestamp, packet[20:] if packet[0] & 0x10 else packet[12:]))
        return found


@pytest.fixture
def port() -> MediaPort:
    return MediaPort(ManualClock().monotonic)


@pytest.fixture
def participant(port: MediaPort) -> Participant:
    connector = Connector(MediaSettings(host="127.0.0.1"), ManualClock(), port, random.Random(1).randbytes)
    offer = MediaOffer(sdp=CHROMIUM, sources={"0": SourceKind.MICROPHONE}, slots={})
    return connector.connect("one", read_offer(CHROMIUM), offer, Watcher())[0]


@pytest.fixture
def sink(participant: Participant) -> Sink:
    kept = Sink()
    participant.sources["0"].record("session", (kept,))
    return kept


def spoken(count: int, depth: int) -> list[bytes]:
    """So many packets as Chromium sends them, with an extension of four octets."""
    redundancy = RedundancyEncoder()
    redundancy.depth = depth
    made = []
    for number in range(FIRST, FIRST + count):
        timestamp = number * 960 & 0xFFFFFFFF
        out = memoryview(bytearray(1500))
        head = struct.pack(">BBHII", 0x90, 0x80 | RED, number & 0xFFFF, timestamp, MICROPHONE)
        out[:20] = head + bytes((0xBE, 0xDE, 0, 1, 0x10, 0x85, 0, 0))
        end = redundancy.write(out, 20, (number, timestamp, OPUS), sound(number))
        made.append(bytes(out[:end]))
    return made


def sound(number: int) -> bytes:
    return b"sound %d" % number


def take(port: MediaPort, participant: Participant, packet: bytes, now: float = 0.0) -> None:
    port.receiving.fill(packet)
    participant.take([port.receiving], now)
    while port.bursts:
        port.bursts.pop()(now)


def expected(*numbers: int) -> list[tuple[int, int, bytes]]:
    return [(number & 0xFFFF, number * 960 & 0xFFFFFFFF, sound(number)) for number in numbers]


def test_sound_that_lost_nothing_passes_plain_and_once(port: MediaPort, participant: Participant, sink: Sink) -> None:
    for packet in spoken(100, depth=1):
        take(port, participant, packet)
    assert sink.heard == expected(*range(FIRST, FIRST + 100))


@pytest.mark.parametrize(("depth", "lost", "missing"), [(1, 1, 0), (1, 2, 1), (2, 2, 0), (2, 3, 1)])
def test_lost_packets_are_restored_in_their_order(
    port: MediaPort, participant: Participant, sink: Sink, depth: int, lost: int, missing: int
) -> None:
    packets = spoken(60, depth)
    for packet in packets[:30] + packets[30 + lost :]:
        take(port, participant, packet)
    never = range(FIRST + 30, FIRST + 30 + missing)
    assert sink.heard == expected(*(number for number in range(FIRST, FIRST + 60) if number not in never))
    [stream] = participant.streams
    assert stream.recovered == lost - missing
    stream.report(1.0)
    assert stream.loss > 0, "the sender is still told of the loss"


def test_a_packet_that_was_restored_and_still_comes_is_not_heard_twice(
    port: MediaPort, participant: Participant, sink: Sink
) -> None:
    packets = spoken(10, depth=1)
    for index in (0, 1, 2, 4, 3, 5):
        take(port, participant, packets[index])
    assert sink.heard == expected(*range(FIRST, FIRST + 6))


def test_broken_redundancy_passes_nothing_on(port: MediaPort, participant: Participant, sink: Sink) -> None:
    chance = random.Random(3)
    head = spoken(1, depth=0)[0][:20]
    for size in range(30):
        take(port, participant, head + bytes(octet | 0x80 for octet in chance.randbytes(size)))
    assert sink.packets == []


CAMERA, VP8 = 3823001716, 96


@pytest.mark.parametrize("speaking", [True, False])
def test_after_a_pause_of_who_speaks_all_the_time_a_key_frame_is_wanted(port: MediaPort, speaking: bool) -> None:
    connector = Connector(MediaSettings(host="127.0.0.1"), ManualClock(), port, random.Random(1).randbytes)
    sources = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA}
    offer = MediaOffer(sdp=CHROMIUM, sources=sources, slots={})
    participant = connector.connect("one", read_offer(CHROMIUM), offer, Watcher())[0]
    if speaking:
        take(port, participant, spoken(1, depth=0)[0], now=10.0)
    key = bytes((0x90, 0x80, 0x80, 1, 0)) + bytes(20)
    for sequence, now in ((7, 10.0), (8, 10.03)):
        take(port, participant, struct.pack(">BBHII", 0x80, 0x80 | VP8, sequence, 3000 * sequence, CAMERA) + key, now)
    [camera] = [stream for stream in participant.streams if stream.video]
    assert not camera.key_frame.wanted
    # The pause was long enough for every source to count as silent.
    participant.silence(14.5)
    participant.link_resumed(10.03)
    assert camera.key_frame.wanted is speaking
