from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core.descriptors import READERS, read_vp9

PICTURES_OF_A_STRUCTURE = bytes((3, 0x04, 1, 0x48, 2, 1, 0x20))
"""Three pictures with one reference, two and none."""


@pytest.mark.parametrize(
    ("payload", "picture", "layers", "end"),
    [
        pytest.param("08", (0, 0, 0), (0, 0), 1, id="nothing but the start of a frame"),
        pytest.param("88 7f", (1, 7, 0), (0, 0), 2, id="picture id of 7 bits"),
        pytest.param("88 ff ff", (1, 15, 0), (0, 0), 3, id="of 15 bits"),
        pytest.param("a8 92 34 45 56", (1, 15, 4), (2, 2), 5, id="layers, with TL0PICIDX where it is not flexible"),
        pytest.param("b8 92 34 e0", (1, 15, 0), (7, 0), 4, id="layers in flexible mode"),
        pytest.param("d8 92 34 02", (1, 15, 0), (0, 0), 4, id="one reference"),
        pytest.param("f8 92 34 0e 03 05 06", (1, 15, 0), (0, 7), 7, id="three references"),
        pytest.param("a8 92 34 45 56", (1, 15, 4), (2, 2), 5, id="no references where it is not flexible"),
        pytest.param("0a 00", (0, 0, 0), (0, 0), 2, id="a structure of one layer without sizes"),
        pytest.param("0a 30" + "0140 00b4" * 2, (0, 0, 0), (0, 0), 10, id="of two layers with sizes"),
        pytest.param("0a 08" + PICTURES_OF_A_STRUCTURE.hex(), (0, 0, 0), (0, 0), 9, id="of pictures"),
        pytest.param("aa 05 20 01 18 0140 00b4 01 00", (1, 7, 3), (1, 0), 11, id="of everything"),
    ],
)
def test_a_vp9_descriptor_tells_numbers_and_layers(
    payload: str, picture: tuple[int, int, int], layers: tuple[int, int], end: int
) -> None:
    whole = b"head" + bytes.fromhex(payload)
    descriptor = read_vp9(whole + b"frame", 4, len(whole) + 5)
    assert descriptor is not None
    assert descriptor.end == 4 + end
    where = tuple(at + 4 if at else 0 for at in (picture[0], picture[2]))
    assert (descriptor.picture_id_at, descriptor.tl0_at) == where
    assert descriptor.picture_id_bits == picture[1]
    assert (descriptor.temporal, descriptor.spatial) == layers
    assert descriptor.starts_frame
    assert descriptor.predicted is bool(whole[4] & 0x40)
    assert read_vp9(whole, 4, len(whole)) is not None
    for length in range(4, len(whole)):
        assert read_vp9(whole, 4, length) is None, "cut short"


@pytest.mark.parametrize("payload", ["d8 92 34 03 05 07 08", "0a 08 ff" + "00" * 200])
def test_more_references_than_three_and_more_pictures_than_there_are_make_no_descriptor(payload: str) -> None:
    whole = bytes.fromhex(payload)
    assert read_vp9(whole, 0, len(whole)) is None


@given(st.sampled_from(sorted(READERS)), st.binary(max_size=300), st.integers(0, 8))
def test_what_is_read_lies_within_the_payload(codec: str, packet: bytes, at: int) -> None:
    descriptor = READERS[codec](packet, at, len(packet))
    if descriptor is not None:
        assert at < descriptor.end <= len(packet)
        for where, octets in ((descriptor.picture_id_at, descriptor.picture_id_bits // 7), (descriptor.tl0_at, 1)):
            assert where == 0 or at < where <= descriptor.end - octets
