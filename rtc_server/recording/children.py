"""Work on closed recordings in processes of their own, so that neither its load nor a fault in it reaches the calls."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path


class Children:
    """Runs `python -m MODULE FOLDER`, one at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._running: set[asyncio.subprocess.Process] = set()

    async def run(self, module: str, folder: Path) -> str:
        """Waits for the module's work on the folder; what it complained about, empty when all went well."""
        async with self._turn:
            child = await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, str(folder), stderr=asyncio.subprocess.PIPE
            )
            self._running.add(child)
            try:
                _, complaint = await child.communicate()
            finally:
                self._running.discard(child)
        return complaint.decode("utf-8", "replace")[-2000:] or "ended early" if child.returncode else ""

    async def close(self) -> None:
        """Ends what is running."""
        for child in tuple(self._running):
            child.terminate()
            await child.wait()
