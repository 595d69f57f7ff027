"""Chores are due once in each of their periods, whenever somebody comes to ask."""

from __future__ import annotations

import random

from rtc_server.sessions.ticker import Ticker

TICK = 0.02


def test_within_a_tick_nothing_is_due_again() -> None:
    ticker = Ticker()
    assert ticker.advance(100.001)
    assert not ticker.advance(100.001)
    assert not ticker.advance(100.019)
    assert ticker.advance(100.021)


def test_each_period_is_served_once_however_irregularly_it_is_asked() -> None:
    draw, ticker, now, done = random.Random(3), Ticker(), 50.0, 0
    ticker.advance(now)
    while now < 150.0:
        now += draw.choice((0.0001, 0.003, 0.02, 0.1))
        if ticker.advance(now) and ticker.due(50):
            done += 1
    assert 99 <= done <= 101


def test_after_a_long_pause_a_chore_is_due_once() -> None:
    ticker = Ticker()
    ticker.advance(10.0)
    assert ticker.advance(20.0)
    assert ticker.due(50)
    assert ticker.advance(20.0 + TICK)
    assert not ticker.due(50)


def test_turns_share_a_period_and_each_is_served_once_in_it() -> None:
    ticker, served = Ticker(), dict.fromkeys(range(200), 0)
    ticker.advance(10.0)
    for tick in range(1, 501):
        assert ticker.advance(10.0001 + tick * TICK)
        due = [turn for turn in served if ticker.due(50, turn)]
        assert len(due) == 4
        for turn in due:
            served[turn] += 1
    assert set(served.values()) == {10}
