"""Cameras of another house for tests: GStreamer's RTSP server in a process of its own."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_PROGRAM = Path(__file__).parent / "rtsp_camera.py"
_COME_SECONDS = 20.0


class RtspCamera:
    """A running camera: where it is and how many read it."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, password: str) -> None:
        self._process = process
        self._password = password
        self.port = port
        self.clients = 0
        self.most = 0
        """At once, ever."""
        self.opened = 0
        """Connections so far."""

    @property
    def address(self) -> str:
        """With name and password where it wants them."""
        who = f"viewer:{self._password}@" if self._password else ""
        return f"rtsp://{who}127.0.0.1:{self.port}/live"

    async def follow(self) -> None:
        """Counts who comes and goes."""
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            if not line.endswith(b"\n"):
                # It was ended in mid-line.
                return
            word, number = line.split()
            if word == b"clients":
                self.opened += int(number) > self.clients
                self.clients = int(number)
                self.most = max(self.most, self.clients)

    def freeze(self) -> None:
        """Says nothing any more, but keeps its connections."""
        self._process.send_signal(19)


@asynccontextmanager
async def rtsp_camera(**options: str) -> AsyncIterator[RtspCamera]:
    """A camera with the options of `rtsp_camera.py`; it is killed in the end."""
    given = [f"{name}={value}" for name, value in options.items()]
    process = await asyncio.create_subprocess_exec(
        "/usr/bin/python3", str(_PROGRAM), *given, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(_COME_SECONDS):
        line = await process.stdout.readline()
    camera = RtspCamera(process, int(line.split()[1]), options.get("password", ""))
    following = asyncio.create_task(camera.follow())
    try:
        yield camera
    finally:
        process.kill()
        await process.wait()
        await following
