"""Sender, server and receiver in virtual time, with a seeded link that loses and reorders on both sides."""

from __future__ import annotations

import heapq
import random
import struct

from hypothesis import given, settings
from hypothesis import strategies as st

from rtc_server.media_core.inbound import InboundStream
from rtc_server.media_core.outbound import OutboundStream, Payload
from tests.support.packets import packet_of

COUNT, FIRST, RATE, TAIL = 300, 65400, 100, 10
REPEAT = 98


class Link:
    """Delivers after 5 to 25 ms, the very first packet at once.

    Loses by chance, but never the last packets, whose loss nobody could notice.
    """

    def __init__(self, chance: random.Random, loss: float) -> None:
        self.chance, self.loss = chance, loss
        self.under_way: list[tuple[float, int, bytes]] = []

    def send(self, packet: bytes, now: float, *, safe: bool) -> None:
        if safe or self.chance.random() >= self.loss:
            delay = self.chance.uniform(0.005, 0.025) if now else 0.0
            heapq.heappush(self.under_way, (now + delay, self.chance.random(), packet))

    def arrived(self, now: float) -> list[bytes]:
        here = []
        while self.under_way and self.under_way[0][0] <= now:
            here.append(heapq.heappop(self.under_way)[2])
        return here


def original(number: int) -> bytes:
    body = struct.pack(">BBHB", 0x90, 0x80, 0x8000 | number & 0x7FFF, 0 if number == 0 else 1)
    return struct.pack(">BBHII", 0x80, 96, FIRST + number & 0xFFFF, number * 900, 1) + body + number.to_bytes(4, "big")


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1 << 30), st.floats(0, 0.2))
def test_everything_arrives_once_and_in_its_place(seed: int, loss: float) -> None:
    chance = random.Random(seed)
    up, down = Link(chance, loss), Link(chance, loss)
    stream = InboundStream(1, "VP8", 90000, 96)
    out = OutboundStream(5, 6, {"VP8": Payload(97, REPEAT)}, 65500)
    out.switch(stream)
    buffer = memoryview(bytearray(2048))
    got: dict[int, bytes] = {}
    for step in range(COUNT + 2 * RATE):
        now = step / RATE
        if step < COUNT:
            up.send(original(step), now, safe=step == 0 or step >= COUNT - TAIL)
        for number in stream.missing.due(now, 0.03)[0]:
            up.send(original(number - 0x10000 - FIRST), now, safe=False)
        for packet in up.arrived(now):
            take(packet, stream, out, buffer, down, now)
        for packet in down.arrived(now):
            keep(packet, got)
        ask_again(got, out, buffer, down, now)
    first = min(got)
    assert [int.from_bytes(got[number][-4:], "big") for number in sorted(got)] == list(range(COUNT))
    assert sorted(got) == list(range(first, first + COUNT))


def take(packet: bytes, stream: InboundStream, out: OutboundStream, buffer: memoryview, down: Link, now: float) -> None:
    _, _, sequence, timestamp, _ = struct.unpack_from(">BBHII", packet)
    number = stream.receive(sequence, timestamp, now)
    if number < 0:
        return
    kept = packet_of(packet, number)
    stream.cache.put(kept, now)
    sizes = out.rewrite([kept], [buffer], 0, now)
    origin = number - 0x10000 - FIRST
    if sizes:
        down.send(bytes(buffer[: sizes[0]]), now, safe=origin == 0 or origin >= COUNT - TAIL)


def keep(packet: bytes, got: dict[int, bytes]) -> None:
    _, second, sequence = struct.unpack_from(">BBH", packet)
    body = packet[12:]
    if second & 0x7F == REPEAT:
        sequence, body = int.from_bytes(body[:2], "big"), body[2:]
    number = sequence if sequence > 65000 else sequence + 0x10000
    assert got.setdefault(number, body) == body


def ask_again(got: dict[int, bytes], out: OutboundStream, buffer: memoryview, down: Link, now: float) -> None:
    for number in range(min(got, default=0), max(got, default=0)):
        if number not in got and (size := out.retransmit(number & 0xFFFF, buffer, now)):
            down.send(bytes(buffer[:size]), now, safe=False)
