"""How many calls one core holds, how late packets are at half of that, and what an idle participant costs in memory."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

from tests.benchmarks.media_load import USUAL, Tally, run
from tests.benchmarks.media_rigs import Rig, Room, memory_kib
from tests.support.cpu import cpu_seconds
from tests.support.media_client import Identity

Make = Callable[[str, Identity], Rig]

PARTIES = 2
"""Of a call; each is a room of one publisher and one subscriber, so that both servers get the same connections."""
STEP = 4
"""Calls added at a time."""
MOST = 80
_TOO_LATE = 0.02
_LOST = 0.005
_GENERATOR_LATE = 0.01


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """What is started here keeps to the last core, and we to the others; without others nothing is kept apart."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) > 1:
        os.sched_setaffinity(0, cores[-1:])
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores[:-1] or cores)


def capacity(make: Make, host: str, *, short: bool) -> dict[str, Any]:
    """Adds calls until the 99th percentile of the added latency of pictures passes 20 ms, or packets are lost."""
    cores = os.sched_getaffinity(0)
    with one_core():
        rig = make(host, Identity())
    steps: list[dict[str, Any]] = []
    limit = "most"
    try:
        rooms: list[Room] = []
        while len(rooms) < MOST * PARTIES:
            rooms += rig.rooms(1, STEP * PARTIES * (2 if short else 1), USUAL)
            calls = len(rooms) // PARTIES
            tally = run(rooms, lambda: cpu_seconds(rig.pid), *((0.5, 1.5) if short else (1.0, 4.0)))
            steps.append(figures_of(calls, tally))
            limit = what_ends_it(tally)
            print(f"  {calls} calls: {steps[-1]}", file=sys.stderr)
            if limit:
                break
    finally:
        rig.close()
        os.sched_setaffinity(0, cores)
    held = [step["calls"] for step in steps[: -1 if limit else None]]
    return {"calls": max(held, default=0), "ended_by": limit or "most", "steps": steps}


def what_ends_it(tally: Tally) -> str:
    """The limit that was passed, empty while none was."""
    if tally.late > _GENERATOR_LATE:
        return "generator"
    if 1 - tally.delivered / tally.wanted > _LOST:
        return "loss"
    return "latency" if _percentile(tally.picture_ages, 0.99) > _TOO_LATE else ""


def figures_of(calls: int, tally: Tally) -> dict[str, Any]:
    """One step in figures."""
    return {
        "calls": calls,
        "delivered_per_second": round(tally.delivered / tally.seconds),
        "cpu_share": round(tally.cpu / tally.seconds, 3),
        "loss": round(max(0.0, 1 - tally.delivered / tally.wanted), 5),
        "picture_median_ms": round(_percentile(tally.picture_ages, 0.5) * 1e3, 2),
        "picture_p99_ms": round(_percentile(tally.picture_ages, 0.99) * 1e3, 2),
        "packet_median_ms": round(_percentile(tally.ages, 0.5) * 1e3, 2),
        "packet_p99_ms": round(_percentile(tally.ages, 0.99) * 1e3, 2),
        "generator_late_ms": round(tally.late * 1e3, 2),
    }


def _percentile(ages: list[float], share: float) -> float:
    return ages[int(len(ages) * share)] if ages else float("inf")


def idle_participant_kib(make: Make, host: str) -> float:
    """Memory of each of a hundred participants that are connected and send nothing, after a hundred others."""
    rig = make(host, Identity())
    try:
        rig.rooms(1, 50, USUAL)
        before = memory_kib(rig.pid)
        rig.rooms(1, 50, USUAL)
        return (memory_kib(rig.pid) - before) / 100
    finally:
        rig.close()
