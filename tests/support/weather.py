"""What happens to a packet on a bad line: decided by a seed and the time given, without a socket."""

from __future__ import annotations

import random
from dataclasses import dataclass

_FIRST_REPEAT = 0.2
"""Seconds: TCP's least retransmission time-out on Linux; the round trip comes on top."""
_FIRST_SYN = 1.0
_SEGMENT = 1400
_TURN = 1e-6


@dataclass(frozen=True)
class Weather:
    """How a line does in one direction."""

    loss: float = 0.0
    """Share of packets lost, 0..1."""
    burst: float | None = None
    """Mean length of a run of losses (Gilbert–Elliott); None loses each packet independently."""
    delay: float = 0.0
    """Seconds, one way."""
    jitter: float = 0.0
    """Seconds at most on top, a new draw for each packet, so that packets overtake each other."""
    rate: float | None = None
    """Bits a second."""
    queue: int = 32_000
    """Octets that may wait for their turn; what comes then is lost."""


class Line:
    """One direction of a link: when each packet arrives, or that it does not."""

    def __init__(self, weather: Weather, seed: int) -> None:
        self.weather = weather
        self.up = True
        self._chance = random.Random(seed)
        self._bad = False
        self._free = 0.0
        self._sent = (0.0, 0)

    def datagram(self, size: int, now: float) -> float | None:
        """When a datagram of `size` octets sent now arrives; None when it is lost."""
        if not self.up or self._loses():
            return None
        return self._through(size, now)

    def stream(self, size: int, now: float) -> float:
        """When a piece of a TCP stream arrives: a lost segment costs repeats, each after twice the time."""
        arrival = self._through(size, now, bounded=False)
        assert arrival is not None, "TCP waits where UDP loses"
        wait = 0.0
        for _ in range(-(-size // _SEGMENT)):
            wait = max(wait, self._repeats(_FIRST_REPEAT + 2 * self.weather.delay))
        return arrival + wait

    def opening(self, now: float) -> float:
        """When a TCP connection begun now is open: three times across, lost SYNs repeated after 1, 3, 7 … s."""
        return now + 3 * self.weather.delay + self._repeats(_FIRST_SYN) + self._repeats(_FIRST_SYN)

    def _repeats(self, first: float) -> float:
        wait = 0.0
        while self._loses():
            wait, first = wait + first, first * 2
        return wait

    def _through(self, size: int, now: float, *, bounded: bool = True) -> float | None:
        weather = self.weather
        if weather.rate is None:
            done = now + self._turn(now)
        else:
            begins = max(now, self._free)
            if bounded and (begins - now) * weather.rate / 8 > weather.queue:
                return None
            done = self._free = begins + size * 8 / weather.rate
        return done + weather.delay + weather.jitter * self._chance.random()

    def _turn(self, now: float) -> float:
        """What is sent at one moment arrives in its order: a microsecond each."""
        before, count = self._sent
        self._sent = now, count + 1 if now == before else 0
        return self._sent[1] * _TURN

    def _loses(self) -> bool:
        weather = self.weather
        if not weather.loss:
            return False
        # A run of independent losses has this mean length: one model serves both.
        leave = 1 / weather.burst if weather.burst is not None else 1 - weather.loss
        enter = leave * weather.loss / (1 - weather.loss)
        self._bad = self._chance.random() >= leave if self._bad else self._chance.random() < enter
        return self._bad


def repeated(sent: float, mended: float, first: float = _FIRST_REPEAT) -> float:
    """When TCP sends again what was first sent during a cut, the first time after the link came back.

    The wait doubles from `first`; so what was sent early in a long cut comes late after it.
    """
    again = sent + first
    while again < mended:
        first *= 2
        again += first
    return again


def syn_repeated(sent: float, mended: float) -> float:
    """The same of a connection that was begun during a cut."""
    return repeated(sent, mended, _FIRST_SYN)
