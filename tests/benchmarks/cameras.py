"""What a camera that is watched costs, and each who watches it: `make bench-cameras`.

Usage: python -m tests.benchmarks.cameras [--short]

One camera of 720p, 25 pictures and 2 Mbit/s: a film at its own pace, read by its sandboxed child. 0, 1, 10 and 50
viewers with real ICE, DTLS and SRTP, in a process of their own. CPU of all threads of the service and of the child from
the scheduler's count, as a share of one core. In the end everybody leaves, and the child has to be gone.
Prints a table, writes build/bench/cameras.json; 1 when a viewer missed packets or something still ran.
"""

from __future__ import annotations

import argparse
import json
import select
import sys
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import av
import numpy as np

from tests.benchmarks.media import machine
from tests.benchmarks.media_rigs import OurRig, own_address
from tests.support.cpu import cpu_seconds
from tests.support.media_client import Identity, MediaClient

OUT = Path("build/bench/cameras.json")
VIEWERS = (1, 10, 50)
WIDTH, HEIGHT, RATE, BITS, FILM_SECONDS = 1280, 720, 25, 2_000_000, 8
LINGER = 10.0
"""Seconds that a camera is read after the last has left."""
_WARM_UP, _MORE, _MISSED = 2.0, 3.0, 0.01

Turn = dict[str, float]


def write_film(path: Path) -> None:
    """Noise that changes, as much as a hall's camera sends; a key frame every second second."""
    draw = np.random.default_rng(1)
    noises = [draw.integers(0, 90, (HEIGHT * 3 // 2, WIDTH), dtype=np.uint8) for _ in range(8)]
    with av.open(str(path), "w") as container:
        options = {"g": str(RATE * 2), "bf": "0", "preset": "ultrafast", "nal-hrd": "cbr"}
        stream = container.add_stream("libx264", rate=RATE, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", BITS
        stream.codec_context.time_base = Fraction(1, RATE)
        for number in range(RATE * FILM_SECONDS):
            frame = av.VideoFrame.from_ndarray(noises[number % len(noises)], format="yuv420p")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


class Hall:
    """The service and everybody who may watch."""

    def __init__(self, address: str) -> None:
        self.rig = OurRig(own_address(), Identity())
        self._address = address
        self._clients = self.rig.viewers(max(VIEWERS))
        self._watching = 0
        self._packets = [0] * len(self._clients)
        for number, client in enumerate(self._clients):
            client.received = partial(self._count, number)

    @property
    def children(self) -> list[int]:
        """The processes of the service."""
        return [
            int(one)
            for task in Path(f"/proc/{self.rig.pid}/task").iterdir()
            for one in (task / "children").read_text().split()
        ]

    def watched_by(self, count: int) -> None:
        """Has the first so many watch, and no others."""
        for number in range(min(count, self._watching), max(count, self._watching)):
            self.rig.watch(number, self._address if number < count else None)
        self._watching = count

    def measure(self, warm_up: float, seconds: float) -> Turn:
        """CPU as shares of a core, and the packets that the first viewer and the one with least got in a second."""
        drive(self._clients, warm_up)
        before, cpu, began = list(self._packets), self._cpu(), time.monotonic()
        drive(self._clients, seconds)
        after, took = self._cpu(), time.monotonic() - began
        got = [(now - then) / took for now, then in zip(self._packets, before, strict=True)][: self._watching]
        shares = {name: (after[name] - cpu[name]) / took for name in after}
        return shares | {"packets": got[0] if got else 0.0, "least_packets": min(got, default=0.0)}

    def _cpu(self) -> Turn:
        return {"service": cpu_seconds(self.rig.pid), "child": sum(map(cpu_seconds, self.children))}

    def _count(self, number: int, _packet: bytes) -> None:
        self._packets[number] += 1


def drive(clients: Sequence[MediaClient], seconds: float) -> None:
    """Lets the clients receive, and say that they are there, for so long."""
    by_socket = {client.socket: client for client in clients}
    now = time.monotonic()
    end, next_tick = now + seconds, now
    while now < end:
        readable, _, _ = select.select(list(by_socket), [], [], min(0.1, end - now))
        for one in readable:
            by_socket[one].receive()
        now = time.monotonic()
        if now >= next_tick:
            next_tick = now + 0.1
            for client in clients:
                client.tick(now)


def compare(hall: Hall, rounds: int, seconds: float) -> dict[str, list[Turn]]:
    """The turns by how many watch, taken in turns; "0" are those before anybody did and after all had left."""
    found: dict[str, list[Turn]] = {str(count): [] for count in (0, *VIEWERS)}
    found["0"].append(hall.measure(0.5, seconds))
    for _ in range(rounds):
        for count in VIEWERS:
            hall.watched_by(count)
            found[str(count)].append(hall.measure(_WARM_UP, seconds))
            print(f"  {count:3} watch: {found[str(count)][-1]['service']:6.2%} of a core", file=sys.stderr)
    hall.watched_by(0)
    found["0"].append(hall.measure(LINGER + _MORE, seconds))
    return found


def main() -> int:
    """Measures, prints and writes."""
    parser = argparse.ArgumentParser(description="What a camera that is watched costs, and each who watches it")
    parser.add_argument("--short", action="store_true", help="one round of two seconds a turn")
    rounds, seconds = (1, 2.0) if parser.parse_args().short else (3, 5.0)
    with tempfile.TemporaryDirectory(prefix="cameras-") as folder:
        film = Path(folder) / "hall.mp4"
        write_film(film)
        hall = Hall(f"file://{film}")
        try:
            turns = compare(hall, rounds, seconds)
            left = len(hall.children)
        finally:
            hall.rig.close()
    medians = {count: {name: median(turn[name] for turn in some) for name in some[0]} for count, some in turns.items()}
    few, many = medians[str(VIEWERS[0])], medians[str(VIEWERS[-1])]
    viewer = (many["service"] - few["service"]) / (VIEWERS[-1] - VIEWERS[0])
    result: dict[str, Any] = {"machine": machine(), "median": medians, "turns": turns, "children_left": left}
    result |= {"share_per_viewer": viewer, "microseconds_per_packet": viewer / many["packets"] * 1e6}
    show(result)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result, indent=1) + "\n")
    missed = any(turn["least_packets"] < (1 - _MISSED) * turn["packets"] for some in turns.values() for turn in some)
    idle = turns["0"]
    return 1 if missed or left or any(turn["child"] or turn["packets"] for turn in idle) else 0


def show(result: dict[str, Any]) -> None:
    """Prints the table."""
    print(f"{'who watch':>10}{'service':>10}{'child':>10}{'packets/s each':>16}")
    for count, one in result["median"].items():
        print(f"{count:>10}{one['service']:>10.2%}{one['child']:>10.2%}{one['packets']:>16.0f}")
    share, packet = result["share_per_viewer"], result["microseconds_per_packet"]
    print(
        f"each viewer more: {share:.3%} of a core, {packet:.2f} µs a packet; children left: {result['children_left']}"
    )


if __name__ == "__main__":
    sys.exit(main())
