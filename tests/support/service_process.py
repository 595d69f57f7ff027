"""The service as a process of its own, as an operator runs it."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

import aiohttp

from tests.support.served import free_port


class ServiceProcess:
    """`cloud-window serve` over a data folder, with the demonstration's people."""

    program = "signalling.cli.main"

    def __init__(self, data_dir: Path, **settings: str) -> None:
        self.data_dir = data_dir
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = data_dir.with_suffix(".log")
        self._settings = settings
        self.process: asyncio.subprocess.Process

    async def spawn(self) -> None:
        """Starts the process and does not wait for it."""
        settings = {
            "PORT": str(self.port),
            "TLS_PORT": "0",
            "MEDIA_HOST": "127.0.0.1",
            "MEDIA_PORT": str(free_port()),
            "DATA_DIR": str(self.data_dir),
            "ADVERTISED_ADDRESSES": "127.0.0.1",
            "DEMONSTRATION": "true",
        }
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self.program, "serve"),
                env=os.environ | settings | self._settings,
                stdout=log,
                stderr=log,
                umask=0o022,
            )

    async def start(self, seconds: float = 60.0) -> float:
        """Starts and waits until `/readyz` says so; how many seconds that took."""
        began = time.monotonic()
        await self.spawn()
        async with aiohttp.ClientSession() as http:
            while not await self._ready(http):
                if self.process.returncode is not None or time.monotonic() - began > seconds:
                    raise AssertionError(self.said()[-4000:])
                await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def stop(self, how: signal.Signals = signal.SIGTERM, seconds: float = 20.0) -> float:
        """Sends the signal and waits for the end; how many seconds that took. Kills the process that does not end."""
        began = time.monotonic()
        if self.process.returncode is None:
            self.process.send_signal(how)
        try:
            async with asyncio.timeout(seconds):
                await self.process.wait()
        except TimeoutError:
            self.process.kill()
            await self.process.wait()
        return time.monotonic() - began

    def said(self) -> str:
        """Everything in the log."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    async def _ready(self, http: aiohttp.ClientSession) -> bool:
        try:
            async with http.get(f"{self.address}/readyz", timeout=aiohttp.ClientTimeout(5)) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False
