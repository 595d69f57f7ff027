"""A call of two real browsers whose media is in two nodes, when a node dies and when the service does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import Figures, Parties, Service
from tests.journeys.walk import answer, both, finish, take_ticket
from tests.support.node_process import TOKEN, NodeProcess

KILLS = 3

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


class Nodes:
    """Two nodes, each started again on its own port after it was killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.running = [NodeProcess.start(folder / str(number)) for number in range(2)]
        self.addresses = " ".join(node.address for node in self.running)

    async def kill_the_busy_one(self) -> int:
        """Kills the node that forwards; its number."""
        used = [_nanoseconds(node) for node in self.running]
        await asyncio.sleep(1.0)
        number = max((0, 1), key=lambda one: _nanoseconds(self.running[one]) - used[one])
        self.running[number].kill()
        return number

    def start_again(self, number: int) -> None:
        """Starts another node in the place of one that was killed."""
        dead = self.running[number]
        self.running[number] = NodeProcess.start(self._folder / str(number), NODE_PORT=str(dead.control_port))
        dead.close()


def _nanoseconds(node: NodeProcess) -> int:
    threads = Path(f"/proc/{node.process.pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads)


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    made = Nodes(tmp_path)
    yield made
    for node in made.running:
        node.close()


@pytest.fixture
def service(data: Path, nodes: Nodes) -> Iterator[Service]:
    running = Service(data, MEDIA_NODES=nodes.addresses, NODE_TOKEN=TOKEN)
    running.start()
    yield running
    running.stop()


async def test_a_call_survives_the_death_of_its_node_and_of_the_service(
    service: Service, nodes: Nodes, parties: Parties, figures: Figures
) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=10)
    await point.sees(2, within=10)
    figures["media in nodes: accept to first frame"] = [await window.page.evaluate("cw.firstFrame()") / 1000]
    back = figures["media in nodes: picture back after kill -9 of the node, both pages"] = []
    for _ in range(KILLS):
        number = await nodes.kill_the_busy_one()
        began = time.monotonic()
        # What a browser has in hand it still shows for a moment.
        await asyncio.sleep(0.2)
        await asyncio.gather(window.sees(1, within=20), point.sees(2, within=20))
        back.append(time.monotonic() - began)
        await asyncio.to_thread(nodes.start_again, number)
    service.kill()
    await asyncio.sleep(1.0)
    # Nobody notices in the picture: the nodes forward without the service.
    await asyncio.gather(window.sees(1, within=2), point.sees(2, within=2))
    service.start()
    await point.page.wait_for_selector("text=正在自动重连", state="detached", timeout=20_000)
    await asyncio.gather(window.sees(1, within=2), point.sees(2, within=2))
    await finish(window)
    await point.page.wait_for_selector("text=本次办理已结束")
