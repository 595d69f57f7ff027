"""Background work that is referenced, named, reported when it fails, and ended with its owner."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

T = TypeVar("T")

_log = structlog.get_logger("foundation.tasks")


class Tasks:
    """Owns background tasks: keeps them alive, logs what they raise, cancels them at the end."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def spawn(self, coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Starts the coroutine and returns its task; what it raises is logged under `name`."""
        task = asyncio.create_task(coroutine, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancels every task and waits until the last has ended."""
        while self._running:
            tasks = list(self._running)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("task_failed", task=task.get_name(), exc_info=error)


async def uninterrupted(work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` to its end and returns its result; a cancellation of the caller is raised after that end.

    For work that must not stop half way, and that its caller must not leave behind.
    """
    task = asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as asked:
            cancelled = asked
    if cancelled is not None:
        raise cancelled from (None if task.cancelled() else task.exception())
    return task.result()
