from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc_server.media_core.depacketise import Depacketiser, opus_samples, vp8_size
from rtc_server.media_core.sequencer import Sequencer
from tests.support.streams import Encoded, Packetiser, pictures, sound, split_units

PICTURES = {codec: pictures(codec, 3.0) for codec in ("VP8", "H264")}


def arrive(packets: list[bytes]) -> list[tuple[bytes, float]]:
    return [(packet, index * 0.005) for index, packet in enumerate(packets)]


def packets_of(codec: str, encoded: list[Encoded]) -> list[list[bytes]]:
    packetiser = Packetiser(codec)
    return [packetiser.packets(one) for one in encoded]


def flat(groups: list[list[bytes]]) -> list[bytes]:
    return [packet for group in groups for packet in group]


def content(codec: str, data: bytes) -> list[bytes]:
    return split_units(data) if codec == "H264" else [data]


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_frames_come_out_as_the_encoder_made_them(codec: str) -> None:
    encoded = PICTURES[codec]
    depacketiser = Depacketiser(codec)
    frames = []
    for packet, arrival in arrive(flat(packets_of(codec, encoded))):
        frames += depacketiser.packet(packet, arrival)
    assert [content(codec, frame.data) for frame in frames] == [content(codec, one.data) for one in encoded]
    assert [frame.key for frame in frames] == [one.key for one in encoded]
    assert depacketiser.lost == 0
    assert depacketiser.finish() == []


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_late_packets_are_waited_for_and_repeated_ones_dropped(codec: str) -> None:
    encoded = PICTURES[codec]
    packets = flat(packets_of(codec, encoded))
    shuffled = sorted(range(len(packets)), key=lambda index: index + random.Random(index).uniform(0, 20))
    depacketiser = Depacketiser(codec)
    frames = []
    # The first must come first: what is older than the first packet is not waited for.
    order = [0, *(index for index in shuffled if index)]
    for place, index in enumerate(order):
        frames += depacketiser.packet(packets[index], place * 0.005)
        if place % 7 == 0:
            frames += depacketiser.packet(packets[index], place * 0.005)
    frames += depacketiser.finish()
    assert [content(codec, frame.data) for frame in frames] == [content(codec, one.data) for one in encoded]


def check_losses(codec: str, gone: set[int]) -> None:
    """No frame that misses a packet, or builds on one that does, may be given out; every other must be."""
    encoded = PICTURES[codec]
    numbered = [(number, packet) for number, group in enumerate(packets_of(codec, encoded)) for packet in group]
    depacketiser = Depacketiser(codec)
    frames, losses = [], []
    for index, (_, packet) in enumerate(numbered):
        if index not in gone:
            frames += depacketiser.packet(packet, index * 0.005)
            losses += depacketiser.take_losses()
    frames += depacketiser.finish()
    losses += depacketiser.take_losses()
    expected, whole = [], True
    broken = {numbered[index][0] for index in gone}
    for number, one in enumerate(encoded):
        whole = number not in broken and (whole or one.key)
        if whole:
            expected.append(content(codec, one.data))
    assert [content(codec, frame.data) for frame in frames] == expected
    assert sum(loss.packets for loss in losses) == depacketiser.lost == len(gone)
    assert all(loss.start < loss.end for loss in losses)


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_after_any_single_loss_nothing_comes_before_the_next_key_frame(codec: str) -> None:
    for index in range(1, len(flat(packets_of(codec, PICTURES[codec]))) - 1):
        check_losses(codec, {index})


@settings(max_examples=60, deadline=None)
@given(codec=st.sampled_from(["VP8", "H264"]), data=st.data())
def test_the_same_holds_for_several_losses(codec: str, data: st.DataObject) -> None:
    last = len(flat(packets_of(codec, PICTURES[codec]))) - 2
    check_losses(codec, data.draw(st.sets(st.integers(1, last), min_size=2, max_size=8)))


