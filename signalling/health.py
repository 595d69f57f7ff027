"""How the service is: what a real write, the outbox, the disk and each part say, and what follows from it.

Whoever asks gets an answer within two seconds in any state: a question that takes longer is answered as late, and goes
on alone; nobody asks it again meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import structlog

from foundation.disk import Disk, Space

if TYPE_CHECKING:
    from signalling.house import House

_log = structlog.get_logger("signalling.health")
_KEPT_SECONDS = 3.0
"""How long an answer is given again, so that asking often costs nothing."""
_WAIT_SECONDS = 1.5
_OUTBOX_LATE_SECONDS = 30.0
_WARNED_AT = 2
"""Times the reserve: with less free, the operator is warned."""
Phase = Literal["starting", "serving", "stopping"]
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
class Parts:
    """What the parts of the process say of themselves."""

    phase: Phase
    media: bool
    imaging: bool
    recording: bool
    failing: tuple[str, ...]
    """Supervised tasks that do not run just now."""


def reasons(checkup: Checkup | None, parts: Parts) -> list[str]:
    """Why the service is not well, as stable codes; none when it is. No `checkup`: it has not ended in time."""
    found = {
        "starting": parts.phase == "starting",
        "stopping": parts.phase == "stopping",
        "write_late": checkup is None,
        "write_failed": checkup is not None and checkup.write_problem is not None,
        "outbox_late": checkup is not None and checkup.outbox_age >= _OUTBOX_LATE_SECONDS,
        "disk_low": checkup is not None and not checkup.room,
        "media_down": not parts.media,
        "imaging_down": not parts.imaging,
        "recording_paused": not parts.recording,
    }
    return [*(code for code, so in found.items() if so), *(f"task_failing:{name}" for name in parts.failing)]


def warnings(checkup: Checkup | None, reserve: int) -> list[str]:
    """What will make it unwell soon, as stable codes; `reserve` is what uploads leave free on the disk, in bytes."""
    filling = checkup is not None and checkup.room and checkup.space.free < _WARNED_AT * reserve
    return ["disk_filling"] if filling else []


def can_serve(codes: Iterable[str]) -> bool:
    """Whether new people should be sent here."""
    return _CANNOT_SERVE.isdisjoint(codes)


class Health:
    """Asks, at most once in three seconds, and keeps the answer."""

    def __init__(self) -> None:
        self.phase: Phase = "starting"
        self._asking: asyncio.Task[Checkup] | None = None
        self._last: Checkup | None = None
        self._last_at = float("-inf")

    async def checkup(self, house: House) -> Checkup | None:
        """The newest answer, asked for now when the last is old; None when it does not come in time."""
        if house.clock.monotonic() - self._last_at < _KEPT_SECONDS:
            return self._last
        if self._asking is None or self._asking.done():
            self._asking = house.tasks.spawn(_ask(house), name="health")
        asked = self._asking
        await asyncio.wait({asked}, timeout=_WAIT_SECONDS)
        if not asked.done():
            return None
        self._last, self._last_at = asked.result(), house.clock.monotonic()
        return self._last


def parts_of(house: House) -> Parts:
    """What the parts of the process say of themselves."""
    return Parts(
        phase=house.health.phase,
        media=house.media.serving,
        imaging=house.imaging.serving,
        recording=all(one.paused is None for one in house.recorder.states()),
        failing=tuple(one.name for one in house.tasks.supervised() if not one.running),
    )


async def _ask(house: House) -> Checkup:
    space = await _space(house.disk_use.disk)
    try:
        await house.outbox.try_write()
        room = await house.documents.uploads.has_space()
        oldest = await house.outbox.oldest()
    except Exception as error:
        _log.exception("health_write_failed")
        # What uploads under way were promised is not known then.
        room = space.free >= house.settings.disk_reserve_bytes
        return Checkup(write_problem=type(error).__name__, space=space, room=room)
    age = 0.0 if oldest is None else max(0.0, (house.clock.now() - oldest).total_seconds())
    return Checkup(outbox_age=age, space=space, room=room)


async def _space(disk: Disk) -> Space:
    try:
        return await disk.space()
    except OSError:
        _log.exception("disk_not_known")
        return Space(free=0, total=0)
