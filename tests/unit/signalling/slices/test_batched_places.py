"""A place that moves is shown at once, and then every ten seconds at most."""

from __future__ import annotations

from signalling.slices.tickets.batched_places import SECONDS, BatchedPlaces


def test_each_is_shown_it_at_once_and_then_seldom() -> None:
    places = BatchedPlaces()
    assert places.take(["wu"], 0.0) == {"wu"}
    # Another person does not wait for the first one's time.
    assert places.take(["wu", "xu"], 1.0) == {"xu"}
    assert places.take([], SECONDS - 0.1) == set()
    assert places.take([], SECONDS) == {"wu"}
    assert places.take([], 3 * SECONDS) == set()
    assert places.take(["wu", "xu"], 3 * SECONDS) == {"wu", "xu"}
