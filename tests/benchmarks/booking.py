"""200 clients race for 50 slots with moves and cancels, from four processes on PostgreSQL: `make bench-booking`.

Usage: python -m tests.benchmarks.booking [--clients 200] [--slots 50] [--processes 4] [--sqlite]

With `--sqlite` all clients are in one process, on SQLite, as in a hall without a database of its own. Prints and writes
to build/bench/booking.json, or booking-sqlite.json, how many slots were booked twice, how many bookings were lost, and
how often a client was refused because of locks: each must be 0.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from foundation.clock import SystemClock
from foundation.database import Database
from foundation.database.migrate import migrate
from tests.support.hall import Hall
from tests.support.postgres import TEMPLATE, Cluster, programs
from tests.support.race_for_slots import RULES, Tally, race, verdict

OUT = Path("build/bench")


async def main(clients: int, slots: int, processes: int) -> dict[str, float]:
    """Runs the race on a cluster of its own."""
    tools = programs()
    if tools is None:
        sys.exit("PostgreSQL's server programs are not on this machine")
    cluster = Cluster.start(tools)
    try:
        async with cluster.database(TEMPLATE) as url:
            share = clients // processes
            runners = await asyncio.gather(
                *(_started(url, number * share, share, slots) for number in range(processes))
            )
            began = time.perf_counter()
            tallies = await asyncio.gather(*(_result(one) for one in runners))
            seconds = time.perf_counter() - began
            database = Database.open(url)
            found = await verdict(database, tallies)
            await database.close()
    finally:
        cluster.stop()
    asked = {"clients": clients, "slots": slots, "processes": processes}
    return {**asked, **found, "seconds": round(seconds, 1)}


async def on_sqlite(clients: int, slots: int) -> dict[str, float]:
    """Runs the race in this process, on a database in a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'race.db'}"
        database = Database.open(url)
        await migrate(database)
        began = time.perf_counter()
        tally = await race(Hall(database, SystemClock(), RULES), range(clients), slots)
        seconds = time.perf_counter() - began
        found = await verdict(database, [tally])
        await database.close()
    return {"clients": clients, "slots": slots, "processes": 1, **found, "seconds": round(seconds, 1)}


async def _started(url: str, first: int, clients: int, slots: int) -> asyncio.subprocess.Process:
    numbers = map(str, (first, clients, slots))
    pipe = asyncio.subprocess.PIPE
    command = (sys.executable, "-m", "tests.support.race_for_slots", url, *numbers)
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def _result(process: asyncio.subprocess.Process) -> Tally:
    out, _ = await process.communicate(b"go\n")
    if process.returncode != 0:
        raise RuntimeError("a process of the race has failed")
    found = json.loads(out.splitlines()[-1])
    return Tally(held=found["held"], told=Counter(found["told"]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--slots", type=int, default=50)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    running = (
        on_sqlite(given.clients, given.slots) if given.sqlite else main(given.clients, given.slots, given.processes)
    )
    figures = asyncio.run(running)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"booking{'-sqlite' if given.sqlite else ''}.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
    sys.exit(any(figures[name] for name in ("booked_twice", "lost", "locked")))
