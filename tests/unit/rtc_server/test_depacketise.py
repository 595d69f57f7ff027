from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtc_server.media_core.depacketise import Depacketiser, Frame, opus_samples, vp8_size, vp9_size
from rtc_server.media_core.reorder_buffer import ReorderBuffer
from tests.support.streams import Encoded, Packetiser, pictures, sound, split_units

CODECS = ["VP8", "VP9", "H264"]
PICTURES = {codec: pictures(codec, 3.0) for codec in CODECS}


def arrive(packets: list[bytes]) -> list[tuple[bytes, float]]:
    return [(packet, index * 0.005) for index, packet in enumerate(packets)]


def packets_of(codec: str, encoded: list[Encoded]) -> list[list[bytes]]:
    packetiser = Packetiser(codec)
    return [packetiser.packets(one) for one in encoded]


def flat(groups: list[list[bytes]]) -> list[bytes]:
    return [packet for group in groups for packet in group]


def content(codec: str, data: bytes) -> list[bytes]:
    return split_units(data) if codec == "H264" else [data]


@pytest.mark.parametrize("codec", CODECS)
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


@pytest.mark.parametrize("codec", CODECS)
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


@pytest.mark.parametrize("codec", CODECS)
def test_after_any_single_loss_nothing_comes_before_the_next_key_frame(codec: str) -> None:
    for index in range(1, len(flat(packets_of(codec, PICTURES[codec]))) - 1):
        check_losses(codec, {index})


@settings(max_examples=60, deadline=None)
@given(codec=st.sampled_from(CODECS), data=st.data())
def test_the_same_holds_for_several_losses(codec: str, data: st.DataObject) -> None:
    last = len(flat(packets_of(codec, PICTURES[codec]))) - 2
    check_losses(codec, data.draw(st.sets(st.integers(1, last), min_size=2, max_size=8)))


@pytest.mark.parametrize("codec", CODECS)
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
    reorder_buffer = ReorderBuffer()
    assert len(reorder_buffer.put(100, b"a", 0.0)) == 1
    assert [one.packet for one in reorder_buffer.put(40_000, b"b", 0.1)] == [b"b"]
    assert [one.packet for one in reorder_buffer.put(40_001, b"c", 0.2)] == [b"c"]
    assert reorder_buffer.lost == 0


def test_missing_packet_is_given_up_after_its_time() -> None:
    reorder_buffer = ReorderBuffer()
    reorder_buffer.put(1, b"a", 0.0)
    assert reorder_buffer.put(3, b"c", 0.1) == []
    assert reorder_buffer.put(4, b"d", 1.5) == []
    done = reorder_buffer.put(5, b"e", 1.7)
    assert [(one.packet, one.lost) for one in done] == [(b"c", 1), (b"d", 0), (b"e", 0)]
    assert reorder_buffer.put(2, b"b", 1.8) == []
    assert (reorder_buffer.lost, reorder_buffer.late) == (1, 1)


@given(codec=st.sampled_from([*CODECS, "opus"]), packets=st.lists(st.binary(max_size=60), max_size=60))
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


def test_the_size_of_a_key_frame_is_the_pictures() -> None:
    assert vp8_size(PICTURES["VP8"][0].data) == (320, 180)
    assert vp9_size(PICTURES["VP9"][0].data) == (320, 180)
    assert vp9_size(pictures("VP9", 0.04, (1922, 1082))[0].data) == (1922, 1082)


VP9_KEY = bytes.fromhex("82498342 0013f00b30 00")
VP9_NEXT = bytes.fromhex("86004020")
WHOLE, BEGINS, ENDS = 0x3C, 0x38, 0x34


def of_vp9(*pictures: list[tuple[int, int, bytes]]) -> list[Frame]:
    """What comes of pictures' packets in flexible mode: the first octet, the spatial layer, and a part of a frame."""
    depacketiser, frames, number = Depacketiser("VP9"), [], 0
    for time, packets in enumerate(pictures):
        for index, (first, layer, data) in enumerate(packets):
            marker = 0x80 if index + 1 == len(packets) else 0
            head = struct.pack(">BBHII", 0x80, marker, number, 3000 * time, 1)
            frames += depacketiser.packet(head + bytes((first, layer << 1)) + data, number * 0.01)
            number += 1
    return frames + depacketiser.finish()


def test_the_layers_of_a_vp9_picture_are_one_frame_with_an_index() -> None:
    layers = [(WHOLE, 0, VP9_KEY), (BEGINS, 1, VP9_NEXT[:2]), (ENDS, 1, VP9_NEXT[2:])]
    (picture,) = of_vp9(layers)
    assert picture.key
    assert picture.data == VP9_KEY + VP9_NEXT + bytes.fromhex("d9 0a000000 04000000 d9")


@pytest.mark.parametrize(
    "picture",
    [
        pytest.param([(WHOLE, 0, b"\x84\x00")], id="not shown"),
        pytest.param([(WHOLE, 0, b"\xa6\x00")], id="of profile 1"),
        pytest.param([(WHOLE, 0, VP9_KEY[:9])], id="a key frame cut short"),
        pytest.param([(WHOLE, 0, b"\x82\x49\x83\x43" + VP9_KEY[4:])], id="a key frame without its mark"),
        pytest.param([(WHOLE, 0, VP9_NEXT), (WHOLE, 1, b"")], id="an empty layer"),
        pytest.param([(WHOLE, layer % 8, VP9_NEXT) for layer in range(9)], id="too many layers"),
        pytest.param([(ENDS, 0, VP9_NEXT)], id="the beginning is elsewhere"),
        pytest.param([(0x92, 0, b"")], id="no descriptor"),
    ],
)
def test_what_is_no_vp9_picture_is_left_out_with_what_builds_on_it(picture: list[tuple[int, int, bytes]]) -> None:
    key, following = [(WHOLE, 0, VP9_KEY)], [(WHOLE, 0, VP9_NEXT)]
    assert [frame.key for frame in of_vp9(key, following, picture, following, key, following)] == [
        *(True, False),
        *(True, False),
    ]


def test_a_superframe_of_the_encoders_own_is_a_picture_though_it_begins_with_one_not_shown() -> None:
    made = b"\x84\x00" + VP9_NEXT + bytes.fromhex("c1 02 04 c1")
    assert [frame.data for frame in of_vp9([(WHOLE, 0, VP9_KEY)], [(WHOLE, 0, made)])] == [VP9_KEY, made]
