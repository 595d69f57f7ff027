"""CPU time of the media server for each packet delivered, beside Janus under the same load on the same machine.

Usage: python -m tests.benchmarks.media [--short] [--without-janus]

Four cameras of 500 packets a second and four microphones, to one receiver each and to three each; real ICE, DTLS and
SRTP. The servers take turns (A B A B …), every turn in a fresh process. Prints a table, writes build/bench/media.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from rtc_server.transport import port
from tests.benchmarks.media_capacity import capacity, idle_participant_kib
from tests.benchmarks.media_load import AUDIO_PACKETS, BUSY, FRAMES, VIDEO_LENGTH, Camera, Tally, run
from tests.benchmarks.media_rigs import JanusRig, OurRig, Rig, janus_version, own_address
from tests.support.cpu import cpu_seconds
from tests.support.media_client import Identity

OUT = Path("build/bench/media.json")
ROOMS = 4
SHAPES = {"one_to_one": 1, "one_to_three": 3}
AGES = ("age_median_ms", "age_p99_ms", "picture_median_ms", "picture_p99_ms")
_LATE = 0.01

Turn = dict[str, Any]


def one_turn(
    make: Callable[[str, Identity], Rig],
    host: str,
    subscribers: int,
    seconds: tuple[float, float],
    *,
    rooms: int = ROOMS,
    camera: Camera = BUSY,
) -> Turn:
    """One server under load; `seconds` of warm-up and of measuring."""
    rig = make(host, Identity())
    try:
        made = rig.rooms(subscribers, rooms, camera)
        tally = run(made, lambda: cpu_seconds(rig.pid), *seconds)
    finally:
        rig.close()
    return _figures(tally)


def _figures(tally: Tally) -> Turn:
    if not tally.delivered or not tally.ages:
        raise SystemExit("Nothing was delivered: the load did not get through.")
    ages, pictures = tally.ages, tally.picture_ages
    return {
        "microseconds_per_packet": tally.cpu / tally.delivered * 1e6,
        "cpu_share": tally.cpu / tally.seconds,
        "delivered_per_second": tally.delivered / tally.seconds,
        "loss": max(0.0, 1 - tally.delivered / tally.wanted),
        "age_median_ms": ages[len(ages) // 2] * 1e3,
        "age_p99_ms": ages[int(len(ages) * 0.99)] * 1e3,
        "picture_median_ms": pictures[len(pictures) // 2] * 1e3,
        "picture_p99_ms": pictures[int(len(pictures) * 0.99)] * 1e3,
        "generator_late_ms": tally.late * 1e3,
    }


def compare(rigs: dict[str, Callable[[str, Identity], Rig]], *, short: bool) -> dict[str, dict[str, list[Turn]]]:
    """Shape → server → its turns, taken alternately."""
    host = own_address()
    seconds, pairs = ((0.5, 3.0), 2) if short else ((1.0, 8.0), 7)
    found: dict[str, dict[str, list[Turn]]] = {}
    for shape, subscribers in SHAPES.items():
        found[shape] = {name: [] for name in rigs}
        for _ in range(pairs):
            for name, make in rigs.items():
                turn = one_turn(make, host, subscribers, seconds)
                found[shape][name].append(turn)
                print(f"  {shape:13} {name:13} {turn['microseconds_per_packet']:6.2f} µs a packet", file=sys.stderr)
    return found


def summarise(turns: list[Turn]) -> Turn:
    """Median, least and most of every figure."""
    return {
        name: {
            "median": median(turn[name] for turn in turns),
            "min": min(turn[name] for turn in turns),
            "max": max(turn[name] for turn in turns),
        }
        for name in turns[0]
    }


def machine() -> dict[str, Any]:
    """Where this was measured."""
    processors = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": processors[0].partition(":")[2].strip() if processors else platform.processor(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "janus": janus_version(),
        "compiled": not str(port.__file__).endswith(".py"),
    }


def show(shapes: dict[str, dict[str, Turn]]) -> None:
    """Prints the table."""
    head = ("", "µs/packet", "(min", "max)", "packets/s", "loss", "packet ms", "p99 ms", "picture ms", "p99 ms")
    print(f"{head[0]:30}" + "".join(f"{name:>11}" for name in head[1:]))
    for shape, servers in shapes.items():
        for name, summary in servers.items():
            cost = summary["microseconds_per_packet"]
            cells = [cost["median"], cost["min"], cost["max"], summary["delivered_per_second"]["median"]]
            row = "".join(f"{cell:>11.2f}" for cell in cells) + f"{summary['loss']['median']:>11.3%}"
            row += "".join(f"{summary[age]['median']:>11.2f}" for age in AGES)
            print(f"{shape + ' ' + name:30}{row}")


def ratios(shapes: dict[str, dict[str, list[Turn]]]) -> dict[str, float]:
    """Our cost divided by Janus's, the median over the pairs; below 1 is cheaper."""
    found = {}
    for shape, servers in shapes.items():
        costs = [[turn["microseconds_per_packet"] for turn in turns] for turns in servers.values()]
        if len(costs) == 2:
            found[shape] = median(ours / theirs for ours, theirs in zip(*costs, strict=True))
    return found


