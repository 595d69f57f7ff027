"""A clerk's command while a stranger asks without a token over many connections: finding S7.

Real processes on one machine: the service, the stranger, and the clerk's page in this process. Run it on a quiet one.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

from directory.store.tables import AuditRow
from foundation.database import Database
from tests.support.served import Page, Served, served

OUT = Path("build/bench/strangers.json")
COMMANDS = 100
INTERVAL_SECONDS = 0.15


async def ask_for_ever(port: int, connections: int) -> None:
    """What the stranger does: one request after another on each connection, a new one for each that is closed."""
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


async def commands(page: Page) -> list[float]:
    """Milliseconds of each of the clerk's commands, one each interval."""
    took = []
    for _ in range(COMMANDS):
        began = time.perf_counter()
        await page.do("set_status", status="available")
        took.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(INTERVAL_SECONDS)
    return took


def summary(took: list[float]) -> dict[str, float]:
    """The middle and the slow end."""
    return {"p50": round(statistics.median(took), 1), "p95": round(statistics.quantiles(took, n=20)[-1], 1)}


async def audit_rows(database: Database) -> int:
    """How many entries the audit log has."""
    async with database.read() as session:
        return int((await session.execute(select(func.count()).select_from(AuditRow))).scalar_one())


async def measure(site: Served, connections: int) -> dict[str, object]:
    """A clerk alone, then beside a stranger with so many connections."""
    async with aiohttp.ClientSession() as http:
        page = await Page.open(http, site, await site.sign_in(http, "clerk001"))
        desk = await page.see("desk", window_id=None)
        await page.do("open_window", window_id=desk["windows"][0]["window_id"])
        await commands(page)
        alone, before = summary(await commands(page)), await audit_rows(site.house.database)
        port = str(site.house.settings.port)
        stranger = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __spec__.name, "--ask", port, str(connections)
        )
        await asyncio.sleep(5)
        beside = summary(await commands(page))
        stranger.kill()
        await stranger.wait()
        # The commands themselves write some.
        written = await audit_rows(site.house.database) - before
    return {"connections": connections, "alone_ms": alone, "beside_ms": beside, "audit_rows_written": written}


async def main() -> None:
    """Measures with 400 and 1,500 connections, prints, and writes build/bench/strangers.json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--ask", nargs=2, type=int, metavar=("PORT", "CONNECTIONS"))
    asked = parser.parse_args().ask
    if asked:
        await ask_for_ever(*asked)
    found = []
    for connections in (400, 1500):
        with tempfile.TemporaryDirectory() as folder:
            async with served(Path(folder) / "data") as site:
                found.append(await measure(site, connections))
                print(json.dumps(found[-1]))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
