from __future__ import annotations

from rtc_server.media_core.restraint import Restraint


def changes(restraint: Restraint, losses: list[float], start: int = 0) -> list[int]:
    """The seconds at which cameras were stopped or let through again."""
    return [second for second, loss in enumerate(losses, start) if restraint.look(loss, float(second))]


def test_cameras_rest_after_ten_bad_seconds_and_come_back_after_ten_good_ones() -> None:
    restraint = Restraint()
    assert changes(restraint, [0.3] * 20 + [0.0] * 20) == [10, 30]
    assert not restraint.resting


def test_a_shorter_weakness_changes_nothing() -> None:
    assert changes(Restraint(), ([0.5] * 9 + [0.2]) * 6) == []


def test_a_link_that_is_only_a_little_better_keeps_them_resting() -> None:
    restraint = Restraint()
    changes(restraint, [0.4] * 11)
    assert changes(restraint, ([0.05] * 9 + [0.15]) * 10, start=11) == []
    assert restraint.resting


def test_each_try_that_fails_soon_makes_the_next_wait_twice_as_long() -> None:
    restraint, now, waits = Restraint(), 0, []
    for _ in range(6):
        while not restraint.look(0.4, float(now)):
            now += 1
        stopped = now
        while not restraint.look(0.0, float(now)):
            now += 1
        waits.append(now - stopped)
    assert waits == [10, 20, 40, 80, 80, 80]


def test_a_try_that_lasted_begins_anew() -> None:
    restraint = Restraint()
    changes(restraint, [0.4] * 11 + [0.0] * 11 + [0.4] * 11 + [0.0] * 21)
    assert changes(restraint, [0.0] * 60 + [0.4] * 11 + [0.0] * 11, start=54) == [124, 135]
