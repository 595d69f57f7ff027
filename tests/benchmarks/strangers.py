"""A clerk's command while a stranger asks without a token over many connections: finding S7.

Real processes on one machine, which should be quiet: the service, the stranger, and the clerk's page in this process.
The share of a core that the service takes tells on a busy machine, too. The stranger has the lowest priority: on
another machine it would take no processor time from the service. Ends with 1 when the clerk's p95 beside the stranger
is more than twice what it is alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.cpu import cpu_seconds
from tests.support.elsewhere import Elsewhere
from tests.support.served import Page
from tests.support.service_process import ServiceProcess

OUT = Path("build/bench/strangers.json")
COMMANDS = 100
AT_MOST = 2.0
"""Times the p95 of the clerk alone."""
INTERVAL_SECONDS = 0.26
"""A connection may send four commands a second for long."""


async def ask_for_ever(port: int, connections: int) -> None:
    """What the stranger does: one request after another on each connection, a new one for each that is closed."""
    os.nice(19)
    request = b"GET /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"

    async def one() -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                while True:
                    writer.write(request)
                    if not await reader.read(2**16):
                        break
            except OSError:
                await asyncio.sleep(0.1)

    await asyncio.gather(*(one() for _ in range(connections)))


async def commands(page: Page, pid: int) -> dict[str, float]:
    """Milliseconds of the clerk's commands, one each interval, and the share of a core that the service took."""
    took: list[float] = []
    cpu, since = cpu_seconds(pid), time.perf_counter()
    for _ in range(COMMANDS):
        began = time.perf_counter()
        await page.do("set_status", status="available")
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(INTERVAL_SECONDS)
    core = (cpu_seconds(pid) - cpu) / (time.perf_counter() - since)
    slow = statistics.quantiles(took, n=20)[-1]
    return {"p50_ms": round(statistics.median(took), 1), "p95_ms": round(slow, 1), "core": round(core, 3)}


def audit_rows(data_dir: Path) -> int:
    """How many entries the audit log has."""
    with closing(sqlite3.connect(data_dir / "cloud-window.db")) as database:
        (rows,) = database.execute("SELECT count(*) FROM audit_log").fetchone()
    return int(rows)


async def measure(service: ServiceProcess, connections: int) -> dict[str, Any]:
    """A clerk alone, then beside a stranger with so many connections."""
    async with aiohttp.ClientSession() as http:
        page = await Page.open_at(http, service.address, await Elsewhere(service.address).sign_in(http, "clerk001"))
        desk = await page.see("desk", window_id=None)
        await page.do("open_window", window_id=desk["windows"][0]["window_id"])
        pid = service.process.pid
        await commands(page, pid)
        alone, before = await commands(page, pid), audit_rows(service.data_dir)
        stranger = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __spec__.name, "--ask", str(service.port), str(connections)
        )
        await asyncio.sleep(5)
        beside = await commands(page, pid)
        stranger.kill()
        await stranger.wait()
        # The commands themselves write some.
        written = audit_rows(service.data_dir) - before
    return {"connections": connections, "alone": alone, "beside": beside, "audit_rows_written": written}


async def main() -> int:
    """Measures with 400 and 1,500 connections, prints, and writes build/bench/strangers.json; 1 above the limit."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--ask", nargs=2, type=int, metavar=("PORT", "CONNECTIONS"))
    asked = parser.parse_args().ask
    if asked:
        await ask_for_ever(*asked)
        return 0
    found = []
    for connections in (400, 1500):
        with tempfile.TemporaryDirectory() as folder:
            service = ServiceProcess(Path(folder) / "data")
            try:
                await service.start()
                found.append(await measure(service, connections))
            finally:
                await service.stop()
            print(json.dumps(found[-1]))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1))
    return int(any(one["beside"]["p95_ms"] > AT_MOST * one["alone"]["p95_ms"] for one in found))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
