"""Media nodes: seconds until a call goes on when its node is killed, and calls held by one process and by two.

Usage: python -m tests.benchmarks.node [--short]

Recovery: calls over two nodes; one gets SIGKILL; for each party the seconds until it is told, and until it hears
somebody again. Parties are clients of ours that connect anew at once; a browser adds its own connection time
(`tests/journeys/test_nodes.py` has it).
Capacity: calls of two parties as `bench-media` counts them, more and more of them, until the 99th percentile of the
added latency of pictures passes 20 ms, more than 0.5 % is lost, or the load generator is itself late. It shares the
machine: with as many processes as cores it takes the time of one of them.
Prints, and writes build/bench/node.json.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

from foundation.clock import SystemClock
from foundation.tasks import Tasks
from rtc_server.node.nodes import MediaNodes
from rtc_server.sessions.interface import MediaEvent, MediaOffer, ParticipantDisconnected, SlotKind, SourceKind
from tests.benchmarks.media import machine
from tests.benchmarks.media_capacity import MOST, PARTIES, STEP, figures_of, what_ends_it
from tests.benchmarks.media_load import USUAL, Publisher, Subscriber, run
from tests.support.caller import Caller, Pages, until
from tests.support.cpu import cpu_seconds
from tests.support.media_client import Identity, MediaClient, MediaLine, connect_all
from tests.support.node_process import TOKEN, NodeProcess

OUT = Path("build/bench/node.json")
HOST = "127.0.0.1"

Figures = dict[str, Any]


@asynccontextmanager
async def house(count: int) -> AsyncIterator[tuple[list[NodeProcess], MediaNodes]]:
    """So many nodes, and the house's side of them."""
    tasks = Tasks()
    with tempfile.TemporaryDirectory(prefix="nodes-") as folder:
        nodes = [
            await asyncio.to_thread(NodeProcess.start, Path(folder) / str(number), LOG_LEVEL="ERROR")
            for number in range(count)
        ]
        media = MediaNodes([node.address for node in nodes], TOKEN, SystemClock(), tasks)
        await media.start()
        try:
            yield nodes, media
        finally:
            await media.close()
            await tasks.close()
            for node in nodes:
                node.close()


async def one_death(calls: int) -> list[tuple[float, float]]:
    """Seconds until told and until heard again, for each party of the calls that the killed node had."""
    async with house(2) as (nodes, media):
        identity, pages, told = Identity(), Pages(media), dict[str, float]()
        parties: dict[str, Caller] = {}
        for call in range(calls):
            for side in ("point", "window"):
                name = f"{call}:{side}"
                media.admit(f"call {call}", name)
                parties[name] = Caller(identity, random.getrandbits(32))
                await pages.open(name, parties[name])
        await until(lambda: all(caller.heard for caller in parties.values()))

        def note(event: MediaEvent) -> None:
            if isinstance(event, ParticipantDisconnected):
                told.setdefault(event.participant_id, time.monotonic())
                # What came before lay in the socket.
                parties[event.participant_id].heard.clear()

        media.subscribe(note)
        victim = nodes[0]
        hit = [name for name in parties if _on(media, f"call {name.partition(':')[0]}", victim)]
        killed = time.monotonic()
        victim.kill()
        await until(lambda: all(name in told and parties[name].heard for name in hit), 60.0)
        await pages.settled()
        pages.close()
        for caller in parties.values():
            caller.close()
        return [(told[name] - killed, parties[name].heard[0] - killed) for name in hit]


def _on(media: MediaNodes, session_id: str, node: NodeProcess) -> bool:
    link = media.link_of(session_id)
    return link is not None and link.name == node.address


async def recovery(deaths: int, calls: int) -> Figures:
    """Several deaths, each of a node with half the calls."""
    found = [times for _ in range(deaths) for times in await one_death(calls)]
    told, heard = sorted(first for first, _ in found), sorted(second for _, second in found)
    return {
        "deaths": deaths,
        "parties": len(found),
        "told_median_s": round(median(told), 3),
        "heard_median_s": round(median(heard), 3),
        "heard_p95_s": round(heard[int(len(heard) * 0.95)], 3),
        "heard_worst_s": round(heard[-1], 3),
    }


Room = tuple[Publisher, list[Subscriber]]


async def make_rooms(media: MediaNodes, clients: list[MediaClient], count: int) -> list[Room]:
    """So many more sessions of a publisher and a subscriber, all connected."""
    identity, known = Identity(), len(clients)

    def client(lines: Sequence[MediaLine]) -> MediaClient:
        clients.append(MediaClient(identity, HOST, lines))
        return clients[-1]

    rooms: list[Room] = []
    for _ in range(count):
        name = f"room {len(clients)}"
        publisher = Publisher(client, len(clients), USUAL)
        sources = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA}
        await _connect(media, name, f"{name} publisher", publisher.client, (sources, {}))
        watching = client((MediaLine("0", "audio", "recvonly"), MediaLine("1", "video", "recvonly")))
        await _connect(media, name, f"{name} subscriber", watching, ({}, {"0": SlotKind.VOICE, "1": SlotKind.FACE}))
        rooms.append((publisher, [Subscriber(watching)]))
    await asyncio.to_thread(connect_all, clients[known:])
    return rooms


async def _connect(
    media: MediaNodes,
    session_id: str,
    name: str,
    client: MediaClient,
    lines: tuple[dict[str, SourceKind], dict[str, SlotKind]],
) -> None:
    media.admit(session_id, name)
    answer = await media.connect(name, MediaOffer(sdp=client.offer(), sources=lines[0], slots=lines[1]))
    client.accept(answer.sdp)


async def capacity(processes: int, *, short: bool) -> Figures:
    """Adds calls until one of the limits is passed."""
    rooms, clients, steps, limit = list[Room](), list[MediaClient](), list[Figures](), ""
    async with house(processes) as (nodes, media):
        pids = [node.process.pid for node in nodes]
        while not limit and len(rooms) < MOST * PARTIES:
            rooms += await make_rooms(media, clients, STEP * PARTIES * (2 if short else 1))
            seconds = (0.5, 1.5) if short else (1.0, 4.0)
            tally = await asyncio.to_thread(run, rooms, lambda: sum(map(cpu_seconds, pids)), *seconds)
            limit = what_ends_it(tally)
            figures = figures_of(len(rooms) // PARTIES, tally)
            sessions = [link.load.statistics.sessions for link in media.open_links() if link.load is not None]
            print(f"  {processes} process(es), sessions {sessions}: {figures}", flush=True)
            steps.append(figures | {"sessions": sessions})
        for client in clients:
            client.close()
    held = [step["calls"] for step in steps[: -1 if limit else None]]
    return {"calls": max(held, default=0), "ended_by": limit or "most", "steps": steps}


async def measure(*, short: bool) -> Figures:
    """Everything, in the order told above."""
    figures: Figures = {"machine": machine(), "cores": os.cpu_count()}
    figures["recovery"] = await recovery(*(3, 4) if short else (10, 10))
    print(json.dumps(figures["recovery"]), flush=True)
    figures["one_process"] = await capacity(1, short=short)
    figures["two_processes"] = await capacity(2, short=short)
    return figures


def main() -> int:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="a minute instead of ten; for a look, not for a figure")
    figures = uvloop.run(measure(short=parser.parse_args().short))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1) + "\n")
    for name in ("one_process", "two_processes"):
        print(f"{name}: {figures[name]['calls']} calls held, ended by {figures[name]['ended_by']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
