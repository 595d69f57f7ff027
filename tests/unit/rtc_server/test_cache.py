from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core.cache import PacketCache
from rtc_server.media_core.packet import Packet
from rtc_server.media_core.rtp import MTU
from tests.support.packets import packet_of


def packet(number: int, body: bytes = b"") -> Packet:
    return packet_of(struct.pack(">BBHII", 0x80, 96, number & 0xFFFF, number, 1) + body, number)


def test_its_size_is_a_power_of_two() -> None:
    with pytest.raises(ValueError, match="power of two"):
        PacketCache(12, 1.0)


@given(st.lists(st.integers(0, 40), unique=True))
def test_each_place_has_the_last_packet_put_there(numbers: list[int]) -> None:
    cache, expected = PacketCache(8, 1.0), dict[int, Packet]()
    for number in numbers:
        one = packet(number, bytes(number))
        before = cache.put(one, 0.0)
        assert before is expected.get(number % 8)
        expected[number % 8] = one
    for number in range(41):
        one = expected.get(number % 8)
        assert cache.peek(number) is (one if one is not None and one.number == number else None)
    assert all(one.kept for one in expected.values())
    assert cache.octets == sum(12 + number for number in numbers)


def test_what_is_too_old_is_not_given_out_but_can_be_looked_at() -> None:
    cache, one = PacketCache(8, 2.0), packet(5)
    cache.put(one, 10.0)
    assert cache.get(5, 12.0) is one
    assert cache.get(5, 12.1) is None
    assert cache.peek(5) is one


def test_a_copy_has_its_own_time_and_memory() -> None:
    one = packet(5, b"body")
    copy = one.copy(900)
    one.data[12:16] = b"else"
    assert (copy.number, copy.timestamp, bytes(copy.data[copy.offset : copy.length])) == (5, 900, b"body")
    assert not copy.kept


def test_nothing_longer_than_its_memory_is_taken() -> None:
    one = packet(5)
    one.fill(b"x" * MTU)
    assert one.length == MTU
    with pytest.raises(ValueError, match="different structures"):
        one.fill(b"x" * (MTU + 1))
    assert len(one.data) == MTU
