"""Sessions of several parties at 640 x 360, beside Janus in the same run: CPU a packet, and sessions on one core.

Usage: python -m tests.benchmarks.media_parties [--parties 4,8,16] [--short] [--without-janus]

Each party sends a camera and a microphone, and gets those of six others at most, as many as a page has seats for: a
session of n is n publishers with min(n - 1, 6) receivers each. Both servers get the same connections and packets, each
party's own ones apart from those of the others. Writes build/bench/media_parties.json.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.media import Turn, machine, one_turn
from tests.benchmarks.media_capacity import Make, figures_of, one_core, what_ends_it
from tests.benchmarks.media_load import Camera, run
from tests.benchmarks.media_rigs import JanusRig, OurRig, Rig, Room, janus_version, own_address
from tests.support.cpu import cpu_seconds
from tests.support.media_client import Identity

OUT = Path("build/bench/media_parties.json")
SEATS = 6
SMALL = Camera(packets=3, together=True)
"""75 packets a second, 0.7 Mbit/s: a moving face at 640 x 360."""
MOST = 40
"""Sessions that are tried at most."""


def receivers(parties: int) -> int:
    """How many get what each party sends."""
    return min(parties - 1, SEATS)


def cost(rigs: dict[str, Make], parties: int, *, short: bool) -> dict[str, list[Turn]]:
    """The turns of each server with one session of so many, taken alternately."""
    host, found = own_address(), {name: list[Turn]() for name in rigs}
    seconds, pairs = ((0.5, 2.0), 2) if short else ((1.0, 8.0), 7)
    for _ in range(pairs):
        for name, make in rigs.items():
            turn = one_turn(make, host, receivers(parties), seconds, rooms=parties, camera=SMALL)
            found[name].append(turn)
            print(
                f"  {parties:2} parties {name:13} {turn['microseconds_per_packet']:6.2f} µs a packet", file=sys.stderr
            )
    return found


def sessions(make: Make, parties: int, *, short: bool) -> dict[str, Any]:
    """Adds sessions until the 99th percentile of the added latency of pictures passes 20 ms, or packets are lost."""
    host, cores = own_address(), os.sched_getaffinity(0)
    with one_core():
        rig = make(host, Identity())
    steps: list[dict[str, Any]] = []
    limit = "most"
    try:
        rooms: list[Room] = []
        for count in range(1, MOST + 1):
            rooms += rig.rooms(receivers(parties), parties, SMALL)
            tally = run(rooms, lambda: cpu_seconds(rig.pid), *((0.5, 1.5) if short else (1.0, 4.0)))
            steps.append(figures_of(count, tally))
            limit = what_ends_it(tally)
            print(f"  {count} sessions of {parties}: {steps[-1]}", file=sys.stderr)
            if limit:
                break
    finally:
        rig.close()
        os.sched_setaffinity(0, cores)
    return {"sessions": len(steps) - (1 if limit else 0), "ended_by": limit or "most", "steps": steps}


def main() -> int:
    """Measures, prints and writes; 1 when Janus is missing."""
    parser = argparse.ArgumentParser(description="Sessions of several parties, beside Janus")
    parser.add_argument("--parties", default="4,8,16", help="sizes of sessions")
    parser.add_argument("--short", action="store_true", help="a first look")
    parser.add_argument("--without-janus", action="store_true", help="measure our server alone")
    options = parser.parse_args()
    rigs: dict[str, Callable[[str, Identity], Rig]] = {"cloud-window": OurRig}
    if not options.without_janus:
        if janus_version() is None:
            print("Janus is not installed (apt-get install janus); --without-janus measures ours alone.")
            return 1
        rigs["janus"] = JanusRig
    found: dict[str, Any] = {}
    for parties in map(int, options.parties.split(",")):
        turns = cost(rigs, parties, short=options.short)
        costs = {name: [turn["microseconds_per_packet"] for turn in each] for name, each in turns.items()}
        held = {name: sessions(make, parties, short=options.short) for name, make in rigs.items()}
        ratio = median(a / b for a, b in zip(*costs.values(), strict=True)) if len(costs) == 2 else None
        found[str(parties)] = {"receivers": receivers(parties), "turns": turns, "ratio": ratio, "held": held}
        for name, each in costs.items():
            most = held[name]["sessions"]
            print(f"{parties} parties, {name}: {median(each):.2f} µs a packet, {most} sessions on one core")
        if ratio is not None:
            print(f"{parties} parties: {ratio:.2f} times Janus's CPU time a packet")
    result = {"machine": machine(), "short": options.short, "parties": found}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
