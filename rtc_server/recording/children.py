"""Work on closed recordings in processes of their own, so that neither its load nor a fault in it reaches the calls."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path


class Children:
    """Runs `python -m MODULE FOLDER` with the recording's key on standard input, one at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._running: set[asyncio.subprocess.Process] = set()

    async def run(self, module: str, folder: Path, key: bytes) -> str:
        """Waits for the module's work on the folder; what it complained about, empty when all went well."""
        async with self._turn:
            child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", module, str(folder)),
                stdin=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            self._running.add(child)
            try:
                _, complaint = await child.communicate(key)
            finally:
                self._running.discard(child)
        return complaint.decode("utf-8", "replace")[-2000:] or "ended early" if child.returncode else ""

    async def close(self) -> None:
        """Ends what is running."""
        for child in tuple(self._running):
            child.terminate()
            await child.wait()


def read_key() -> bytes:
    """In such a child: the key it was given. Arguments and environments can be read by others, a pipe cannot."""
    return sys.stdin.buffer.read()
