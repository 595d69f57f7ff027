"""Work that the service cannot do without is begun again, reported, and ends its owner when there is no hope."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from foundation.tasks import Tasks
from tests.support.virtual_time import run_virtually


class Work:
    """Fails so many times, each time at once, and then goes on for ever."""

    def __init__(self, failures: int) -> None:
        self.begun_at: list[float] = []
        self._failures = failures

    async def run(self) -> None:
        self.begun_at.append(asyncio.get_running_loop().time())
        if len(self.begun_at) <= self._failures:
            raise ValueError("no luck")
        await asyncio.Event().wait()


async def passed(seconds: float) -> None:
    await asyncio.sleep(seconds)


def test_what_fails_is_begun_again_after_growing_pauses_and_reported() -> None:
    async def watch() -> None:
        tasks, work = Tasks(), Work(failures=3)
        tasks.supervise(work.run, name="outbox")
        (state,) = tasks.supervised()
        await passed(0.1)
        assert (state.name, state.running, state.failures) == ("outbox", False, [0.0])
        await passed(0.5)
        assert not state.running
        await passed(10.0)
        assert state.running
        assert work.begun_at == [0.0, 0.5, 1.5, 3.5]
        assert not tasks.hopeless.is_set()
        await tasks.close()
        assert tasks.supervised() == []

    with capture_logs() as logs:
        run_virtually(watch())
    told = [(entry["event"], entry["log_level"]) for entry in logs]
    assert told == [("task_failed", "error"), ("task_restarted", "warning")] * 3
    assert all(entry["task"] == "outbox" for entry in logs)
    assert isinstance(logs[0]["exc_info"], ValueError)


def test_work_that_returns_has_failed() -> None:
    async def watch() -> None:
        tasks, begun = Tasks(), list[float]()

        async def work() -> None:
            begun.append(asyncio.get_running_loop().time())

        tasks.supervise(work, name="timers")
        await passed(2.0)
        assert begun == [0.0, 0.5, 1.5]
        await tasks.close()

    run_virtually(watch())


def test_what_fails_ten_times_in_two_minutes_is_hopeless() -> None:
    async def watch() -> None:
        tasks, work = Tasks(), Work(failures=1000)
        tasks.supervise(work.run, name="timers")
        await tasks.hopeless.wait()
        assert asyncio.get_running_loop().time() == 121.5
        await passed(3600.0)
        assert len(work.begun_at) == 10

    with capture_logs() as logs:
        run_virtually(watch())
    assert [entry["task"] for entry in logs if entry["event"] == "task_hopeless"] == ["timers"]


def test_a_failure_now_and_then_is_never_hopeless() -> None:
    async def watch() -> None:
        tasks = Tasks()

        async def work() -> None:
            await asyncio.sleep(70.0)
            raise OSError

        tasks.supervise(work, name="cameras")
        await passed(24 * 3600.0)
        assert not tasks.hopeless.is_set()
        await tasks.close()

    with capture_logs():
        run_virtually(watch())


def test_supervised_work_ends_with_its_owner_in_a_pause_too() -> None:
    async def watch() -> None:
        tasks, work = Tasks(), Work(failures=1)
        tasks.supervise(work.run, name="presence")
        await passed(0.1)
        await tasks.close()
        await passed(60.0)
        assert len(work.begun_at) == 1

    with capture_logs():
        run_virtually(watch())
