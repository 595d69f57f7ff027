from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from rtc_server.media_core import rtcp
from rtc_server.media_core.inbound import InboundStream, SenderClock
from rtc_server.media_core.key_frames import KeyFrameRequest
from rtc_server.media_core.nack import MissingPackets

START = 0x10000


def video() -> InboundStream:
    return InboundStream(1, "VP8", 90000, 96)


def report_of(stream: InboundStream, now: float) -> tuple[rtcp.Report, bytes]:
    compound = rtcp.build_receiver_report(9, [stream.report(now)])
    part = next(rtcp.split(compound))
    return next(rtcp.reports(part)), part.body


@settings(deadline=None)
@given(st.integers(0, 0xFFFF), st.integers(1, 300), st.randoms(use_true_random=False), st.floats(0, 0.5))
def test_reordered_and_lost_packets_get_their_numbers_and_nothing_passes_twice(
    first: int, count: int, chance: random.Random, loss: float
) -> None:
    stream = video()
    origin = stream.receive(first, 0, 0.0)
    sent = [number for number in range(1, count) if chance.random() >= loss]
    sent.sort(key=lambda number: number + chance.uniform(0, 6))
    for number in sent:
        assert stream.receive((first + number) & 0xFFFF, number, 0.0) == origin + number
        assert stream.receive((first + number) & 0xFFFF, number, 0.0) == -1
    highest = max(sent, default=0)
    numbers, _ = stream.missing.due(0.0, 0.05)
    assert numbers == [origin + number for number in range(1, highest) if number not in sent][:128]


def test_the_numbers_run_on_over_the_wrap() -> None:
    stream = video()
    assert stream.receive(0xFFFE, 0, 0.0) == START + 0xFFFE
    assert stream.receive(0xFFFF, 0, 0.0) == START + 0xFFFF
    assert stream.receive(1, 0, 0.0) == START + 0x10001
    assert stream.receive(0, 0, 0.0) == START + 0x10000
    assert not stream.missing.numbers


def test_a_gap_too_large_to_fill_wants_a_key_frame_instead() -> None:
    stream = video()
    stream.receive(10, 0, 0.0)
    stream.receive(900, 0, 0.0)
    assert stream.key_frame.wanted
    assert not stream.missing.numbers


def test_lost_sound_is_not_asked_for() -> None:
    stream = InboundStream(1, "opus", 48000, 111)
    stream.receive(10, 0, 0.0)
    stream.receive(20, 0, 0.0)
    assert stream.receive(15, 0, 0.0) == START + 15
    assert not stream.missing.numbers


def test_the_report_counts_losses_since_the_last_one() -> None:
    stream = video()
    for sequence in range(100):
        if sequence % 4:
            stream.receive(sequence, 0, 0.0)
    first, _ = report_of(stream, 0.0)
    assert abs(first.lost_share - 24 / 99) < 0.01
    for sequence in range(100, 200):
        stream.receive(sequence, 0, 0.0)
    second, body = report_of(stream, 0.0)
    assert second.lost_share == 0
    assert int.from_bytes(body[5:8], "big") == 24
    assert int.from_bytes(body[8:12], "big") == 199


def test_the_report_echoes_the_senders_clock() -> None:
    stream = video()
    stream.receive(0, 0, 0.0)
    stream.clock = SenderClock(0x11112222_33334444, 0, 10.0)
    report, _ = report_of(stream, 10.5)
    assert report.last_sr == 0x22223333
    assert report.delay == 0x8000


def test_jitter_of_a_steady_stream_is_none_and_of_an_unsteady_one_is_measured() -> None:
    steady, unsteady = video(), video()
    chance = random.Random(1)
    for number in range(500):
        steady.receive(number, number * 3000, number / 30)
        unsteady.receive(number, number * 3000, number / 30 + chance.choice((0, 0.01)))
    assert steady.jitter < 2
    assert 300 < unsteady.jitter < 600


