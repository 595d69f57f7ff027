"""Starting a process under uvloop: nothing of this one is freed in the forked child."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import uvloop


class _Telltale:
    """Garbage that tells in which process it is freed."""

    def __init__(self, told: int) -> None:
        self._told = told
        self._cycle = self

    def __del__(self) -> None:
        os.write(self._told, f"{os.getpid()} ".encode())


_before_fork: list[int] = []


def _leave_garbage() -> None:
    if _before_fork:
        gc.disable()
        _Telltale(_before_fork.pop())
        gc.enable()


# The hooks before a fork run in the reverse order: this one, then the product's.
os.register_at_fork(before=_leave_garbage)


@contextmanager
def _eager_collector() -> Iterator[None]:
    """Collects at the next object."""
    former = gc.get_threshold()
    gc.set_threshold(1)
    try:
        yield
    finally:
        gc.set_threshold(*former)


async def _start_a_process() -> int:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    return await process.wait()


def test_the_collector_does_not_run_between_fork_and_exec() -> None:
    read, told = os.pipe()
    _before_fork.append(told)
    with _eager_collector():
        assert uvloop.run(_start_a_process()) == 0
    gc.collect()
    os.close(told)
    with os.fdopen(read) as pipe:
        assert pipe.read().split() == [str(os.getpid())]
    assert gc.isenabled()
