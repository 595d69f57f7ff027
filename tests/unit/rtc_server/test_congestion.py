from __future__ import annotations

import random
from struct import Struct

from hypothesis import given
from hypothesis import strategies as st

from rtc_server.media_core.congestion import ArrivalLog

TICK = 0.00025
HEAD = Struct(">BBHIIHHI")


def read_feedback(packet: bytes) -> dict[int, float | None]:
    """Arrival in seconds by 16-bit sequence number, None for what did not come: the inverse of `feedback`."""
    base, count, last = HEAD.unpack_from(packet)[5:]
    at = HEAD.size
    symbols: list[int] = []
    while len(symbols) < count:
        chunk = int.from_bytes(packet[at : at + 2])
        at += 2
        symbols += unpack_chunk(chunk)
    ticks = (last >> 8) * 256
    arrivals: dict[int, float | None] = {}
    for index, symbol in enumerate(symbols[:count]):
        if symbol == 0:
            arrivals[(base + index) & 0xFFFF] = None
            continue
        ticks += packet[at] if symbol == 1 else int.from_bytes(packet[at : at + 2], signed=True)
        at += symbol
        arrivals[(base + index) & 0xFFFF] = ticks * TICK
    return arrivals


def unpack_chunk(chunk: int) -> list[int]:
    if not chunk & 0x8000:
        return [chunk >> 13 & 3] * (chunk & 0x1FFF)
    if chunk & 0x4000:
        return [chunk >> shift & 3 for shift in range(12, -1, -2)]
    return [chunk >> shift & 1 for shift in range(13, -1, -1)]


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.integers(0, 40), st.floats(0, 3)), min_size=1, max_size=120),
    st.floats(0, 1e6),
)
def test_what_is_read_back_is_what_arrived(first: int, steps: list[tuple[int, float]], start: float) -> None:
    log, arrivals, number, now = ArrivalLog(), {}, first, start
    for skip, pause in steps:
        number, now = number + 1 + skip, now + pause
        log.arrived(number & 0xFFFF, now)
        arrivals[number & 0xFFFF] = now
    read: dict[int, float] = {}
    for packet in log.feedback(1, 2):
        assert len(packet) % 4 == 0
        assert packet[:2] == b"\x8f\xcd"
        assert int.from_bytes(packet[2:4], "big") * 4 + 4 == len(packet)
        read |= {sequence: at for sequence, at in read_feedback(packet).items() if at is not None}
    assert read.keys() == arrivals.keys()
    wrap = 0x1000000 * 0.064
    for sequence, at in arrivals.items():
        assert abs((read[sequence] - at + wrap / 2) % wrap - wrap / 2) <= 1.5 * TICK
    assert log.feedback(1, 2) == []


def test_reordered_arrivals_are_reported_with_their_own_times() -> None:
    log = ArrivalLog()
    for sequence, now in ((10, 1.0), (12, 1.001), (11, 1.002), (13, 1.0005)):
        log.arrived(sequence, now)
    (packet,) = log.feedback(1, 2)
    read = read_feedback(packet)
    assert [round(read[sequence] - read[10], 5) for sequence in (11, 12, 13)] == [0.002, 0.001, 0.0005]


def test_losses_between_two_reports_are_reported_as_lost() -> None:
    log = ArrivalLog()
    log.arrived(1, 0.0)
    log.feedback(1, 2)
    log.arrived(5, 0.1)
    (packet,) = log.feedback(1, 2)
    assert {sequence: at is None for sequence, at in read_feedback(packet).items()} == {
        2: True,
        3: True,
        4: True,
        5: False,
    }


def test_packets_are_counted_modulo_256() -> None:
    log, counts = ArrivalLog(), []
    for sequence in range(300):
        log.arrived(sequence, sequence / 100)
        (packet,) = log.feedback(1, 2)
        counts.append(packet[19])
    assert counts == [number & 0xFF for number in range(300)]


def test_a_flood_of_numbers_stays_bounded() -> None:
    log, chance = ArrivalLog(), random.Random(3)
    for _ in range(20000):
        log.arrived(chance.randrange(0x10000), 0.0)
    assert len(log) <= 1600
    assert all(len(packet) < 1400 for packet in log.feedback(1, 2))
    assert len(log) == 0
