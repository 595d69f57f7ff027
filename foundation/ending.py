"""The end of a process in bounded time, whatever hangs: parts end one after the other, and then it ends by force."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

_log = structlog.get_logger("foundation.ending")
_PART_SECONDS = 2.0
_LEAST_SECONDS = 0.2


class Ending:
    """Ends parts within a time that they share; what does not end in its share is named in the log and left."""

    def __init__(self, seconds: float) -> None:
        self._until = asyncio.get_running_loop().time() + seconds

    async def end(self, part: str, work: Coroutine[Any, Any, object]) -> None:
        """Waits for the work, two seconds at most and less when the time is short; never raises."""
        task = asyncio.get_running_loop().create_task(work, name=f"ending {part}")
        left = self._until - asyncio.get_running_loop().time()
        await asyncio.wait({task}, timeout=min(_PART_SECONDS, max(left, _LEAST_SECONDS)))
        if not task.done():
            _log.error("not_ended", part=part)
            # Not waited for: what hangs may not be cancelled either.
            task.cancel()
        elif not task.cancelled() and (error := task.exception()) is not None:
            _log.error("ended_badly", part=part, exc_info=error)


def end_by_force(seconds: float, left: Callable[[], list[str]]) -> threading.Thread:
    """Ends the process after `seconds` if it has not ended by itself, and logs what `left` still names.

    A thread of its own does it, since what hangs may be the event loop, or a thread that Python would wait for.
    """

    def watch() -> None:
        time.sleep(seconds)
        threads = [one.name for one in threading.enumerate() if not one.daemon and one is not threading.main_thread()]
        _log.critical("ended_by_force", left=left(), threads=threads)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(1)

    thread = threading.Thread(target=watch, name="end by force", daemon=True)
    thread.start()
    return thread