def held(rigs: dict[str, Callable[[str, Identity], Rig]], *, short: bool) -> dict[str, Any]:
    """Calls that one core holds, ages at half of the least of that, and the memory of an idle participant; printed."""
    host = own_address()
    memory = {name: idle_participant_kib(make, host) for name, make in rigs.items()}
    found = {name: capacity(make, host, short=short) for name, make in rigs.items()}
    half = min(one["calls"] for one in found.values()) // 2
    for name, one in found.items():
        print(f"{name}: {one['calls']} calls of two 720p parties on one core, then {one['ended_by']}")
        step = next((step for step in one["steps"] if step["calls"] >= half), one["steps"][-1])
        ages = ", ".join(f"{age} {step[f'{age}_ms']} ms" for age in ("picture_median", "picture_p99"))
        print(f"  at {step['calls']} calls: {ages}; an idle participant: {memory[name]:.0f} KiB")
    return {"capacity": found, "idle_participant_kib": memory}


def main() -> int:
    """Measures, prints and writes; 1 when Janus is missing or the load generator was too slow to be believed."""
    parser = argparse.ArgumentParser(description="CPU of the media server for each packet delivered, beside Janus")
    parser.add_argument("--short", action="store_true", help="under a minute, for a first look")
    parser.add_argument("--without-janus", action="store_true", help="measure our server alone")
    options = parser.parse_args()
    rigs: dict[str, Callable[[str, Identity], Rig]] = {"cloud-window": OurRig}
    if not options.without_janus:
        if janus_version() is None:
            print("Janus is not installed (apt-get install janus); --without-janus measures ours alone.")
            return 1
        rigs["janus"] = JanusRig
    turns = compare(rigs, short=options.short)
    shapes = {shape: {name: summarise(found) for name, found in servers.items()} for shape, servers in turns.items()}
    show(shapes)
    compared = ratios(turns)
    for shape, ratio in compared.items():
        print(f"{shape}: {ratio:.2f} times Janus's CPU time a packet")
    capacities = held(rigs, short=options.short)
    late = max(turn["generator_late_ms"] for servers in turns.values() for found in servers.values() for turn in found)
    load = {
        "rooms": ROOMS,
        "video_packets": BUSY.packets * FRAMES,
        "audio_packets": AUDIO_PACKETS,
        "video_bytes": VIDEO_LENGTH,
    }
    result = {"machine": machine(), "load": load, "shapes": shapes, "ratio": compared, "turns": turns} | capacities
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result | {"short": options.short, "generator_late_ms": late}, indent=1) + "\n")
    if late > _LATE * 1e3:
        print(
            f"The load generator was {late:.1f} ms late at its 99th percentile: this machine was too busy to measure."
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
