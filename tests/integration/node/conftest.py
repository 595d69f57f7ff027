"""A node of its own for each test, the house's side of it, and parties that speak."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
import uvloop

from foundation.clock import SystemClock
from foundation.tasks import Tasks
from rtc_server.node.nodes import MediaNodes
from tests.support.caller import Caller
from tests.support.media_client import Identity
from tests.support.node_process import TOKEN, NodeProcess

Make = Callable[[int], Caller]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the product runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
def node(tmp_path: Path) -> Iterator[NodeProcess]:
    running = NodeProcess.start(tmp_path)
    yield running
    running.close()


@pytest.fixture
async def media(node: NodeProcess) -> AsyncIterator[MediaNodes]:
    tasks = Tasks()
    nodes = MediaNodes([node.address], TOKEN, SystemClock(), tasks)
    await nodes.start()
    yield nodes
    await nodes.close()
    await tasks.close()


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def make() -> AsyncIterator[Make]:
    """Makes parties, which are closed when the test has ended."""
    identity, made = Identity(), list[Caller]()

    def one(ssrc: int) -> Caller:
        made.append(Caller(identity, ssrc))
        return made[-1]

    yield one
    for caller in made:
        caller.close()
