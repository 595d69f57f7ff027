"""What most tests of the whole service ask for: one that runs, and what asks it over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.support.asker import Asker
from tests.support.served import Served, served


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    """The demonstration; a clerk who has finished is free at once."""
    async with served(tmp_path / "data", wrap_up_seconds=0.0) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """Ends its connections after the test."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def asker(http: aiohttp.ClientSession, site: Served) -> Asker:
    """What the worker of the first point asks."""
    return Asker(http, site, await site.sign_in(http, "point001"))
