from __future__ import annotations

from collections.abc import Sequence

import pytest

from rtc_server.media_core.bandwidth_allocator import BEST, FACES, PAPERS, SOUND, BandwidthAllocator

ONE_LAYER = (50.0, 550.0, 1500.0, 1500.0, 1500.0)
LAYERS = (50.0, 550.0, 700.0, 1000.0, 1800.0)


def changes(allocator: BandwidthAllocator, losses: Sequence[float], start: int = 0) -> list[int]:
    """The seconds at which cameras were stopped or let through again."""
    return [
        second for second, loss in enumerate(losses, start) if allocator.update(loss, 0.0, ONE_LAYER, float(second))
    ]


def steps(
    allocator: BandwidthAllocator, rate: float, seconds: range, *, loss: float = 0.0, queue: float = 0.0
) -> list[tuple[int, int]]:
    """When the step changed, and to what, while the estimate falls to this rate again and again."""
    found = []
    for second in seconds:
        allocator.told(rate * 1.1, float(second))
        allocator.told(rate, float(second))
        if allocator.update(loss, queue, LAYERS, float(second)):
            found.append((second, allocator.step))
    return found


def test_cameras_rest_after_ten_bad_seconds_and_come_back_after_ten_good_ones() -> None:
    allocator = BandwidthAllocator()
    assert changes(allocator, [0.3] * 20 + [0.0] * 20) == [10, 30]
    assert allocator.step == BEST


def test_a_shorter_weakness_changes_nothing() -> None:
    assert changes(BandwidthAllocator(), ([0.5] * 9 + [0.2]) * 6) == []


def test_a_link_that_is_only_a_little_better_keeps_them_resting() -> None:
    allocator = BandwidthAllocator()
    changes(allocator, [0.4] * 11)
    assert changes(allocator, ([0.05] * 9 + [0.15]) * 10, start=11) == []
    assert allocator.step == PAPERS


def test_each_try_that_fails_soon_makes_the_next_wait_twice_as_long() -> None:
    allocator, now, waits = BandwidthAllocator(), 0, []
    for _ in range(6):
        while not allocator.update(0.4, 0.0, ONE_LAYER, float(now)):
            now += 1
        stopped = now
        while not allocator.update(0.0, 0.0, ONE_LAYER, float(now)):
            now += 1
        waits.append(now - stopped)
    assert waits == [10, 20, 40, 80, 80, 80]


def test_a_try_that_lasted_begins_anew() -> None:
    allocator = BandwidthAllocator()
    changes(allocator, [0.4] * 11 + [0.0] * 11 + [0.4] * 11 + [0.0] * 21)
    assert changes(allocator, [0.0] * 60 + [0.4] * 11 + [0.0] * 11, start=54) == [124, 135]


@pytest.mark.parametrize(
    ("rate", "step"), [(1700, BEST), (1200, FACES + 1), (800, FACES), (600, PAPERS), (400, PAPERS)]
)
def test_faces_become_smaller_and_go_before_papers_do(rate: float, step: int) -> None:
    allocator = BandwidthAllocator()
    expected = [] if step == BEST else [(3, step)]
    assert steps(allocator, rate, range(6)) == expected


def test_a_queue_that_also_loses_much_is_relieved_sooner() -> None:
    assert steps(BandwidthAllocator(), 800, range(2), loss=0.15, queue=0.3) == [(1, FACES)]


def test_a_narrow_link_that_loses_instead_of_queueing_is_relieved() -> None:
    assert steps(BandwidthAllocator(), 0.85 * 900, range(6), loss=0.5) == [(3, FACES)]


def test_a_line_that_loses_a_fifth_keeps_its_faces_though_the_estimate_falls_to_what_arrives() -> None:
    allocator = BandwidthAllocator()
    for start in range(0, 60, 4):
        # It falls once to 0.85 of what arrives, and grows again.
        assert steps(allocator, 0.8 * 0.85 * 1800, range(start, start + 1), loss=0.2) == []
        for second, rate in enumerate((1350, 1460, 1570), start + 1):
            allocator.told(rate, float(second))
            assert not allocator.update(0.2, 0.05, LAYERS, float(second))
    assert allocator.step == BEST


def test_an_estimate_that_falls_for_a_moment_changes_nothing() -> None:
    allocator = BandwidthAllocator()
    for start in range(0, 60, 5):
        assert steps(allocator, 800, range(start, start + 3)) == []
        assert steps(allocator, 2000, range(start + 3, start + 5)) == []


def test_papers_go_last_and_sound_never() -> None:
    allocator = BandwidthAllocator()
    assert steps(allocator, 300, range(24)) == [(3, PAPERS), (14, SOUND)]
    assert steps(allocator, 300, range(24, 60)) == [(25, PAPERS), (36, SOUND), (57, PAPERS)], "each try waits longer"


def test_with_room_to_spare_it_goes_up_step_by_step_within_seconds() -> None:
    allocator = BandwidthAllocator()
    steps(allocator, 600, range(4))
    assert steps(allocator, 5000, range(40, 60)) == [(43, FACES), (47, FACES + 1), (51, BEST)]


def test_an_estimate_that_only_follows_what_is_sent_is_tried_all_the_same() -> None:
    allocator = BandwidthAllocator()
    steps(allocator, 800, range(4))
    assert steps(allocator, 750, range(40, 52)) == [(50, FACES + 1)]


def test_an_estimate_that_is_low_because_little_was_sent_means_nothing() -> None:
    allocator = BandwidthAllocator()
    for second in range(60):
        allocator.told(100 + second, float(second))
        assert not allocator.update(0.0, 0.1, LAYERS, float(second))


def test_a_standing_queue_is_relieved_whatever_the_estimate_says() -> None:
    allocator = BandwidthAllocator()
    allocator.told(9000, 0.0)
    assert [allocator.update(0.0, 0.4, LAYERS, float(second)) for second in range(4)] == [False, False, False, True]
    assert allocator.step == FACES + 1


def test_what_is_told_no_more_counts_no_more() -> None:
    allocator = BandwidthAllocator()
    allocator.told(200, 0.0)
    allocator.told(100, 0.0)
    assert allocator.rate(2.9) == 100
    assert allocator.rate(3.1) is None
    assert [allocator.update(0.0, 0.0, LAYERS, second) for second in (4.0, 5.0, 30.0)] == [False] * 3
