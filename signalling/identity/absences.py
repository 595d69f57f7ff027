"""Who closes their page in a call is out of it, unless they are back within seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from foundation.tasks import Tasks
from rtc_server.sessions.interface import ParticipantConnected, ParticipantDisconnected

RELOAD_SECONDS = 10.0
"""A page that is loaded anew closes its media and is back by then."""
_BACK_SOON = frozenset({"silent", "replaced", "moved", "node_lost"})


class Absences:
    """The pages whose media was closed; each time it is, the seconds begin anew."""

    def __init__(self, tasks: Tasks, is_back: Callable[[str], bool], seconds: float) -> None:
        """`is_back` says whether a page has asked for media again, which may not be up yet."""
        self._tasks = tasks
        self._is_back = is_back
        self._seconds = seconds
        self._absent: dict[str, asyncio.Task[None]] = {}

    def hear(self, event: ParticipantConnected | ParticipantDisconnected, leave: Callable[[], Awaitable[None]]) -> None:
        """Takes note that the page's media was closed or is up again; `leave` is called when it stays away."""
        page = event.participant_id
        if isinstance(event, ParticipantDisconnected) and event.reason in _BACK_SOON:
            return
        if (former := self._absent.pop(page, None)) is not None:
            former.cancel()
        if isinstance(event, ParticipantDisconnected):
            self._absent[page] = self._tasks.spawn(self._leave_late(page, leave), name=f"{page} is gone")

    async def _leave_late(self, page: str, leave: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(self._seconds)
        # Who comes back from here on does not undo half of it.
        del self._absent[page]
        if not self._is_back(page):
            await leave()
