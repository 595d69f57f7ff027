from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core.redundancy import Protection, RedundancyEncoder, read_blocks

OPUS = 111


def written(redundancy: RedundancyEncoder, number: int, sound: bytes, step: int = 960) -> bytes:
    out = memoryview(bytearray(2000))
    end = redundancy.write(out, 0, (number, number * step & 0xFFFFFFFF, OPUS), sound)
    return bytes(out[:end])


def heard(payload: bytes) -> list[tuple[int, bytes]]:
    return [(block.back, payload[block.start : block.end]) for block in read_blocks(payload, 0, len(payload))]


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_packet_carries_those_before_it(depth: int) -> None:
    redundancy = RedundancyEncoder()
    redundancy.depth = depth
    last = [written(redundancy, number, b"sound %d" % number) for number in range(70_000, 70_005)][-1]
    expected = [(960 * back, b"sound %d" % (70_004 - back)) for back in range(depth, -1, -1)]
    assert heard(last) == expected
    assert {block.payload_type for block in read_blocks(last, 0, len(last))} == {OPUS}


def test_what_is_too_old_to_be_told_is_not_carried() -> None:
    redundancy = RedundancyEncoder()
    redundancy.depth = 2
    written(redundancy, 1, b"one")
    assert heard(written(redundancy, 4, b"four")) == [(0, b"four")]
    written(redundancy, 5, b"five", step=20_000)
    assert heard(written(redundancy, 6, b"six", step=20_000)) == [(0, b"six")]
    redundancy.forget()
    assert heard(written(redundancy, 7, b"seven")) == [(0, b"seven")]


def test_no_packet_grows_beyond_a_datagram() -> None:
    redundancy = RedundancyEncoder()
    redundancy.depth = 2
    assert max(len(written(redundancy, number, bytes(700))) for number in range(5)) <= 1200
    assert len(written(redundancy, 5, bytes(1400))) == 1401


def test_a_tenth_lost_is_heard_nearly_whole() -> None:
    chance, redundancy = random.Random(5), RedundancyEncoder()
    redundancy.depth = 2
    got: set[int] = set()
    for number in range(5000):
        payload = written(redundancy, number, number.to_bytes(2, "big"))
        if chance.random() >= 0.1:
            got |= {int.from_bytes(sound, "big") for _, sound in heard(payload)}
    assert len(got) > 5000 * 0.998


@given(st.binary(max_size=60))
def test_whatever_comes_is_read_within_its_bounds(payload: bytes) -> None:
    blocks = read_blocks(payload, 0, len(payload))
    assert all(0 <= block.start <= block.end <= len(payload) for block in blocks)
    assert not blocks or blocks[-1].end == len(payload)


def test_protection_is_raised_at_once_and_taken_back_after_a_calm_while() -> None:
    protection = Protection()
    losses = [0.0, 0.03, 0.015, 0.1, *[0.0] * 10, 0.05, *[0.0] * 16]
    depths = [protection.update(loss, float(second)) for second, loss in enumerate(losses)]
    assert depths == [0, 1, 1, *[2] * 27, 0]
