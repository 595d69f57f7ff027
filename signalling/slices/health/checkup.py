"""How the service is: what a real write, the outbox, the disk and each part say, and what follows from it.

Whoever asks gets an answer within two seconds in any state: a question that takes longer is answered as late, and goes
on alone; nobody asks it again meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import structlog

from foundation.clock import Clock
from foundation.database import Outbox
from foundation.disk import Disk, Space
from foundation.tasks import Tasks
from signalling.transport.lifecycle import Phase

_log = structlog.get_logger("signalling.health")
_KEPT_SECONDS = 3.0
"""How long an answer is given again, so that asking often costs nothing."""
_WAIT_SECONDS = 1.5
_OUTBOX_LATE_SECONDS = 30.0
_WARNED_AT = 2
"""Times the reserve: with less free, the operator is warned."""
_CANNOT_SERVE = frozenset({"starting", "stopping", "write_failed", "write_late"})
_UNKNOWN = Space(free=0, total=0)


@dataclass(frozen=True, kw_only=True)
class Checkup:
    """What the questions said that need the disk and the database."""

    write_problem: str | None = None
    """The name of the exception."""
    outbox_age: float = 0.0
    """Seconds since the first event that waits was stored."""
    space: Space = _UNKNOWN
    room: bool = False
    """Whether one more upload of the largest size would be taken."""


@dataclass(frozen=True, kw_only=True)
class State:
    """What the parts of the process say of themselves."""

    phase: Phase
    media: bool
    imaging: bool
    recording: bool
    failing: tuple[str, ...]
    """Supervised tasks that do not run just now."""


def reasons(checkup: Checkup | None, state: State) -> list[str]:
    """Why the service is not well, as stable codes; none when it is. No `checkup`: it has not ended in time."""
    found = {
        "starting": state.phase == "starting",
        "stopping": state.phase == "stopping",
        "write_late": checkup is None,
        "write_failed": checkup is not None and checkup.write_problem is not None,
        "outbox_late": checkup is not None and checkup.outbox_age >= _OUTBOX_LATE_SECONDS,
        "disk_low": checkup is not None and not checkup.room,
        "media_down": not state.media,
        "imaging_down": not state.imaging,
        "recording_paused": not state.recording,
    }
    return [*(code for code, so in found.items() if so), *(f"task_failing:{name}" for name in state.failing)]


def warnings(checkup: Checkup | None, reserve: int) -> list[str]:
    """What will make it unwell soon, as stable codes; `reserve` is what uploads leave free on the disk, in bytes."""
    filling = checkup is not None and checkup.room and checkup.space.free < _WARNED_AT * reserve
    return ["disk_filling"] if filling else []


def can_serve(codes: Iterable[str]) -> bool:
    """Whether new people should be sent here."""
    return _CANNOT_SERVE.isdisjoint(codes)


@dataclass(frozen=True)
class Questions:
    """Who is asked: a real write and the outbox, the disk, and whether uploads have `room`."""

    outbox: Outbox
    disk: Disk
    room: Callable[[], Awaitable[bool]]
    reserve: int
    """What uploads leave free on the disk, in bytes."""
    clock: Clock

    async def ask(self) -> Checkup:
        """Asks all of them now."""
        space = await _space(self.disk)
        try:
            await self.outbox.try_write()
            room = await self.room()
            oldest = await self.outbox.oldest()
        except Exception as error:
            _log.exception("health_write_failed")
            # What uploads under way were promised is not known then.
            return Checkup(write_problem=type(error).__name__, space=space, room=space.free >= self.reserve)
        age = 0.0 if oldest is None else max(0.0, (self.clock.now() - oldest).total_seconds())
        return Checkup(outbox_age=age, space=space, room=room)


class Checkups:
    """Asks, at most once in three seconds, and keeps the answer."""

    def __init__(self, questions: Questions, tasks: Tasks, clock: Clock) -> None:
        self._questions = questions
        self._tasks = tasks
        self._clock = clock
        self._asking: asyncio.Task[Checkup] | None = None
        self._last: Checkup | None = None
        self._last_at = float("-inf")

    async def newest(self) -> Checkup | None:
        """The newest answer, asked for now when the last is old; None when it does not come in time."""
        if self._clock.monotonic() - self._last_at < _KEPT_SECONDS:
            return self._last
        if self._asking is None or self._asking.done():
            self._asking = self._tasks.spawn(self._questions.ask(), name="health")
        asked = self._asking
        await asyncio.wait({asked}, timeout=_WAIT_SECONDS)
        if not asked.done():
            return None
        self._last, self._last_at = asked.result(), self._clock.monotonic()
        return self._last


async def _space(disk: Disk) -> Space:
    try:
        return await disk.space()
    except OSError:
        _log.exception("disk_not_known")
        return Space(free=0, total=0)
