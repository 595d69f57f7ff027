"""How busy a media process is, from what it has used and forwarded since it was last asked."""

from __future__ import annotations

import resource
from collections.abc import Callable

from rtc_server.node.protocol import NodeLoad
from rtc_server.sessions.media_statistics import MediaStatistics


def cpu_seconds() -> float:
    """What all threads of this process have run, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


class LoadMeter:
    """Makes rates of counts; each reading is of the time since the one before."""

    def __init__(self, cpu: Callable[[], float], now: float, capacity: int) -> None:
        """`cpu` tells the processor seconds used so far; `now` in monotonic seconds; `capacity` in participants."""
        self._cpu = cpu
        self._capacity = capacity
        self._before = now, cpu(), 0

    def read(self, now: float, statistics: MediaStatistics, *, draining: bool) -> NodeLoad:
        """The load since the last reading."""
        then, used, forwarded = self._before
        self._before = now, self._cpu(), statistics.packets_received + statistics.packets_sent
        seconds = max(now - then, 1e-3)
        return NodeLoad(
            statistics=statistics,
            cpu=round((self._before[1] - used) / seconds, 3),
            packets_per_second=round((self._before[2] - forwarded) / seconds, 1),
            capacity=self._capacity,
            draining=draining,
        )
