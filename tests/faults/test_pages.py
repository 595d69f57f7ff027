"""The short form of `make fault-pages`."""

from __future__ import annotations

from pathlib import Path

from tests.faults.pages import vanish


async def test_commands_of_pages_that_vanish_end_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    left = await vanish(tmp_path, pages=24, rounds=2, seed=1)
    assert left.clean, left
    assert (left.sent, left.rounds) == (48, 2)
    assert left.carried_out_unheard > 0
