"""What a party does to the server once it has keys: it may spoil its own picture, and nothing else."""

from __future__ import annotations

import random
import struct

import pytest

from rtc_server.media_core import rtcp
from rtc_server.media_core.packet import Packet
from tests.fuzz.rig import OFFER, Call

CAMERA, VP8 = 3823001716, 96
MARKER = 0x80
PICTURES_AS_SOUND, FOLDED = 100, 105
"""Payload types of a microphone that is said to send VP8, plain and as redundant sound would be (RFC 2198)."""
KEY = bytes.fromhex("9080802a10020000009d012a40010001") + bytes(100)


def packet(sequence: int, payload_type: int = VP8, ssrc: int = CAMERA) -> bytes:
    return struct.pack(">BBHII", 0x80, payload_type, sequence & 0xFFFF, sequence * 900 & 0xFFFFFFFF, ssrc) + KEY


def test_a_stream_begun_anew_with_every_packet_takes_memory_twenty_times_a_second_at_most() -> None:
    call, caches = Call(), []
    h264 = next(number for number, codec in call.hostile.sources["1"]._codecs.items() if codec[0] == "H264")
    for number in range(400):
        call.rtp(packet(number, h264 if number % 2 else VP8))
        cache = call.hostile.streams[0].cache
        # Held, so that none is made where another was.
        caches += [cache] if not caches or cache is not caches[-1] else []
    assert len(caches) == 20
    for number in range(400, 1500):
        call.rtp(packet(number, VP8))
    assert call.hostile.streams[0].codec == "VP8"
    assert call.hostile.streams[0].highest & 0xFFFF == 1499


def test_streams_that_nobody_announced_are_bounded() -> None:
    call = Call()
    for number in range(2000):
        call.rtp(packet(number, VP8, ssrc=1000 + number))
    assert len(call.hostile._by_ssrc) <= 24


def test_a_report_with_every_line_of_an_offer_in_use_fits_the_buffer() -> None:
    """Ours, which goes out once a second: what did not fit would end the timers of everybody."""
    call = Call()
    for number in range(50):
        call.rtp(packet(number))
    call.rtcp(rtcp.build_sender_report(CAMERA, 1 << 62, 5000, 10, 1000))
    call.other.send_reports(call.clock.monotonic(), b"0123456789abcdef")
    most_lines, own, block, report, name = 32, 8, 24, 28, 24
    worst = max(
        own + block * min(sources, 24) + report * (most_lines - sources) + 4 + name * min(31, 1 + most_lines - sources)
        for sources in range(most_lines + 1)
    )
    assert worst + 148 <= len(call.server._port.batch.views[0])


@pytest.mark.parametrize("seed", range(4))
def test_memory_of_a_packet_that_is_kept_or_still_to_be_sent_is_not_received_into(seed: int) -> None:
    """Numbers that jump by the length of what is kept put a packet in the place of one that has not been sent on."""
    call, draw, number = Call(), random.Random(seed), 1000
    evicted_early = 0
    for _ in range(1500):
        together = []
        for _ in range(draw.randrange(1, 5)):
            number += draw.choice((1, 1, 1, 512, 1024, -511))
            together.append(packet(number, VP8 | draw.choice((0, 0, 0, MARKER))))
        call.rtp(*together)
        held, free = waiting(call), call.server._port.spare
        cache = call.hostile.streams[0].cache
        evicted_early += sum(cache.peek(one.number) is not one for one in held)
        assert len({id(one) for one in free}) == len(free)
        assert not any(one.waiting or one is cache.peek(one.number) for one in free)
        assert not {id(one) for one in free} & {id(one) for one in held}
    assert evicted_early > 20


def test_pictures_that_are_said_to_be_redundant_sound_are_not_kept() -> None:
    """All that is folded into such a packet is built in one memory, which would then be kept more than once."""
    head, rest = OFFER.split("a=mid:0", 1)
    types = f" {PICTURES_AS_SOUND} {FOLDED}"
    lines = f"a=rtpmap:{PICTURES_AS_SOUND} VP8/90000\r\na=rtpmap:{FOLDED} red/90000\r\n"
    lines += f"a=fmtp:{FOLDED} {PICTURES_AS_SOUND}/{PICTURES_AS_SOUND}\r\n"
    offer = head.replace(" 110 126", " 110 126" + types, 1) + lines + "a=mid:0" + rest
    call = Call(offer)
    microphone = call.hostile.sources["0"]
    assert microphone.redundant_payloads[FOLDED] == PICTURES_AS_SOUND
    ssrc = next(ssrc for ssrc, source in call.hostile._origins._announced.items() if source is microphone)
    for number in range(0, 2000, 3):
        folded = struct.pack(">IB", 0x80 << 24 | PICTURES_AS_SOUND << 24 | 90 << 10 | 20, PICTURES_AS_SOUND)
        whole = struct.pack(">BBHII", 0x80, FOLDED, number & 0xFFFF, number * 90, ssrc) + folded + bytes(40)
        call.rtp(whole)
    assert microphone.main.stream is not None
    assert microphone.main.stream.codec == "VP8"
    assert microphone.main.stream.received == 0
    assert microphone.main.stream.cache.octets == 0


def test_what_is_kept_goes_with_the_party() -> None:
    call = Call()
    call.rtp(packet(1))
    streams = call.hostile.streams
    assert [stream.cache is None for stream in streams] == [False]
    call.server.disconnect("hostile")
    assert [stream.cache is None for stream in streams] == [True]


def waiting(call: Call) -> list[Packet]:
    return [one for source in call.hostile.sources.values() for layer in source.layers for one in layer.burst]
