"""Background work that is referenced, named, reported when it fails, and ended with its owner.

Work that may die is spawned; work that the service cannot do without is supervised: it is begun again after a failure,
and when that does not help, the owner is told that there is no hope, and ends. Work that somebody asked for, and that
must not stop half way when they go away, is finished.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from foundation.errors import Refusal
from foundation.restarts import pause_before_restart
from foundation.turns import ASKER, Asker

T = TypeVar("T")

_log = structlog.get_logger("foundation.tasks")
_ALONE_SECONDS = 60.0
"""How long finished work may take from when nobody waits for it any more."""


@dataclass
class Supervised:
    """How one supervised task does."""

    name: str
    running: bool = True
    failures: list[float] = field(default_factory=list)
    """When it failed or returned, by the loop's clock."""


class Tasks:
    """Owns background tasks: keeps them alive, logs what they raise, cancels them at the end."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self._supervised: list[Supervised] = []
        self.hopeless = asyncio.Event()
        """Set when a supervised task has failed too often: its owner should end."""

    def __len__(self) -> int:
        return len(self._running)

    def spawn(self, coroutine: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Starts the coroutine, which may die, and returns its task; what it raises is logged under `name`."""
        task = asyncio.create_task(coroutine, name=name)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def supervise(self, work: Callable[[], Coroutine[Any, Any, None]], *, name: str) -> asyncio.Task[None]:
        """Runs `work`, and again with growing pauses when it fails or returns, until cancelled or `hopeless`."""
        state = Supervised(name)
        self._supervised.append(state)
        task = self.spawn(self._keep_alive(work, state), name=name)
        task.add_done_callback(lambda _: self._supervised.remove(state))
        return task

    async def finish(self, work: Coroutine[Any, Any, T], *, name: str) -> T:
        """Awaits `work`, which goes on alone when the caller is cancelled: a minute at most.

        What it raises then nobody hears; it is logged under `name`.
        """
        asker, context = Asker(), copy_context()
        context.run(ASKER.set, asker)
        task = asyncio.create_task(work, name=name, context=context)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            asker.gone = True
            if not task.done():
                limit = asyncio.get_running_loop().call_later(_ALONE_SECONDS, task.cancel)
                task.add_done_callback(lambda _: limit.cancel())
                task.add_done_callback(_log_unheard)
            raise

    async def end(self, seconds: float) -> None:
        """Waits for every task, so many seconds at most, and cancels those that are left."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
        await self.close()

    def supervised(self) -> list[Supervised]:
        """How every supervised task does."""
        return list(self._supervised)

    async def close(self) -> None:
        """Cancels every task and waits until the last has ended."""
        while self._running:
            tasks = list(self._running)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_alive(self, work: Callable[[], Coroutine[Any, Any, None]], state: Supervised) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            try:
                await work()
                _log.error("task_returned", task=state.name)
            except Exception as error:
                _log.error("task_failed", task=state.name, exc_info=error)
            state.running = False
            state.failures.append(clock())
            pause = pause_before_restart(state.failures)
            if pause is None:
                _log.critical("task_hopeless", task=state.name, failures=len(state.failures))
                self.hopeless.set()
                return
            await asyncio.sleep(pause)
            _log.warning("task_restarted", task=state.name, failures=len(state.failures))
            state.running = True

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("task_failed", task=task.get_name(), exc_info=error)


def _log_unheard(task: asyncio.Task[Any]) -> None:
    if task.cancelled():
        _log.error("left_unfinished", task=task.get_name())
    elif isinstance(error := task.exception(), Refusal | ConnectionError):
        # What whoever left would have been told, or that they left.
        _log.info("refused_unheard", task=task.get_name(), reason=str(error))
    elif error is not None:
        _log.error("task_failed", task=task.get_name(), exc_info=error)


async def uninterrupted(work: Coroutine[Any, Any, T] | asyncio.Future[T]) -> T:
    """Runs `work` to its end and returns its result; a cancellation of the caller is raised after that end.

    For work that must not stop half way, and that its caller must not leave behind.
    """
    task = work if isinstance(work, asyncio.Future) else asyncio.create_task(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as asked:
            cancelled = asked
    if cancelled is not None:
        raise cancelled from (None if task.cancelled() else task.exception())
    return task.result()


async def with_grace(work: Coroutine[Any, Any, T], seconds: float) -> T:
    """Runs `work` and returns its result; when the caller is cancelled, `work` has so many seconds to end by itself.

    Then it is cancelled too. The caller's cancellation is raised after the end of `work`.
    """
    task = asyncio.create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError as asked:
        await asyncio.wait([task], timeout=seconds)
        task.cancel()
        await asyncio.wait([task])
        raise asked from (None if task.cancelled() else task.exception())
