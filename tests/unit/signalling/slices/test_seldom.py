"""A place that moves is shown at once, and then every ten seconds at most."""

from __future__ import annotations

from signalling.slices.tickets.seldom import SECONDS, Seldom


def test_each_is_shown_it_at_once_and_then_seldom() -> None:
    seldom = Seldom()
    assert seldom.take(["wu"], 0.0) == {"wu"}
    # Another person does not wait for the first one's time.
    assert seldom.take(["wu", "xu"], 1.0) == {"xu"}
    assert seldom.take([], SECONDS - 0.1) == set()
    assert seldom.take([], SECONDS) == {"wu"}
    assert seldom.take([], 3 * SECONDS) == set()
    assert seldom.take(["wu", "xu"], 3 * SECONDS) == {"wu", "xu"}
