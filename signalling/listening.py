"""Who listens to which session: supervisors see and hear both sides and send nothing, and both sides are told.

It is kept in memory, since listening ends with the page and with the service: nobody is listened to unawares.
"""

from __future__ import annotations

from typing import Final, NamedTuple

FACE: Final = "supervisor"


class Listener(NamedTuple):
    """Who listens, and to what."""

    staff_id: str
    name: str
    session_id: str


class Listening:
    """Who listens to which session; each to one at a time."""

    def __init__(self) -> None:
        self._listeners: dict[str, Listener] = {}

    def begin(self, listener: Listener) -> None:
        """Notes that somebody listens."""
        self._listeners[listener.staff_id] = listener

    def end(self, staff_id: str) -> Listener | None:
        """Notes that somebody listens no longer; what it was, None when it was nothing."""
        return self._listeners.pop(staff_id, None)

    def of(self, session_id: str) -> list[Listener]:
        """Who listens to this session."""
        return [one for one in self._listeners.values() if one.session_id == session_id]

    def session_of(self, staff_id: str) -> str | None:
        """What this person listens to."""
        listener = self._listeners.get(staff_id)
        return None if listener is None else listener.session_id
