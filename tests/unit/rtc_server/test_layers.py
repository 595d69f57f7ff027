from __future__ import annotations

import pytest

from rtc_server.media_core.layers import LayerChoice


@pytest.mark.parametrize(
    ("living", "limit", "shown"),
    [((0, 1, 2), 2, 2), ((0, 1, 2), 1, 1), ((0, 1, 2), 0, 0), ((0, 2), 1, 0), ((1, 2), 0, 1), ((), 2, 0)],
)
def test_the_largest_living_layer_within_the_limit_is_shown_or_the_next_larger(
    living: tuple[int, ...], limit: int, shown: int
) -> None:
    assert LayerChoice().start(living, limit) == shown


def test_it_goes_down_at_once_and_up_after_a_second() -> None:
    choice = LayerChoice()
    choice.start((0, 1, 2), 2)
    assert choice.update((0, 1, 2), 0, 10.0) == 0
    found = [choice.update((0, 1, 2), 2, 10.0 + tick / 10) for tick in range(1, 14)]
    assert found == [0] * 10 + [2] * 3


def test_a_larger_layer_that_comes_and_goes_is_not_followed() -> None:
    choice = LayerChoice()
    choice.start((0, 1), 2)
    for tenth in range(100):
        living = (0, 1, 2) if tenth % 9 else (0, 1)
        assert choice.update(living, 2, tenth / 10) == 1


def test_for_a_layer_that_died_any_living_one_is_taken_at_once_even_a_larger_one() -> None:
    choice = LayerChoice()
    choice.start((0, 1, 2), 1)
    assert choice.update((0, 2), 1, 1.0) == 0
    choice.start((0, 1, 2), 0)
    assert choice.update((2,), 0, 2.0) == 2


def test_while_nothing_lives_the_present_one_is_kept() -> None:
    choice = LayerChoice()
    choice.start((0, 1, 2), 2)
    assert choice.update((), 2, 5.0) == 2
