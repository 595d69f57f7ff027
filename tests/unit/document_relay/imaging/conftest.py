"""One warm pool for all tests of a module: starting children is not what they are about."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from document_relay.imaging import Imaging, Limits


@pytest.fixture
async def imaging() -> AsyncIterator[Imaging]:
    pool = Imaging(Limits(children=1))
    yield pool
    await pool.close()
