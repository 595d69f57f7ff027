"""The life of a notice: what may follow what, and when it is tried again."""

from __future__ import annotations

from foundation.notifying.notice_life import (
    ATTEMPT_SECONDS,
    ATTEMPTS,
    LEASE_SECONDS,
    OPEN,
    TRANSITIONS,
    NoticeState,
    pause_after,
)


def test_what_is_over_stays_over_and_everything_else_can_end() -> None:
    assert set(TRANSITIONS) == set(NoticeState)
    assert {NoticeState.WAITING, NoticeState.SENDING} == OPEN
    for state in OPEN:
        assert TRANSITIONS[state] >= {NoticeState.FAILED, NoticeState.WITHDRAWN}
    assert NoticeState.SENT not in TRANSITIONS[NoticeState.WAITING], "nothing is sent that nobody has claimed"


def test_pauses_grow_and_the_last_attempt_ends_it() -> None:
    pauses = [pause_after(attempt) for attempt in range(1, ATTEMPTS + 1)]
    assert pauses[-1] is None
    grown = [pause for pause in pauses if pause is not None]
    assert grown == [15.0, 45.0, 135.0, 405.0, 1215.0, 3600.0, 3600.0]
    assert 2 * 3600 < sum(grown) < 3 * 3600


def test_no_attempt_outlasts_its_lease() -> None:
    assert LEASE_SECONDS > 2 * ATTEMPT_SECONDS
