"""Waiting before a camera is tried again."""

from __future__ import annotations

from rtc_server.cameras.back_off import BackOff


def test_each_failure_doubles_the_wait_up_to_half_a_minute() -> None:
    back_off = BackOff()
    assert [back_off.failed(0.0, 0.0) for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_chance_takes_off_up_to_half() -> None:
    assert [BackOff().failed(0.0, chance) for chance in (0.0, 0.5, 1.0)] == [0.5, 0.375, 0.25]


def test_ten_good_seconds_begin_anew_and_fewer_do_not() -> None:
    back_off = BackOff()
    for _ in range(4):
        back_off.failed(9.9, 0.0)
    assert back_off.failed(9.9, 0.0) == 8
    assert back_off.failed(10.0, 0.0) == 0.5
