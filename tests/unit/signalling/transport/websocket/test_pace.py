"""What changes often is shown at most once in each rest, and the last change is never lost."""

from __future__ import annotations

import asyncio

from signalling.transport.websocket.pace import Pace, never
from tests.support.virtual_time import VirtualLoop


def shown_at(changes: list[float], until: float, again: float | None = None) -> list[float]:
    """When it was shown, in virtual seconds."""

    async def run() -> list[float]:
        loop, pace, seen = asyncio.get_running_loop(), Pace(), list[float]()

        async def show() -> None:
            seen.append(loop.time())

        task = loop.create_task(pace.run(show, never if again is None else lambda: again))
        for at in changes:
            loop.call_at(at, pace.changed)
        await asyncio.sleep(until)
        task.cancel()
        return seen

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(run())


def test_the_first_change_is_shown_at_once_and_the_rest_together() -> None:
    assert shown_at([2.0, 2.1, 2.5, 2.9], until=10.0) == [2.0, 3.0]


def test_a_change_while_it_is_shown_is_shown_again() -> None:
    assert shown_at([1.0, 1.999, 2.0001], until=10.0) == [1.0, 2.0, 3.0]


def test_what_grows_old_is_shown_without_a_change() -> None:
    assert shown_at([], until=9.0, again=3.0) == [3.0, 7.0]
    assert shown_at([], until=9.0) == []
