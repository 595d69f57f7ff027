from __future__ import annotations

import itertools
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core import rtcp
from rtc_server.media_core.inbound import InboundStream, SenderClock
from rtc_server.media_core.outbound import OutboundStream, Payload
from rtc_server.media_core.packet import Packet
from rtc_server.media_core.redundancy import read_blocks
from tests.support.packets import packet_of

OUT = 0xAAAA
RTX = 0xBBBB


class Sender:
    """A camera in VP8 or VP9 with a picture id, one in H.264, or a microphone."""

    def __init__(self, codec: str = "VP8", sequence: int = 100, timestamp: int = 5000, picture: int = 50) -> None:
        rate = 48000 if codec == "opus" else 90000
        self.stream = InboundStream(1, codec, rate, 96)
        self.sequence, self.timestamp, self.picture = sequence, timestamp, picture

    def packet(self, *, key: bool, now: float) -> Packet:
        body = struct.pack(">BBHB", 0x90, 0xC0, 0x8000 | self.picture & 0x7FFF, self.picture & 0xFF)
        body += bytes((0 if key else 1,)) + self.sequence.to_bytes(4, "big")
        if self.stream.codec == "VP9":
            numbers = (0x8000 | self.picture & 0x7FFF, 0, self.picture & 0xFF)
            body = struct.pack(">BHBB", 0xAC if key else 0xEC, *numbers)
            body += bytes((0x82 if key else 0x86,)) + self.sequence.to_bytes(4, "big")
        if self.stream.codec == "H264":
            body = (b"\x67" if key else b"\x41") + self.sequence.to_bytes(4, "big")
        if self.stream.codec == "opus":
            body = b"sound" + self.sequence.to_bytes(4, "big")
        sequence, timestamp = self.sequence & 0xFFFF, self.timestamp & 0xFFFFFFFF
        number = self.stream.receive(sequence, timestamp, now)
        packet = packet_of(struct.pack(">BBHII", 0x80, 96, sequence, timestamp, 1) + body, number)
        if self.stream.cache is not None:
            self.stream.cache.put(packet, now)
        self.sequence += 1
        self.timestamp += 3000
        self.picture += 1
        return packet


class Receiver:
    def __init__(self, rtx: int | None = 98, first: int = 40000, redundant: int | None = 63) -> None:
        pictures = {"VP8": Payload(97, rtx), "VP9": Payload(95, rtx), "H264": Payload(96, rtx)}
        payloads = pictures | {"opus": Payload(111, None, redundant)}
        self.out = OutboundStream(OUT, RTX, payloads, first)
        self.buffer = memoryview(bytearray(2048))

    def take(self, packet: Packet, now: float) -> bytes | None:
        sizes = self.out.rewrite([packet], [self.buffer], 0, now)
        return bytes(self.buffer[: sizes[0]]) if sizes else None


def head(packet: bytes) -> tuple[int, int, int, int]:
    _first, second, sequence, timestamp, ssrc = struct.unpack_from(">BBHII", packet)
    return second & 0x7F, sequence, timestamp, ssrc


def picture(packet: bytes) -> tuple[int, int]:
    if packet[1] & 0x7F == 95:
        number, _, tl0 = struct.unpack_from(">HBB", packet, 13)
    else:
        number, tl0 = struct.unpack_from(">HB", packet, 14)
    return number & 0x7FFF, tl0


def test_nothing_passes_before_a_key_frame() -> None:
    sender, receiver = Sender(), Receiver()
    receiver.out.switch(sender.stream)
    assert receiver.take(sender.packet(key=False, now=0.0), 0.0) is None
    assert receiver.out.waiting
    packet = receiver.take(sender.packet(key=True, now=0.0), 0.0)
    assert packet is not None
    assert head(packet) == (97, 40001, 8000, OUT)
    assert packet[12:] == sender_body(sender, -1)


def sender_body(sender: Sender, back: int) -> bytes:
    kept = sender.stream.cache.peek(sender.stream.highest + back + 1)
    return payload(kept)


def payload(packet: Packet) -> bytes:
    return bytes(packet.data[packet.offset : packet.length])


