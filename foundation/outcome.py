"""What became of work in a task of its own, told to the one who waits for it and not to the log."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """A value, or the exception that came instead."""

    value: T | None
    error: Exception | None

    def get(self) -> T:
        """The value; raises the exception."""
        if self.error is not None:
            raise self.error
        return cast(T, self.value)


async def outcome(work: Awaitable[T], expected: type[Exception] = Exception) -> Outcome[T]:
    """Awaits the work; an exception that is not `expected` is raised, and so ends the task that runs this."""
    try:
        return Outcome(await work, None)
    except expected as error:
        return Outcome(None, error)
