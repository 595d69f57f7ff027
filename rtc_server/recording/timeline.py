"""When each frame happened: sources' own clocks laid onto the one of the recording.

A source's timestamps grow with its own clock. Where they lie in the recording is learnt from the arrivals: within
each second the packet that came quickest is nearest to the truth, and the line through these may bend no faster than
clocks drift, so that jitter and a stalled network do not move the picture. What then remains is that a participant's
camera takes longer than its microphone: its sender reports name one wall time for both (RFC 3550 §6.4.1).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median

_JUMP = 3.0
"""Seconds between what a timestamp says and what the arrival says; beyond, the sender's clock was set anew."""
_DRIFT = 0.002
"""Seconds a second; sound cards drift by less."""
_NEAR = 10
"""Seconds over which two reports of one sender can be compared."""
_BELIEVABLE = 1.0
_NTP_LIMIT = 2.0**33


@dataclass(frozen=True, slots=True)
class _Report:
    arrival: float
    ntp: float
    timestamp: int


@dataclass
class _Era:
    """A stretch of arrivals over which a source's timestamps run evenly."""

    start: float
    first: int
    rate: int
    delay: float = 0.0
    quickest: dict[int, float] = field(default_factory=dict)
    reports: list[_Report] = field(default_factory=list)
    shift: float = 0.0
    line: tuple[list[int], list[float]] = ([], [])
    """Seconds of arrival, and the delay of the quickest packet there."""

    def source_seconds(self, timestamp: int, arrival: float) -> float:
        """The source's own time since the era began; 32 bits are extended to what is nearest the arrival."""
        guess = int((arrival - self.start) * self.rate)
        ahead = (timestamp - self.first - guess + 0x80000000 & 0xFFFFFFFF) - 0x80000000
        return (guess + ahead) / self.rate

    def settle(self) -> None:
        """Bends the line of the quickest arrivals to what a clock's drift allows."""
        seconds = sorted(self.quickest)
        lowest = [self.quickest[second] for second in seconds]
        for order in (range(1, len(seconds)), range(len(seconds) - 2, -1, -1)):
            step = order.step
            for index in order:
                apart = abs(seconds[index] - seconds[index - step])
                lowest[index] = min(lowest[index], lowest[index - step] + _DRIFT * apart)
        self.line = seconds, lowest

    def seconds(self, timestamp: int, arrival: float) -> float:
        """Seconds of the recording, before what the sender reports correct."""
        known, lowest = self.line
        index = max(1, bisect_right(known, arrival))
        delay = lowest[index - 1]
        if index < len(known):
            part = (arrival - known[index - 1]) / (known[index] - known[index - 1])
            delay += (lowest[index] - delay) * min(1.0, max(0.0, part))
        return self.start + self.source_seconds(timestamp, arrival) + delay


class SourceClock:
    """One source's timestamps; `observe` and `report` in order of arrival, then `align`, then `seconds`."""

    def __init__(self, rate: int) -> None:
        """`rate` in timestamp units a second."""
        self._rate = rate
        self._eras: list[_Era] = []

    def observe(self, timestamp: int, arrival: float) -> None:
        """Takes a packet's 32-bit timestamp and its arrival in seconds of the recording."""
        era = self._eras[-1] if self._eras else None
        delay = arrival - era.start - era.source_seconds(timestamp, arrival) if era is not None else 0.0
        if era is None or abs(delay - era.delay) > _JUMP:
            era = _Era(arrival, timestamp, self._rate)
            self._eras.append(era)
            delay = 0.0
        era.delay = delay
        second = int(arrival)
        if delay < era.quickest.get(second, float("inf")):
            era.quickest[second] = delay

    def report(self, ntp: float, timestamp: int, arrival: float) -> None:
        """Takes what the sender said its wall time was; before any packet it says nothing."""
        if self._eras and 0 < ntp < _NTP_LIMIT:
            self._eras[-1].reports.append(_Report(arrival, ntp, timestamp))

    def seconds(self, timestamp: int, arrival: float) -> float:
        """When that happened, in seconds of the recording; never negative; after `align`."""
        era = self._era(arrival)
        return max(0.0, era.seconds(timestamp, arrival) + era.shift)

    def settle(self) -> None:
        """Fixes the line from timestamps to seconds."""
        for era in self._eras:
            era.settle()

    def differences(self) -> list[tuple[float, float]]:
        """Arrival of each report, and by how much the recording's clock is ahead of the sender's there."""
        return [
            (report.arrival, era.seconds(report.timestamp, report.arrival) - report.ntp)
            for era in self._eras
            for report in era.reports
        ]

    def correct(self, least: Mapping[int, float]) -> None:
        """Moves each stretch to where the quickest of the participant's sources puts the sender's clock.

        `least`: the smallest of the participant's `differences` in each ten seconds.
        """
        for era in self._eras:
            late = []
            for report in era.reports:
                own = era.seconds(report.timestamp, report.arrival) - report.ntp
                part = int(report.arrival) // _NEAR
                late.append(own - min(least.get(near, own) for near in (part - 1, part, part + 1)))
            # A report that is off by more than a second is not a late camera: the sender's clock is wrong or was set.
            if late and median(late) <= _BELIEVABLE:
                era.shift = -median(late)

    def _era(self, arrival: float) -> _Era:
        for era in reversed(self._eras):
            if era.start <= arrival:
                return era
        return self._eras[0]


def align(clocks: Mapping[int, SourceClock], participants: Iterable[Iterable[int]]) -> None:
    """Brings every source onto the recording's clock, and each participant's sources into step."""
    for clock in clocks.values():
        clock.settle()
    for members in participants:
        together = [clocks[index] for index in members]
        least: dict[int, float] = {}
        for arrival, ahead in (difference for clock in together for difference in clock.differences()):
            part = int(arrival) // _NEAR
            least[part] = min(ahead, least.get(part, ahead))
        for clock in together:
            clock.correct(least)
