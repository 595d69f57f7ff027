"""The table of a callback's life, and when somebody who was not reached is called again."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from scheduler.queue_core import callback_life
from scheduler.queue_core.callback_life import OPEN, TRANSITIONS, CallbackState, next_attempt
from scheduler.queue_core.life import IllegalTransition
from scheduler.queue_core.matching import Clerk, Lane, opens, ticket_for
from scheduler.queue_core.queue import Waiting, ticket_queues
from scheduler.queue_core.slots import Hours, Span, Unit, last_close

DELAY = 300.0


@pytest.mark.parametrize(("former", "state"), list(product(CallbackState, CallbackState)))
def test_every_move_of_the_table_and_no_other(former: CallbackState, state: CallbackState) -> None:
    if state in TRANSITIONS[former]:
        callback_life.check(former, state)
    else:
        with pytest.raises(IllegalTransition):
            callback_life.check(former, state)


def test_what_is_open_leads_to_every_end() -> None:
    assert {CallbackState.SCHEDULED, CallbackState.RINGING} == OPEN
    ends = set(CallbackState) - OPEN
    assert ends == {end for state in OPEN for end in TRANSITIONS[state]} - OPEN


@pytest.mark.parametrize(
    ("made", "deadline", "wanted"),
    [
        (1, 10_000.0, 1300.0),
        (2, 10_000.0, 1300.0),
        (3, 10_000.0, None),
        (1, 1300.1, 1300.0),
        (1, 1300.0, None),
        (1, 900.0, None),
    ],
)
def test_it_is_tried_again_neither_too_often_nor_too_late(made: int, deadline: float, wanted: float | None) -> None:
    assert next_attempt(made, 3, 1000.0, DELAY, deadline) == wanted


def test_between_two_attempts_it_has_its_place_and_goes_to_nobody() -> None:
    clerk = Clerk("ada", {"civil": Lane(1)}, 1, 0.0)
    first = Waiting("t0", "civil", 0.0, 600.0, not_before=2000.0)
    second = Waiting("t1", "civil", 10.0, 600.0)
    queue = ticket_queues([first, second])
    assert ticket_for(clerk, queue, 1000.0) == second
    assert ticket_for(clerk, queue, 2000.0) == first
    assert opens(clerk, first) == 2000.0
    kept = Waiting("t2", "civil", 0.0, 600.0, kept_for="ben", kept_until=3000.0, not_before=2000.0)
    assert (kept.open_from("ben"), kept.open_from("ada")) == (2000.0, 3000.0)
    assert Waiting("t3", "civil", 0.0, 600.0, frozenset({"ada"}), not_before=1.0).open_from("ada") == math.inf


def test_the_last_window_that_closes_ends_the_day() -> None:
    zone, monday = ZoneInfo("Asia/Shanghai"), date(2026, 11, 23)
    early = Unit("w1", Hours({0: (Span(time(9), time(12)), Span(time(14), time(17)))}))
    late = Unit("w2", Hours({0: (Span(time(18), time(2)),)}))
    assert last_close([early], monday, zone) == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert last_close([early, late], monday, zone) == datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert last_close([early], date(2026, 11, 24), zone) is None
