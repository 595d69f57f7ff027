"""The whole service in a process of its own, as tests that also serve in their own process know one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.served import Served
from tests.support.service_process import ServiceProcess


class Elsewhere(Served):
    """A service that is another process: known by its address alone."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __repr__(self) -> str:
        return self.address


@asynccontextmanager
async def elsewhere(folder: Path) -> AsyncIterator[Elsewhere]:
    """Serves `folder`/data with the demonstration until the block ends."""
    service = ServiceProcess(folder / "data", WRAP_UP_SECONDS="0")
    try:
        await service.start()
        yield Elsewhere(service.address)
    finally:
        await service.stop()
