"""What a party does to the server once it has keys: it may spoil its own picture, and nothing else."""

from __future__ import annotations

import struct

from rtc_server.media_core import rtcp
from tests.fuzz.rig import Call

CAMERA, VP8 = 3823001716, 96
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