def test_a_missing_packet_is_asked_for_once_a_round_trip_and_a_key_frame_after_ten_of_them() -> None:
    missing = MissingPackets()
    missing.gap(5, 7, now=0.0)
    assert missing.due(0.0, 0.1) == ([5, 6], False)
    assert missing.due(0.05, 0.1) == ([], False)
    assert missing.due(0.11, 0.1) == ([5, 6], False)
    assert missing.arrived(5)
    assert not missing.arrived(5)
    assert missing.due(0.22, 0.1) == ([6], False)
    assert missing.due(0.99, 0.1) == ([6], False)
    assert missing.due(1.01, 0.1) == ([], True)
    assert missing.due(1.1, 0.1) == ([6], True), "the retransmission may still be quicker than the key frame"


def test_on_a_lossy_line_it_is_asked_for_twice_in_a_round_trip() -> None:
    missing = MissingPackets()
    missing.gap(5, 6, now=0.0)
    assert missing.due(0.0, 0.1, lossy=True) == ([5], False)
    assert missing.due(0.04, 0.1, lossy=True) == ([], False)
    assert missing.due(0.05, 0.1, lossy=True) == ([5], False)


def test_once_the_key_frame_is_there_what_was_missing_for_long_before_it_is_not_needed() -> None:
    missing = MissingPackets()
    missing.gap(5, 6, now=0.0)
    missing.gap(8, 9, now=0.9)
    assert missing.due(1.1, 0.1) == ([5, 8], True)
    missing.key_frame(10)
    assert missing.due(1.25, 0.1) == ([8], False)
    assert set(missing.numbers) == {8}
    missing.gap(12, 13, now=1.3)
    assert missing.due(2.4, 0.1) == ([12], True)


def test_a_packet_is_asked_for_no_longer_than_its_sender_keeps_it() -> None:
    missing = MissingPackets()
    missing.gap(5, 6, now=0.0)
    assert missing.due(2.1, 0.1) == ([], True)
    assert not missing.numbers


def test_a_packet_is_asked_for_at_most_thirty_times() -> None:
    missing = MissingPackets()
    missing.gap(5, 6, now=0.0)
    asked = [missing.due(step * 0.01, 0.01)[0] for step in range(60)]
    assert sum(numbers == [5] for numbers in asked) == 30
    assert not missing.numbers


def test_a_key_frame_is_asked_for_every_300_ms_until_it_comes() -> None:
    wish = KeyFrameRequest()
    assert not wish.due(0.0)
    wish.want()
    assert [wish.due(step / 20) for step in range(21)].count(True) == 4
    wish.arrived()
    assert not wish.due(9.0)
    wish.want()
    assert wish.due(9.0)
    wish.arrived()
    wish.want()
    assert not wish.due(9.25)
    assert wish.due(9.35)


def test_after_an_interruption_a_key_frame_is_asked_for_and_not_what_was_lost_in_it() -> None:
    stream = video()
    stream.receive(100, 0, 10.0)
    stream.receive(103, 9000, 10.1)
    assert stream.missing.due(10.1, 0.05)[0] == [START + 101, START + 102]
    assert not stream.key_frame.wanted
    stream.interrupt()
    assert stream.key_frame.wanted
    stream.receive(400, 450_000, 15.1)
    assert stream.missing.due(15.1, 0.05) == ([], False)
    stream.receive(402, 459_000, 15.2)
    assert stream.missing.due(15.2, 0.05)[0] == [START + 401]


def test_patience_has_bounds_where_the_round_trip_is_very_short_or_very_long() -> None:
    for round_trip, patience in ((0.01, 0.5), (0.5, 1.0)):
        missing = MissingPackets()
        missing.gap(5, 6, 0.0)
        assert missing.due(patience - 0.01, round_trip)[1] is False
        assert missing.due(patience + 0.01, round_trip)[1] is True
