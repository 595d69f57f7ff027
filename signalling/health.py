"""How the service is: what a real write, the outbox, the disk and each part say, and what follows from it.

Whoever asks gets an answer within two seconds in any state: a question that takes longer is answered as late, and goes
on alone; nobody asks it again meanwhile.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import structlog

from rtc_server.recording.values import RecordingRules

if TYPE_CHECKING:
    from signalling.house import House

_log = structlog.get_logger("signalling.health")
_KEPT_SECONDS = 3.0
"""How long an answer is given again, so that asking often costs nothing."""
_WAIT_SECONDS = 1.5
_OUTBOX_LATE_SECONDS = 30.0
_RESERVE_BYTES = RecordingRules().reserve_bytes
Phase = Literal["starting", "serving", "stopping"]
_CANNOT_SERVE = frozenset({"starting", "stopping", "write_failed", "write_late"})


@dataclass(frozen=True, kw_only=True)
class Checkup:
    """What the questions said that need the disk and the database."""

    write_problem: str | None = None
    """The name of the exception."""
    outbox_age: float = 0.0
    """Seconds since the first event that waits was stored."""
    free_bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the parts of the process say of themselves."""

    phase: Phase
    media: bool
    imaging: bool
    recording: bool
    failing: tuple[str, ...]
    """Supervised tasks that do not run just now."""


def reasons(checkup: Checkup | None, parts: Parts, reserve: int = _RESERVE_BYTES) -> list[str]:
    """Why the service is not well, as stable codes; none when it is. No `checkup`: it has not ended in time."""
    found = {
        "starting": parts.phase == "starting",
        "stopping": parts.phase == "stopping",
        "write_late": checkup is None,
        "write_failed": checkup is not None and checkup.write_problem is not None,
        "outbox_late": checkup is not None and checkup.outbox_age >= _OUTBOX_LATE_SECONDS,
        "disk_low": checkup is not None and checkup.free_bytes < reserve,
        "media_down": not parts.media,
        "imaging_down": not parts.imaging,
        "recording_paused": not parts.recording,
    }
    return [*(code for code, so in found.items() if so), *(f"task_failing:{name}" for name in parts.failing)]


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
    free = await asyncio.to_thread(_free, house.settings.data_dir)
    try:
        await house.outbox.try_write()
        oldest = await house.outbox.oldest()
    except Exception as error:
        _log.exception("health_write_failed")
        return Checkup(write_problem=type(error).__name__, free_bytes=free)
    age = 0.0 if oldest is None else max(0.0, (house.clock.now() - oldest).total_seconds())
    return Checkup(outbox_age=age, free_bytes=free)


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 0
