"""When failed work is begun again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from foundation.restarts import pause_before_restart


def test_pauses_double_up_to_half_a_minute_and_end_without_hope() -> None:
    failures, pauses, at = [0.0], list[float](), 0.0
    while (pause := pause_before_restart(failures)) is not None:
        pauses.append(pause)
        at += pause
        failures.append(at)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert at == 121.5


def test_a_failure_of_long_ago_counts_no_more() -> None:
    assert pause_before_restart([0.0, 1.0, 2.0, 601.9]) == 1.0
    assert pause_before_restart([float(at) for at in range(9)] + [609.0]) == 0.5


@given(st.lists(st.floats(0.0, 10_000.0), min_size=1, max_size=30).map(sorted))
def test_there_is_a_pause_exactly_while_there_is_hope(failures: list[float]) -> None:
    pause = pause_before_restart(failures)
    recent = sum(failures[-1] - at < 600.0 for at in failures)
    assert (pause is None) == (recent >= 10)
    assert pause is None or 0.5 <= pause <= 30.0
