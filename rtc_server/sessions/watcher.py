"""Who is told what happens to a participant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rtc_server.sessions.source import Source
from rtc_server.transport.link import DownReason

if TYPE_CHECKING:
    from rtc_server.sessions.participant import Participant


class ParticipantWatcher(Protocol):
    """Who is told what happens to a participant."""

    def came_up(self, participant: Participant) -> None:
        """Packets can be sent to it."""
        ...

    def went_down(self, participant: Participant, reason: DownReason) -> None:
        """Nothing reaches it."""
        ...

    def started(self, participant: Participant, source: Source) -> None:
        """The first packet of a source came; it is forwarded after this returns."""
        ...

    def stopped(self, participant: Participant, source: Source) -> None:
        """A source fell silent."""
        ...

    def restrained(self, participant: Participant) -> None:
        """Its link carries more or less of what others send."""
        ...
