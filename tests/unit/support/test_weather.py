"""The bad line of the network benchmark does what it says, in virtual time."""

from __future__ import annotations

from itertools import groupby
from statistics import mean

import pytest

from tests.support.weather import Line, Weather, repeated, syn_repeated


def fates(line: Line, count: int = 50_000, gap: float = 0.01) -> list[bool]:
    return [line.datagram(1000, number * gap) is not None for number in range(count)]


@pytest.mark.parametrize("burst", [None, 3.0, 8.0])
@pytest.mark.parametrize("loss", [0.05, 0.2])
def test_the_share_lost_and_the_length_of_runs_are_as_asked(loss: float, burst: float | None) -> None:
    passed = fates(Line(Weather(loss=loss, burst=burst), seed=1))
    runs = [len(list(run)) for fate, run in groupby(passed) if not fate]
    assert passed.count(False) / len(passed) == pytest.approx(loss, rel=0.12)
    assert mean(runs) == pytest.approx(burst or 1 / (1 - loss), rel=0.12)


def test_the_same_seed_loses_the_same_packets() -> None:
    weather = Weather(loss=0.1, jitter=0.05)
    first, again, other = (Line(weather, seed) for seed in (3, 3, 4))
    sent = [number / 100 for number in range(500)]
    assert [first.datagram(100, now) for now in sent] == [again.datagram(100, now) for now in sent]
    assert [first.datagram(100, now) for now in sent] != [other.datagram(100, now) for now in sent]


def test_a_cut_lets_nothing_pass_and_a_clear_line_everything_in_time() -> None:
    line = Line(Weather(delay=0.05), seed=1)
    assert line.datagram(100, 1.0) == pytest.approx(1.05)
    line.up = False
    assert line.datagram(100, 2.0) is None
    line.up = True
    assert line.datagram(100, 3.0) == pytest.approx(3.05)


def test_jitter_makes_packets_overtake_each_other() -> None:
    line = Line(Weather(delay=0.05, jitter=0.03), seed=1)
    arrivals = [line.datagram(100, number / 200) for number in range(100)]
    late = [arrival - number / 200 for number, arrival in enumerate(arrivals)]
    assert 0.05 <= min(late) < 0.055
    assert 0.075 < max(late) <= 0.08
    assert arrivals != sorted(arrivals)


def test_a_full_queue_loses_what_the_rate_cannot_carry() -> None:
    line = Line(Weather(rate=800_000, queue=10_000), seed=1)
    arrivals = [line.datagram(1000, 0.0) for _ in range(30)]
    # Ten octets a 0.1 ms; the queue holds ten packets beside the one under way.
    assert [arrival is not None for arrival in arrivals] == [True] * 11 + [False] * 19
    assert arrivals[10] == pytest.approx(0.11)
    assert line.datagram(1000, 1.0) == pytest.approx(1.01)


def test_a_stream_is_late_where_datagrams_are_lost() -> None:
    line = Line(Weather(loss=0.3, delay=0.05), seed=2)
    late = sorted({round(line.stream(1000, float(now)) - now, 3) for now in range(2000)})
    assert late[:4] == [0.05, 0.35, 0.95, 2.15]


@pytest.mark.parametrize(("sent", "comes"), [(0.0, 12.6), (9.0, 10.4), (9.9, 10.1), (10.0, 10.2)])
def test_what_was_sent_early_in_a_cut_comes_late_after_it(sent: float, comes: float) -> None:
    assert repeated(sent, mended=10.0) == pytest.approx(comes)


def test_a_connection_begun_in_a_cut_opens_at_its_next_repeat() -> None:
    assert [syn_repeated(sent, 15.0) for sent in (0.0, 11.0, 14.5)] == [15.0, 18.0, 15.5]