@pytest.mark.parametrize("codec", ["VP8", "H264"])
def test_who_joins_in_the_middle_of_a_frame_waits_for_a_whole_one(codec: str) -> None:
    encoded = PICTURES[codec]
    packets = flat(packets_of(codec, encoded))
    keys = [content(codec, one.data) for one in encoded if one.key]
    for first in range(60):
        depacketiser = Depacketiser(codec)
        frames = [frame for packet, at in arrive(packets[first:]) for frame in depacketiser.packet(packet, at)]
        assert content(codec, frames[0].data) in keys


def test_opus_goes_on_after_a_loss() -> None:
    encoded = sound(1.0)
    packets = flat(packets_of("opus", encoded))
    depacketiser = Depacketiser("opus")
    frames = []
    for index, packet in enumerate(packets):
        if index != 10:
            frames += depacketiser.packet(packet, index * 0.02)
    frames += depacketiser.finish()
    assert [frame.data for frame in frames] == [one.data for index, one in enumerate(encoded) if index != 10]
    assert depacketiser.lost == 1


def test_h264_key_frame_gets_the_parameter_sets_sent_before() -> None:
    encoded = PICTURES["H264"]
    keys = [one for one in encoded if one.key]
    bare = b"".join(b"\0\0\0\1" + unit for unit in split_units(keys[1].data) if unit[0] & 0x1F == 5)
    packetiser, depacketiser = Packetiser("H264"), Depacketiser("H264")
    packets = packetiser.packets(keys[0]) + packetiser.packets(Encoded(1.0, bare, True))
    frames = [frame for packet, at in arrive(packets) for frame in depacketiser.packet(packet, at)]
    assert [unit[0] & 0x1F for unit in split_units(frames[1].data)][:2] == [7, 8]


def test_sender_that_counts_anew_is_followed() -> None:
    sequencer = Sequencer()
    assert len(sequencer.put(100, b"a", 0.0)) == 1
    assert [one.packet for one in sequencer.put(40_000, b"b", 0.1)] == [b"b"]
    assert [one.packet for one in sequencer.put(40_001, b"c", 0.2)] == [b"c"]
    assert sequencer.lost == 0


def test_missing_packet_is_given_up_after_its_time() -> None:
    sequencer = Sequencer()
    sequencer.put(1, b"a", 0.0)
    assert sequencer.put(3, b"c", 0.1) == []
    assert sequencer.put(4, b"d", 1.5) == []
    done = sequencer.put(5, b"e", 1.7)
    assert [(one.packet, one.lost) for one in done] == [(b"c", 1), (b"d", 0), (b"e", 0)]
    assert sequencer.put(2, b"b", 1.8) == []
    assert (sequencer.lost, sequencer.late) == (1, 1)


@given(codec=st.sampled_from(["VP8", "H264", "opus"]), packets=st.lists(st.binary(max_size=60), max_size=60))
def test_no_packet_breaks_it(codec: str, packets: list[bytes]) -> None:
    depacketiser = Depacketiser(codec)
    for index, packet in enumerate(packets):
        depacketiser.packet(packet, index * 0.01)
    depacketiser.finish()


@given(st.binary(min_size=1, max_size=50))
def test_no_payload_breaks_h264(payload: bytes) -> None:
    packetiser, depacketiser = Packetiser("H264"), Depacketiser("H264")
    start = packetiser.packets(PICTURES["H264"][0])
    for index, packet in enumerate(start):
        depacketiser.packet(packet, index * 0.01)
    head = start[-1][:2] + packetiser.sequence.to_bytes(2, "big") + start[-1][4:12]
    depacketiser.packet(head + payload, 1.0)


@pytest.mark.parametrize(
    ("packet", "samples"),
    [(b"\xf8\xff\xfe", 960), (b"\x08", 960), (b"\x18", 2880), (b"\x60", 480), (b"\xe0", 120), (b"\xf9", 1920)],
)
def test_opus_lengths(packet: bytes, samples: int) -> None:
    assert opus_samples(packet) == samples
    assert opus_samples(b"\xfb\x03") == 2880
    assert opus_samples(b"\xfb") == opus_samples(b"") == 0


def test_vp8_size_is_the_pictures() -> None:
    assert vp8_size(PICTURES["VP8"][0].data) == (320, 180)
