"""What one operation of the queue core costs, in µs, at a thousand to a hundred thousand waiting tickets.

Usage: python -m tests.benchmarks.bench_queue
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from scheduler.queue_core.matching import Clerk, Lane, ticket_for
from scheduler.queue_core.queue import TicketQueue, Waiting, ticket_queues
from scheduler.queue_core.waiting import Hall, Server, lognormal, ranges

SIZES = (1_000, 10_000, 100_000)
QUEUES = 20
OPERATIONS = 5_000
OUT = Path("build/bench/queue.json")


def tickets(count: int, seed: int = 1) -> list[Waiting]:
    """So many tickets in 20 queues, credit spread over a day."""
    draw = random.Random(seed)
    return [Waiting(f"t{n:07d}", f"q{n % QUEUES}", draw.random() * 86_400, 600.0) for n in range(count)]


def microseconds(operation: Callable[[int], object], count: int = OPERATIONS) -> float:
    """The mean time of one operation in µs, best of three runs."""
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        for number in range(count):
            operation(number)
        best = min(best, time.perf_counter() - began)
    return best / count * 1e6


def measure(count: int) -> dict[str, float]:
    """Operation → µs, at this many waiting tickets."""
    waiting = tickets(count)
    line, board = TicketQueue(waiting), ticket_queues(waiting)
    clerk = Clerk("ada", {f"q{n}": Lane(1) for n in range(QUEUES)}, QUEUES, 0.0)
    single = Clerk("ben", {"q0": Lane(1)}, 1, 0.0)
    spare = tickets(OPERATIONS, seed=2)

    def add_and_remove(number: int) -> None:
        one = spare[number]
        name = f"x{number}"
        line.add(Waiting(name, one.queue_id, one.credit_from, one.service))
        line.remove(name)

    def serve_and_return(_number: int) -> None:
        first = line.first()
        assert first is not None
        line.remove(first.ticket_id)
        line.add(first)

    return {
        "first": microseconds(lambda _: line.first()),
        "add_and_remove": microseconds(add_and_remove),
        "serve_first_and_return": microseconds(serve_and_return),
        "ticket_for_clerk_of_1_queue": microseconds(lambda _: ticket_for(single, board, 90_000.0)),
        "ticket_for_clerk_of_20_queues": microseconds(lambda _: ticket_for(clerk, board, 90_000.0)),
    }


def estimate() -> dict[str, float]:
    """Milliseconds for the ranges of a whole hall: 100 replicas, so many waiting, clerks of a town or a district.

    Half of the district's 80 clerks help out after ten minutes.
    """
    found = {}
    for count, clerks in ((20, 10), (50, 10), (150, 10), (50, 80), (150, 80)):
        after = [600.0 * (clerks > 10 and n % 2) for n in range(clerks)]
        held = [{f"q{k}": Lane(1, after[n]) for k in range(QUEUES)} for n in range(clerks)]
        servers = [Server(Clerk(f"c{n}", held[n], QUEUES, 0.0), 600.0, 60.0) for n in range(clerks)]
        waiting = tickets(count)
        found[f"{count} tickets, {clerks} clerks"] = microseconds(partial(_hall, waiting, servers), 1) / 1000
    return found


def _hall(waiting: list[Waiting], servers: list[Server], _number: int) -> None:
    hall, sample = Hall(waiting, servers, 90_000.0), lognormal(random.Random(3).random, 0.8)
    ranges(waiting, [hall.waits(sample) for _ in range(100)])


def main() -> None:
    """Measures, prints, and writes build/bench/queue.json."""
    figures = {str(size): measure(size) for size in SIZES}
    print(f"{'µs per operation':32}" + "".join(f"{size:>10}" for size in SIZES))
    for name in figures[str(SIZES[0])]:
        print(f"{name:32}" + "".join(f"{figures[str(size)][name]:>10.2f}" for size in SIZES))
    hall = estimate()
    for count, milliseconds in hall.items():
        print(f"waiting times, {count}, 100 replicas: {milliseconds:.1f} ms")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"microseconds": figures, "estimate_milliseconds": hall}, indent=2) + "\n")


if __name__ == "__main__":
    main()
