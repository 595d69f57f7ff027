"""Work that somebody asked for runs to its end although they go: for a minute at most, and not past its owner's end."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from structlog.testing import capture_logs

from foundation.errors import NotFound
from foundation.tasks import Tasks
from tests.support.virtual_time import run_virtually


class Work:
    """Takes so many seconds, and then raises or is done."""

    def __init__(self, seconds: float, error: Exception | None = None) -> None:
        self.done = self.cancelled = False
        self._seconds = seconds
        self._error = error

    async def run(self) -> str:
        try:
            await asyncio.sleep(self._seconds)
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        self.done = True
        if self._error is not None:
            raise self._error
        return "carried out"


async def left_alone(tasks: Tasks, work: Work) -> None:
    asker = asyncio.create_task(tasks.finish(work.run(), name="command"))
    await asyncio.sleep(0.1)
    asker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asker
    assert asker.cancelled()


def test_whoever_waits_is_told_and_has_no_limit() -> None:
    async def watch() -> None:
        tasks = Tasks()
        assert await tasks.finish(Work(3600.0).run(), name="upload") == "carried out"
        with pytest.raises(NotFound):
            await tasks.finish(Work(1.0, NotFound()).run(), name="command")
        assert len(tasks) == 0

    with capture_logs() as logs:
        run_virtually(watch())
    assert logs == []


def test_what_is_left_alone_ends() -> None:
    async def watch() -> None:
        tasks, work = Tasks(), Work(59.0)
        await left_alone(tasks, work)
        assert len(tasks) == 1
        await asyncio.sleep(60.0)
        assert work.done
        assert len(tasks) == 0

    run_virtually(watch())


def test_alone_it_has_a_minute() -> None:
    async def watch() -> None:
        tasks, work = Tasks(), Work(70.0)
        await left_alone(tasks, work)
        await asyncio.sleep(65.0)
        assert work.cancelled
        assert len(tasks) == 0

    with capture_logs() as logs:
        run_virtually(watch())
    assert [(entry["event"], entry["task"]) for entry in logs] == [("left_unfinished", "command")]


@pytest.mark.parametrize(
    ("error", "event"),
    [(NotFound(), "refused_unheard"), (ConnectionResetError(), "refused_unheard"), (ValueError(), "task_failed")],
)
def test_what_it_raises_alone_is_logged(error: Exception, event: str) -> None:
    async def watch() -> None:
        tasks = Tasks()
        await left_alone(tasks, Work(1.0, error))
        await asyncio.sleep(2.0)

    with capture_logs() as logs:
        run_virtually(watch())
    assert [entry["event"] for entry in logs] == [event]


def test_an_end_waits_for_it_and_not_for_ever() -> None:
    async def watch() -> None:
        tasks, short, long = Tasks(), Work(1.0), Work(30.0)
        for work in (short, long):
            await left_alone(tasks, work)
        await tasks.end(1.5)
        assert asyncio.get_running_loop().time() == pytest.approx(1.7)
        assert (short.done, long.cancelled) == (True, True)
        await tasks.end(1.5)

    with capture_logs():
        run_virtually(watch())
