"""The token bucket, in virtual time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from foundation.rate import TokenBucket


def test_a_burst_then_the_rate() -> None:
    bucket = TokenBucket(rate=2, burst=5, now=0)
    assert [bucket.allow(0) for _ in range(6)] == [True] * 5 + [False]
    assert bucket.allow(0.5)
    assert not bucket.allow(0.5)


@given(st.lists(st.floats(0, 10), max_size=200))
def test_never_more_than_burst_and_rate_allow(pauses: list[float]) -> None:
    bucket = TokenBucket(rate=3, burst=4, now=0)
    now, allowed = 0.0, 0
    for pause in pauses:
        now += pause
        allowed += bucket.allow(now)
    assert allowed <= 4 + 3 * now + 1e-6
