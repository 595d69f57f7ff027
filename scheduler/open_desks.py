"""Open desks: those whose window is not closed, which the matchmaker and the timers read again and again."""

from __future__ import annotations

from foundation.database import ReadSession
from scheduler.queue_core.overflow import Queue, Station, reach
from scheduler.queue_core.window_life import STAFFED
from scheduler.records import DeskRecord
from scheduler.store import desks


class OpenDesks:
    """Of a desk that is as it was at the last time only the mark is read: 78 whole desks take some milliseconds."""

    def __init__(self) -> None:
        self._known: dict[desks.Mark, DeskRecord] = {}

    async def read(self, session: ReadSession) -> list[DeskRecord]:
        """All desks whose window is not closed; a damaged one is told and left out."""
        marks = await desks.marks_on_duty(session)
        others = [mark.clerk_id for mark in marks if mark not in self._known]
        read = await desks.desks_of(session, others) if others else []
        known = self._known | {desks.mark(desk): desk for desk in read}
        self._known = {mark: known[mark] for mark in marks if mark in known}
        return list(self._known.values())

    async def is_served(self, session: ReadSession, queue: Queue, but_by: str = "") -> bool:
        """Whether somebody, `but_by` this clerk, sits at a window that serves the queue, or is on a break there."""
        return any(
            reach(queue, Station(desk.clerk_id, desk.path, desk.skills)) is not None
            for desk in await self.read(session)
            if desk.clerk_id != but_by and desk.window_state in STAFFED
        )
