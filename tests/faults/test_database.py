"""The short form of `make fault-database`."""

from __future__ import annotations

import pytest

from tests.faults.database import Disturbance


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", [2, 3])
async def test_a_cancelled_unit_of_work_leaves_nothing_behind(empty_url: str, seed: int) -> None:
    left = await Disturbance(empty_url, seed, tasks=40).run(rounds=40)
    assert left.clean, left
    assert left.committed > left.rounds
