from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core.codecs import picture_ids, shift_picture_ids, starts_key_frame
from rtc_server.media_core.descriptors import READERS

VP8_KEY = bytes((0x90, 0xC0, 0x80 | 0x12, 0x34, 0x56, 0x00, 0x9D))
VP8_DELTA = VP8_KEY[:5] + b"\x01"
VP8_LATER_PARTITION = b"\x91" + VP8_KEY[1:]
VP8_SHORT_ID = bytes((0x90, 0x80, 0x7F, 0x00))
VP9_KEY = bytes((0xA8, 0x92, 0x34, 0x00, 0x56, 0x82, 0x49, 0x83, 0x42))
VP9_SHORT_ID = bytes((0x88, 0x7F, 0x82))


def starts(codec: str, payload: bytes) -> bool:
    return starts_key_frame(codec, b"head" + payload, 4, 4 + len(payload))


def test_a_vp8_key_frame_starts_at_its_first_partition() -> None:
    assert starts("VP8", VP8_KEY)
    assert starts("VP8", b"\x10\x00")
    assert not starts("VP8", VP8_DELTA)
    assert not starts("VP8", VP8_LATER_PARTITION)
    assert not starts("VP8", b"\x80" + VP8_KEY[1:]), "not the start of a frame"
    assert not starts("VP8", b"\x90\xc0")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({0: 0xE8}, "it needs an earlier picture"),
        ({0: 0xA0}, "its frame began before"),
        ({3: 0x02}, "it is of the second spatial layer"),
        ({5: 0x86}, "it is no key frame, though it needs no other"),
        ({5: 0x8A}, "it shows an earlier frame"),
        ({5: 0xA2}, "it is of profile 1"),
        ({5: 0x42}, "it is no frame"),
    ],
)
def test_a_vp9_key_frame_starts_with_its_lowest_layer(change: dict[int, int], why: str) -> None:
    assert starts("VP9", VP9_KEY)
    assert starts("VP9", VP9_SHORT_ID)
    assert not starts("VP9", VP9_KEY[:5]), "its frame is not there"
    assert not starts("VP9", bytes(change.get(at, octet) for at, octet in enumerate(VP9_KEY))), why


def test_an_h264_key_frame_starts_with_parameters_or_idr() -> None:
    assert starts("H264", b"\x67\x42")
    assert starts("H264", b"\x65\x88")
    assert starts("H264", b"\x78\x00\x02\x09\xf0\x00\x02\x67\x42")
    assert starts("H264", b"\x7c\x85\x00")
    assert not starts("H264", b"\x7c\x05\x00"), "the middle of a fragmented IDR"
    assert not starts("H264", b"\x7c\x81\x00")
    assert not starts("H264", b"\x41\x9a")
    assert not starts("H264", b"\x78\x00\x02\x09\xf0\x00\x02\x41\x42")


def test_sound_starts_anywhere() -> None:
    assert starts("opus", b"\x78")


@pytest.mark.parametrize(("codec", "long", "short"), [("VP8", VP8_KEY, VP8_SHORT_ID), ("VP9", VP9_KEY, VP9_SHORT_ID)])
def test_picture_numbers_are_shifted_in_place(codec: str, long: bytes, short: bytes) -> None:
    packet = bytearray(long)
    assert picture_ids(codec, packet, 0, len(packet)) == (0x1234, 0x56)
    shift_picture_ids(codec, packet, 0, len(packet), (0x7000, 0xB0))
    assert picture_ids(codec, packet, 0, len(packet)) == ((0x1234 + 0x7000) & 0x7FFF, 0x06)
    assert packet[5:] == long[5:]
    packet = bytearray(short)
    shift_picture_ids(codec, packet, 0, len(packet), (2, 0))
    assert picture_ids(codec, packet, 0, len(packet)) == (1, 0)


@given(
    st.sampled_from(("VP8", "VP9")),
    st.binary(max_size=12),
    st.tuples(st.integers(0, 0x7FFF), st.integers(0, 0xFF)),
)
def test_only_the_numbers_of_a_payload_are_shifted(codec: str, payload: bytes, shift: tuple[int, int]) -> None:
    packet = bytearray(payload)
    shift_picture_ids(codec, packet, 0, len(packet), shift)
    before, after = (picture_ids(codec, one, 0, len(one)) for one in (payload, packet))
    if before is None or after is None:
        assert before is after
        assert packet == payload
        return
    descriptor = READERS[codec](payload, 0, len(payload))
    assert descriptor is not None
    assert after[0] == (before[0] + shift[0]) % (1 << descriptor.picture_id_bits)
    assert after[1] == ((before[1] + shift[1]) & 0xFF if descriptor.tl0_at else 0)
    there = descriptor.picture_id_at
    numbers = {there, *([there + 1] if descriptor.picture_id_bits == 15 else []), descriptor.tl0_at or there}
    assert all(packet[at] == octet for at, octet in enumerate(payload) if at not in numbers)


def test_h264_has_no_picture_numbers() -> None:
    assert picture_ids("H264", VP8_KEY, 0, len(VP8_KEY)) is None


@given(st.sampled_from(("VP8", "VP9")), st.binary(max_size=40))
def test_no_payload_is_read_beyond_its_end(codec: str, payload: bytes) -> None:
    assert starts(codec, payload) in (True, False)
    assert starts("H264", payload) in (True, False)
    changed = bytearray(payload)
    shift_picture_ids(codec, changed, 0, len(changed), (1, 1))
    assert len(changed) == len(payload)
    picture_ids(codec, payload, 0, len(payload))
