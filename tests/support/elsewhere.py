"""The whole service in a process of its own, with demonstration data."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from tests.support.served import Served, free_port


class Elsewhere(Served):
    """A service that is another process: known by its address alone."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __repr__(self) -> str:
        return self.address


@asynccontextmanager
async def elsewhere(folder: Path) -> AsyncIterator[Elsewhere]:
    """Serves `folder`/data with the demonstration until the block ends."""
    port = free_port()
    settings = {
        "PORT": str(port),
        "TLS_PORT": "0",
        "MEDIA_HOST": "127.0.0.1",
        "MEDIA_PORT": str(free_port()),
        "ADVERTISED_ADDRESSES": "127.0.0.1",
        "DATA_DIR": str(folder / "data"),
        "DEMONSTRATION": "true",
        "WRAP_UP_SECONDS": "0",
    }
    command = [sys.executable, "-m", "signalling.cli.main", "serve"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=log, umask=0o022)
    made = Elsewhere(f"http://127.0.0.1:{port}")
    try:
        await _healthy(made.address)
        yield made
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


async def _healthy(address: str) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"{address}/readyz") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)