def test_what_was_sent_before_the_key_frame_but_comes_after_it_is_left_out() -> None:
    sender, receiver = Sender(), Receiver()
    receiver.out.switch(sender.stream)
    sender.packet(key=False, now=0.0)
    early = sender.packet(key=False, now=0.0)
    receiver.take(sender.packet(key=True, now=0.0), 0.0)
    assert receiver.take(early, 0.0) is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(("VP8", "VP9")),
            st.integers(0, 0xFFFF),
            st.integers(0, 0xFFFFFFFF),
            st.integers(0, 0x7FFF),
        ),
        min_size=2,
        max_size=5,
    ),
    st.integers(0, 0xFFFF),
)
def test_numbers_run_on_over_every_switch(starts: list[tuple[str, int, int, int]], first: int) -> None:
    receiver = Receiver(first=first)
    packets, times, now = [], [], 0.0
    for start in starts:
        sender = Sender(*start)
        receiver.out.switch(sender.stream)
        for number in range(3):
            now += 1 / 30
            packets.append(receiver.take(sender.packet(key=number == 0, now=now), now))
            times.append(now)
    assert None not in packets
    heads = [head(packet) for packet in packets]
    pictures = [picture(packet) for packet in packets]
    for before, after in itertools.pairwise(heads):
        assert (after[1] - before[1]) & 0xFFFF == 1
        assert abs(((after[2] - before[2]) & 0xFFFFFFFF) - 3000) <= 1
    for before, after in itertools.pairwise(pictures):
        assert (after[0] - before[0]) & 0x7FFF == 1
        assert (after[1] - before[1]) & 0xFF == 1


def test_sound_needs_no_key_frame() -> None:
    sender, receiver = Sender("opus"), Receiver()
    receiver.out.switch(sender.stream)
    assert receiver.take(sender.packet(key=False, now=0.0), 0.0) is not None


def test_a_codec_the_receiver_does_not_take_is_known() -> None:
    assert not Receiver().out.takes("AV1")


def test_a_codec_without_picture_ids_comes_through_untouched_between_others() -> None:
    receiver, sent = Receiver(), []
    for sender in (Sender("VP9", picture=7), Sender("VP9", picture=500), Sender("H264"), Sender("VP8", picture=30)):
        receiver.out.switch(sender.stream)
        packet = sender.packet(key=True, now=0.0)
        sent.append((receiver.take(packet, 0.0), packet))
    assert sent[2][0][12:] == payload(sent[2][1])
    assert [picture(out)[0] for out, _ in (*sent[:2], sent[3])] == [7, 8, 9]
    assert [head(out)[0] for out, _ in sent] == [95, 95, 96, 97]


@pytest.mark.parametrize("codec", ["VP8", "VP9"])
@pytest.mark.parametrize("rtx", [98, None])
def test_a_lost_packet_is_sent_again_as_it_was(rtx: int | None, codec: str) -> None:
    first, second, receiver = Sender(), Sender(codec, sequence=65530, picture=9), Receiver(rtx)
    for sender in (first, second):
        receiver.out.switch(sender.stream)
        sent = [receiver.take(sender.packet(key=number == 0, now=1.0), 1.0) for number in range(12)]
    lost = sent[8]
    size = receiver.out.retransmit(head(lost)[1], receiver.buffer, 1.1)
    again = bytes(receiver.buffer[:size])
    if rtx is None:
        assert again == lost
    else:
        assert head(again)[0] == rtx
        assert head(again)[2:] == (head(lost)[2], RTX)
        assert again[12:14] == lost[2:4]
        assert again[14:] == lost[12:]
    assert receiver.out.retransmit(head(lost)[1], receiver.buffer, 1.11) == 0, "asked twice within a round trip"
    assert receiver.out.retransmit(head(lost)[1], receiver.buffer, 1.2) == size
    assert receiver.out.retransmit(head(lost)[1], receiver.buffer, 9.9) == 0, "too old"


def test_packets_of_the_source_before_are_not_sent_again() -> None:
    first, second, receiver = Sender(), Sender(sequence=100), Receiver()
    receiver.out.switch(first.stream)
    old = [receiver.take(first.packet(key=number == 0, now=0.0), 0.0) for number in range(5)]
    receiver.out.switch(second.stream)
    receiver.take(second.packet(key=True, now=0.0), 0.0)
    assert receiver.out.retransmit(head(old[3])[1], receiver.buffer, 0.1) == 0


