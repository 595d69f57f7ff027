"""Media nodes: seconds until a call goes on when its node is killed, and calls held by one process and by two.

Usage: python -m tests.benchmarks.node [--short]

Recovery: calls over two nodes; one gets SIGKILL; for each party the seconds until it is told, and until it hears
somebody again. Parties are clients of ours that connect anew at once; a browser adds its own connection time.
Capacity: two 720p parties' worth of packets a call, one way, more and more calls until the 99th percentile of the added
latency passes 20 ms, more than 0.5 % is lost, or the load generator, which shares the machine, is itself late.
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
from collections.abc import AsyncIterator
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
from tests.benchmarks.media_load import Publisher, Subscriber, Tally, run
from tests.benchmarks.media_rigs import cpu_seconds
from tests.support.caller import Caller, Pages, until
from tests.support.media_client import Identity, MediaClient, MediaLine, connect_all
from tests.support.node_process import TOKEN, NodeProcess

OUT = Path("build/bench/node.json")
HOST = "127.0.0.1"
_LATE, _AGE, _LOSS = 0.01, 0.02, 0.005
_CALLS = (4, 8, 16, 24, 32, 40, 48, 64)

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


async def load(processes: int, calls: int, seconds: tuple[float, float]) -> tuple[Tally, list[int]]:
    """So many calls on so many nodes; how many sessions each node had."""
    async with house(processes) as (nodes, media):
        identity, clients = Identity(), list[MediaClient]()

        def client(lines: Any) -> MediaClient:
            clients.append(MediaClient(identity, HOST, lines))
            return clients[-1]

        rooms = []
        for call in range(calls):
            publisher = Publisher(client, seed=call)
            sources = {"0": SourceKind.MICROPHONE, "1": SourceKind.CAMERA}
            await _connect(media, f"call {call}", f"{call}:p", publisher.client, (sources, {}))
            watching = client((MediaLine("0", "audio", "recvonly"), MediaLine("1", "video", "recvonly")))
            slots = {"0": SlotKind.VOICE, "1": SlotKind.FACE}
            await _connect(media, f"call {call}", f"{call}:s", watching, ({}, slots))
            rooms.append((publisher, [Subscriber(watching)]))
        await asyncio.to_thread(connect_all, clients)
        pids = [node.process.pid for node in nodes]
        tally = await asyncio.to_thread(run, rooms, lambda: sum(map(cpu_seconds, pids)), *seconds)
        spread = [sum(_on(media, f"call {call}", node) for call in range(calls)) for node in nodes]
        for one in clients:
            one.close()
        return tally, spread


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


async def capacity(processes: int, seconds: tuple[float, float]) -> Figures:
    """Raises the number of calls until one of the limits is passed."""
    held, steps = 0, list[Figures]()
    for calls in _CALLS:
        tally, spread = await load(processes, calls, seconds)
        ages = tally.ages or [float("inf")]
        age, loss = ages[int(len(ages) * 0.99)], max(0.0, 1 - tally.delivered / tally.wanted)
        step = {
            "calls": calls,
            "sessions_of_each_node": spread,
            "age_p99_ms": round(age * 1e3, 2),
            "loss": round(loss, 5),
            "cpu_share_of_each_node": round(tally.cpu / tally.seconds / processes, 3),
            "microseconds_per_packet": round(tally.cpu / max(tally.delivered, 1) * 1e6, 2),
            "generator_late_ms": round(tally.late * 1e3, 2),
        }
        print(f"  {processes} process(es): {step}", flush=True)
        steps.append(step)
        if age > _AGE or loss > _LOSS or tally.late > _LATE:
            return {"held": held, "stopped_by": _limit(age, loss, tally.late), "steps": steps}
        held = calls
    return {"held": held, "stopped_by": "nothing", "steps": steps}


def _limit(age: float, loss: float, late: float) -> str:
    if late > _LATE:
        return "load generator"
    return "latency" if age > _AGE else f"loss of {loss:.3%}"


async def measure(*, short: bool) -> Figures:
    """Everything, in the order told above."""
    figures: Figures = {"machine": machine(), "cores": os.cpu_count()}
    figures["recovery"] = await recovery(*(3, 4) if short else (10, 10))
    print(json.dumps(figures["recovery"]), flush=True)
    seconds = (1.0, 3.0) if short else (2.0, 10.0)
    figures["one_process"] = await capacity(1, seconds)
    figures["two_processes"] = await capacity(2, seconds)
    return figures


def main() -> int:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="a minute instead of ten; for a look, not for a figure")
    figures = uvloop.run(measure(short=parser.parse_args().short))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(figures, indent=1) + "\n")
    for name in ("one_process", "two_processes"):
        print(f"{name}: {figures[name]['held']} calls held, stopped by {figures[name]['stopped_by']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
