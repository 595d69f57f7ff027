"""The small district, as a fixture."""

from __future__ import annotations

import pytest

from foundation.clock import ManualClock
from foundation.database import Database
from tests.support.hall import Hall


@pytest.fixture
def hall(database: Database, clock: ManualClock) -> Hall:
    return Hall(database, clock)