def test_the_report_keeps_the_sources_clock_and_the_receivers_timestamps() -> None:
    first, sender, receiver = Sender(), Sender(timestamp=900000), Receiver()
    receiver.out.switch(first.stream)
    receiver.take(first.packet(key=True, now=0.0), 0.0)
    assert receiver.out.report(0.0) is None
    receiver.out.switch(sender.stream)
    packet = receiver.take(sender.packet(key=True, now=2.0), 2.0)
    ntp = 3_900_000_000 << 32
    sender.stream.clock = SenderClock(ntp, 900000, 2.0)
    part = next(rtcp.split(receiver.out.report(2.5)))
    assert part.ssrc == OUT
    clock, timestamp = rtcp.sender_clock(part)
    assert clock == ntp + (1 << 31)
    assert timestamp == head(packet)[2] + 45000
    answer = rtcp.Report(OUT, 0.25, 0, clock >> 16 & 0xFFFFFFFF, int(0.1 * 65536))
    receiver.out.received(answer, 2.65)
    assert receiver.out.loss == 0.25
    assert receiver.out.rtt == pytest.approx(0.05, abs=0.001)


def test_sound_is_repeated_for_a_receiver_that_loses_it_and_takes_that() -> None:
    microphone, weak, plain = Sender("opus"), Receiver(), Receiver(redundant=None)
    for receiver in (weak, plain):
        receiver.out.switch(microphone.stream)
        receiver.out.protect(2)
    sent = [(weak.take(packet, 0.0), plain.take(packet, 0.0)) for packet in said(microphone, 3)]
    assert [head(packet)[0] for packet, _ in sent] == [63, 63, 63]
    blocks = read_blocks(sent[-1][0], 12, len(sent[-1][0]))
    assert [sent[-1][0][block.start : block.end] for block in blocks] == [packet[12:] for _, packet in sent]
    assert [head(packet)[0] for _, packet in sent] == [111, 111, 111]
    weak.out.protect(0)
    [last] = said(microphone, 1)
    assert head(weak.take(last, 0.0))[:2] == (111, head(sent[-1][0])[1] + 1)


def test_sound_of_one_source_is_not_repeated_in_another() -> None:
    first, second, receiver = Sender("opus"), Sender("opus"), Receiver()
    receiver.out.switch(first.stream)
    receiver.out.protect(1)
    for packet in said(first, 3):
        receiver.take(packet, 0.0)
    receiver.out.switch(second.stream)
    [packet] = said(second, 1)
    sent = receiver.take(packet, 0.0)
    assert len(read_blocks(sent, 12, len(sent))) == 1


def said(microphone: Sender, count: int) -> list[Packet]:
    return [microphone.packet(key=False, now=0.0) for _ in range(count)]


@pytest.mark.parametrize(("ahead", "ticks"), [(0.0, 1), (0.2, 18000), (60.0, 4500)])
def test_another_layer_goes_on_at_the_senders_own_clock_unless_that_is_absurd(ahead: float, ticks: int) -> None:
    small, large, receiver = Sender(timestamp=77), Sender(timestamp=4_000_000_000, picture=900), Receiver()
    receiver.out.switch(small.stream)
    last = receiver.take(small.packet(key=True, now=1.0), 1.0)
    ntp = 3_900_000_000 << 32
    small.stream.clock = SenderClock(ntp, 77, 1.0)
    large.stream.clock = SenderClock(ntp, 4_000_000_000 - int(ahead * 90000), 1.0)
    receiver.out.switch(large.stream, same_sender=True)
    packet = receiver.take(large.packet(key=True, now=1.05), 1.05)
    assert head(packet)[1] == head(last)[1] + 1
    assert head(packet)[2] == head(last)[2] + ticks, "by arrival it would be 4500"
    assert picture(packet)[0] == picture(last)[0] + 1


def test_another_sender_goes_on_by_arrival_whatever_its_clock() -> None:
    first, second, receiver = Sender(), Sender(), Receiver()
    receiver.out.switch(first.stream)
    last = receiver.take(first.packet(key=True, now=1.0), 1.0)
    first.stream.clock = SenderClock(1 << 32, 5000, 1.0)
    second.stream.clock = SenderClock(2 << 32, 5000, 1.0)
    receiver.out.switch(second.stream)
    packet = receiver.take(second.packet(key=True, now=1.05), 1.05)
    assert head(packet)[2] == head(last)[2] + 4500
