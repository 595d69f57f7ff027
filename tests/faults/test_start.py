"""The short form of `make fault-start`."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.any_row import tables
from tests.faults.damage import Damage
from tests.faults.start import rounds
from tests.support.served import seeded


@pytest.mark.timeout(600)
async def test_a_service_on_damaged_data_starts_serves_and_names_what_it_set_aside(tmp_path: Path) -> None:
    (found,) = await rounds(tmp_path, 1, damages=100, seed=5, cases=1)
    assert found.clean, found
    assert sum(found.damages.values()) == 100
    assert len(found.damages) >= 14
    # What is damaged was real: made-up rows stand in for cameras alone, and for what was told before the service ended.
    with closing(sqlite3.connect(tmp_path / "used" / "cloud-window.db")) as database:
        empty = [one.name for one in tables() if not database.execute(f'SELECT 1 FROM "{one.name}" LIMIT 1').fetchall()]
    assert set(empty) <= {"hall_cameras", "outbox"}


async def test_the_damages_are_of_every_table_of_the_service(tmp_path: Path) -> None:
    shutil.copytree(await seeded(), tmp_path / "data")
    (tmp_path / "data" / "uploads").mkdir()
    damage, meant = Damage(tmp_path / "data", seed=1), {f"any {table.name}" for table in tables()}
    assert len(meant) >= 50
    assert {one.kind for one in damage.do(3 * len(meant))} >= meant
