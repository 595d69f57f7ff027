from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core.codecs import picture_numbers, shift_pictures, starts_key_frame

VP8_KEY = bytes((0x90, 0xC0, 0x80 | 0x12, 0x34, 0x56, 0x00, 0x9D))
VP8_DELTA = VP8_KEY[:5] + b"\x01"
VP8_LATER_PARTITION = b"\x91" + VP8_KEY[1:]
VP8_SHORT_ID = bytes((0x90, 0x80, 0x7F, 0x00))


def starts(codec: str, payload: bytes) -> bool:
    return starts_key_frame(codec, b"head" + payload, 4, 4 + len(payload))


def test_a_vp8_key_frame_starts_at_its_first_partition() -> None:
    assert starts("VP8", VP8_KEY)
    assert starts("VP8", b"\x10\x00")
    assert not starts("VP8", VP8_DELTA)
    assert not starts("VP8", VP8_LATER_PARTITION)
    assert not starts("VP8", b"\x80" + VP8_KEY[1:]), "not the start of a frame"
    assert not starts("VP8", b"\x90\xc0")


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


def test_picture_numbers_are_shifted_in_place() -> None:
    packet = bytearray(VP8_KEY)
    assert picture_numbers(packet, 0, len(packet)) == (0x1234, 0x56)
    shift_pictures(packet, 0, len(packet), (0x7000, 0xB0))
    assert picture_numbers(packet, 0, len(packet)) == ((0x1234 + 0x7000) & 0x7FFF, 0x06)
    assert packet[5:] == VP8_KEY[5:]
    short = bytearray(VP8_SHORT_ID)
    shift_pictures(short, 0, len(short), (2, 0))
    assert picture_numbers(short, 0, len(short)) == (1, 0)


@given(st.sampled_from(("VP8", "H264")), st.binary(max_size=40))
def test_no_payload_is_read_beyond_its_end(codec: str, payload: bytes) -> None:
    assert starts(codec, payload) in (True, False)
    changed = bytearray(payload)
    shift_pictures(changed, 0, len(changed), (1, 1))
    assert len(changed) == len(payload)
    picture_numbers(payload, 0, len(payload))
