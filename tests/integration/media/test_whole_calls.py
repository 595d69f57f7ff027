"""Whole calls over bad links in virtual time: which frames are seen, and what is asked of the camera for it."""

from __future__ import annotations

from statistics import median

import pytest

from tests.support.virtual_call import DELAY, Seen, virtual_call
from tests.support.virtual_time import run_virtually
from tests.support.weather import Weather

SECONDS = 20.0
SEEDS = range(3)


def seen_over(weather: Weather) -> tuple[list[Seen], list[Seen], int]:
    """How points and windows see each other in calls of several seeds, and the key frames the points' cameras made."""

    async def call(seed: int) -> tuple[Seen, Seen, int]:
        async with virtual_call(seed) as running:
            await running.settle(weather)
            before = running.point.sender.key_frames
            point, window = await running.watch(SECONDS)
            return point, window, running.point.sender.key_frames - before

    points, windows, keys = zip(*(run_virtually(call(seed)) for seed in SEEDS), strict=True)
    return list(points), list(windows), sum(keys)


@pytest.mark.parametrize("burst", [None, 3.0])
def test_a_tenth_lost_on_both_ways_is_made_good_by_repeats_alone(burst: float | None) -> None:
    points, windows, key_frames = seen_over(Weather(loss=0.1, burst=burst, delay=DELAY))
    for side in (points, windows):
        assert min(seen.pictures_per_second for seen in side) >= 24
        assert median(seen.longest_freeze for seen in side) <= 0.6
    assert key_frames == 0


def test_a_fifth_lost_on_both_ways_leaves_a_moving_picture() -> None:
    points, windows, _ = seen_over(Weather(loss=0.2, delay=DELAY))
    for side in (points, windows):
        assert min(seen.pictures_per_second for seen in side) >= 20
        assert median(seen.longest_freeze for seen in side) <= 1.0


def test_packets_that_overtake_each_other_cost_nothing() -> None:
    points, windows, key_frames = seen_over(Weather(delay=DELAY, jitter=0.03))
    for side in (points, windows):
        assert min(seen.pictures_per_second for seen in side) >= 24
        assert max(seen.longest_freeze for seen in side) <= 0.2
    assert key_frames == 0


@pytest.mark.parametrize("seconds", [0.2, 1.0, 5.0, 15.0])
def test_after_a_cut_pictures_come_again_within_a_second(seconds: float) -> None:
    async def call(seed: int) -> tuple[float, float]:
        async with virtual_call(seed) as running:
            await running.settle(Weather(delay=DELAY))
            return await running.cut(seconds)

    for seed in SEEDS:
        assert max(run_virtually(call(seed))) <= 1.0
