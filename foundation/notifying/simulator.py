"""A channel that leads nowhere: with demonstration data notices are kept here, to be looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from foundation.notifying.sending import Channel, Sending

_log = structlog.get_logger("foundation.notifying")
_KEPT = 200


@dataclass(frozen=True, slots=True)
class Simulated:
    """A notice as its receiver would have got it."""

    at: datetime
    channel: Channel
    sending: Sending


class Simulator:
    """Keeps the last 200 notices in memory; whoever restarts the service has none."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._kept: deque[Simulated] = deque(maxlen=_KEPT)

    def kept(self) -> list[Simulated]:
        """Those that are kept, the newest first."""
        return list(reversed(self._kept))

    def sender(self, channel: Channel) -> SimulatedSender:
        """A sender of this channel."""
        return SimulatedSender(self, channel)

    def keep(self, channel: Channel, sending: Sending) -> None:
        """Takes a notice, once."""
        if all(one.sending.id != sending.id for one in self._kept):
            self._kept.append(Simulated(self._now(), channel, sending))
        # Neither address nor text: a log is read by others.
        _log.info("notice_simulated", id=sending.id, kind=sending.kind, channel=channel, language=sending.language)


class SimulatedSender:
    """Hands notices of one channel to the simulator."""

    def __init__(self, simulator: Simulator, channel: Channel) -> None:
        self._simulator = simulator
        self._channel = channel

    async def send(self, sending: Sending) -> None:
        """Keeps it."""
        self._simulator.keep(self._channel, sending)

    async def close(self) -> None:
        """Has nothing open."""
