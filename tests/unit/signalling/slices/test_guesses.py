"""How often codes may be tried."""

from __future__ import annotations

import pytest

from directory.errors import TooManyCodes
from foundation.clock import ManualClock
from signalling.slices.visitors.guesses import Guesses


def tries(guesses: Guesses, client: str, most: int = 1000) -> int:
    """How many go through at once."""
    for number in range(most):
        try:
            guesses.count(client)
        except TooManyCodes:
            return number
    return most


def test_one_client_is_held_back_without_the_others_and_all_together_as_well(clock: ManualClock) -> None:
    guesses = Guesses(clock)
    assert tries(guesses, "10.0.0.1") == 10
    assert tries(guesses, "10.0.0.2") == 10
    clock.advance(30)
    assert tries(guesses, "10.0.0.1") == 1
    everywhere = sum(tries(guesses, f"10.0.1.{number}", 10) for number in range(40))
    assert everywhere == 119
    clock.advance(1)
    with pytest.raises(TooManyCodes) as refused:
        for number in range(3):
            guesses.count(f"10.0.2.{number}")
    assert "链接" in refused.value.sentence("zh-CN")
