from __future__ import annotations

from dataclasses import replace

from rtc_server.recording.segment_format import RecordKind, decode_outage
from rtc_server.recording.tap import RecordingTap
from rtc_server.sessions.interface import SourceKind
from tests.support.packets import received
from tests.support.recorded import records_in, source

CAMERA = source("point", SourceKind.CAMERA, "VP8")
MICROPHONE = source("point", SourceKind.MICROPHONE, "opus", ssrc=5)


def kinds(tap: RecordingTap) -> list[tuple[int, int]]:
    return [(record.kind, record.source) for record in records_in(tap.take())]


def test_sources_are_named_before_their_first_packet() -> None:
    tap = RecordingTap(10.0, 1 << 20)
    tap.sender_report(CAMERA, 1.0, 2, 10.0)
    tap.packet(CAMERA, received(b"a"), 10.5)
    tap.packet(MICROPHONE, received(b"b"), 10.625)
    tap.packet(replace(CAMERA), received(b"c"), 10.75)
    tap.sender_report(CAMERA, 1.0, 2, 10.875)
    records = records_in(tap.take())
    assert [(record.kind, record.source) for record in records] == [
        (RecordKind.SOURCE, 0),
        (RecordKind.PACKET, 0),
        (RecordKind.SOURCE, 1),
        (RecordKind.PACKET, 1),
        (RecordKind.PACKET, 0),
        (RecordKind.REPORT, 0),
    ]
    assert [record.at for record in records] == [500_000, 500_000, 625_000, 625_000, 750_000, 875_000]
    assert tap.take() == []


def test_source_that_comes_back_is_named_again() -> None:
    tap = RecordingTap(0.0, 1 << 20)
    tap.packet(CAMERA, received(b"a"), 1.0)
    tap.ended(CAMERA)
    tap.ended(CAMERA)
    tap.packet(CAMERA, received(b"b"), 9.0)
    assert kinds(tap) == [
        (RecordKind.SOURCE, 0),
        (RecordKind.PACKET, 0),
        (RecordKind.ENDED, 0),
        (RecordKind.SOURCE, 0),
        (RecordKind.PACKET, 0),
    ]


def test_what_does_not_fit_is_left_out_and_the_outage_told() -> None:
    tap = RecordingTap(0.0, 10_000)
    for number in range(40):
        tap.packet(CAMERA, received(bytes(1000)), number * 0.1)
    assert tap.overflowed
    assert len(records_in(tap.take())) == 10
    tap.packet(CAMERA, received(bytes(1000)), 5.0)
    assert tap.take() == []
    assert tap.videos() == [CAMERA]
    lasted = tap.resume(6.0, "disk_slow")
    tap.packet(CAMERA, received(bytes(1000)), 6.1)
    outage, again, packet = records_in(tap.take())
    assert lasted == 6.0 - decode_outage(outage.data)[0] / 1e6
    assert decode_outage(outage.data) == (900_000, "disk_slow")
    assert (outage.at, again.kind, packet.kind) == (6_000_000, RecordKind.SOURCE, RecordKind.PACKET)
    assert tap.resume(7.0, "disk_slow") == 0.0


def test_sources_and_what_is_known_of_them_are_bounded() -> None:
    tap = RecordingTap(0.0, 1 << 30)
    for number in range(600):
        tap.packet(replace(CAMERA, ssrc=number), received(b"a"), number * 0.01)
    assert tap.sources_refused == 600 - 512
    for number in range(3000):
        tap.packet(replace(CAMERA, ssrc=number % 512), received(b"a"), 10.0)
    assert len(tap._by_identity) <= 1024
    assert {record.source for record in records_in(tap.take())} == set(range(512))


def test_a_source_that_flaps_cannot_fill_the_memory() -> None:
    tap = RecordingTap(0.0, 100_000)
    for number in range(5000):
        tap.packet(CAMERA, received(b"a"), number * 0.001)
        tap.ended(CAMERA)
    assert tap.overflowed
    assert sum(13 + len(record.data) for record in records_in(tap.take())) <= 100_000


def test_what_was_taken_stays_until_it_is_given_back() -> None:
    tap = RecordingTap(0.0, 1 << 20)
    tap.packet(CAMERA, received(b"first"), 1.0)
    taken = tap.take()
    tap.packet(CAMERA, received(b"second"), 2.0)
    assert [record.data for record in records_in(taken)][1:] == [b"first"]
    memory = taken[0]
    tap.reuse(taken)
    assert [record.data for record in records_in(tap.take())] == [b"second"]
    tap.packet(CAMERA, received(b"third"), 3.0)
    (again,) = tap.take()
    assert again is memory
    assert [record.data for record in records_in([again])] == [b"third"]
