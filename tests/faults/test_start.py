"""The short form of `make fault-start`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.start import rounds


@pytest.mark.timeout(600)
async def test_a_service_on_damaged_data_starts_serves_and_names_what_it_set_aside(tmp_path: Path) -> None:
    (found,) = await rounds(tmp_path, 1, damages=40, seed=5, cases=1)
    assert found.clean, found
    assert sum(found.damages.values()) == 40
    assert len(found.damages) >= 14
