"""How much of what others send goes over a receiver's link: sound before papers, papers before faces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

SOUND: Final = 0
PAPERS: Final = 1
FACES: Final = 2
"""Steps: sound alone; papers and screens too; faces too, in their smallest layer. Each step more is a larger layer."""
LAYERS: Final = 3
BEST: Final = FACES + LAYERS - 1
"""Everything as it is sent."""

_TOO_MUCH: Final = 0.25
_GOOD: Final = 0.1
_BAD_SECONDS: Final = 10.0
_GOOD_SECONDS: Final = 10.0
_LONGEST_REST: Final = 80.0
_RELAPSE: Final = 30.0
_FRESH: Final = 3.0
_FELL: Final = 0.97
"""Of the estimate before: a browser's fall to 0.85 of what came when it felt a queue grow."""
_SHORT: Final = 0.9
_QUEUE: Final = 0.25
"""Seconds over the shortest round trip: what is sent waits, or would not arrive at all."""
_SHORT_SECONDS: Final = 3.0
_SHORT_AND_LOSSY: Final = 1.0
_SPARE: Final = 1.2
_SPARE_SECONDS: Final = 3.0


class BandwidthAllocator:
    """Decides from what a receiver tells which step its link can carry.

    Down: to what fits, when a queue stands before the link or the estimate has fallen below what arrives of what is
    sent, for three seconds, or for one when much is lost in a queue; to papers after ten seconds over 25 % lost. Papers
    go only after ten seconds that are too narrow for them alone. An estimate that is low because little was sent so far
    means nothing, and neither does one fall on a lossy link: there the pace of retransmissions now and then passes for
    a queue.

    Up: a step after three seconds with room to spare, or after ten good ones, since an estimate does not grow far
    beyond what is sent. When it had to go down again soon after, each try waits twice as long.
    """

    __slots__ = ("_bad_since", "_fell", "_good_since", "_rate", "_rest", "_resumed", "_short_since", "_told", "step")

    def __init__(self) -> None:
        self.step = BEST
        """What is sent: `SOUND` to `BEST`."""
        self._rate = 0.0
        self._told = self._fell = float("-inf")
        self._bad_since: float | None = None
        self._short_since: float | None = None
        self._good_since: float | None = None
        self._resumed = float("-inf")
        self._rest = _GOOD_SECONDS

    def told(self, rate: float, now: float) -> None:
        """Takes the receiver's estimate of what its link carries of video, in bits a second (REMB)."""
        if rate < self._rate * _FELL:
            self._fell = now
        self._rate, self._told = rate, now

    def rate(self, now: float) -> float | None:
        """The estimate, in bits a second; None when the receiver has told none for three seconds."""
        return self._rate if now - self._told <= _FRESH else None

    def update(self, loss: float, queue: float, needs: Sequence[float], now: float) -> bool:
        """Takes the share lost, 0..1, and the seconds spent waiting, once a second or so; whether `step` has changed.

        `needs` holds the bits a second that the video of each step from `SOUND` to `BEST` takes, in rising order.
        """
        before = self.step
        wanted = self._narrower(loss, queue, needs, now)
        if wanted < before:
            self._rest = min(_LONGEST_REST, self._rest * 2) if now - self._resumed < _RELAPSE else _GOOD_SECONDS
            self._bad_since = self._short_since = self._good_since = None
            self.step = wanted
        elif before < BEST:
            self._try_more(loss, needs, now)
        return self.step != before

    def _narrower(self, loss: float, queue: float, needs: Sequence[float], now: float) -> int:
        """The step to go down to; the present one when it may stay."""
        step, rate = self.step, self.rate(now)
        self._bad_since = _since(self._bad_since, now, holds=loss > _TOO_MUCH)
        fell = rate is not None and now - self._fell <= _FRESH and rate < needs[step] * _SHORT * (1 - loss)
        self._short_since = _since(self._short_since, now, holds=(queue > _QUEUE or fell) and needs[step] > 0)
        if self._bad_since is not None and now - self._bad_since >= _BAD_SECONDS and step > PAPERS:
            return PAPERS
        if self._short_since is None:
            return step
        waited = now - self._short_since
        if step == PAPERS:
            return SOUND if waited >= _BAD_SECONDS else PAPERS
        if waited < (_SHORT_AND_LOSSY if loss > _GOOD and queue > _QUEUE else _SHORT_SECONDS):
            return step
        fitting = needs[step] * _SHORT if rate is None else min(rate, needs[step] * _SHORT)
        return max((less for less in range(PAPERS, step) if needs[less] <= fitting), default=PAPERS)

    def _try_more(self, loss: float, needs: Sequence[float], now: float) -> None:
        rate = self.rate(now)
        self._good_since = _since(self._good_since, now, holds=loss <= _GOOD and self._short_since is None)
        if self._good_since is None:
            return
        wanted = next((step for step in range(self.step + 1, BEST) if needs[step] > needs[self.step]), BEST)
        spare = rate is not None and rate >= needs[wanted] * _SPARE and self._rest == _GOOD_SECONDS
        if now - self._good_since < (_SPARE_SECONDS if spare else self._rest):
            return
        while wanted < BEST and needs[wanted + 1] <= needs[wanted]:
            wanted += 1
        self.step = wanted
        self._resumed = now
        self._good_since = None


def _since(before: float | None, now: float, *, holds: bool) -> float | None:
    if not holds:
        return None
    return now if before is None else before
