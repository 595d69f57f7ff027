"""How long a ticket will wait: the hall, run forward by the matcher's rules with sampled session lengths.

Each replica plays the hall from its present state: clerks become free, take the ticket that `matching.ticket_for` would
give them, are busy for a sampled time. One replica yields the wait of every ticket, a hundred yield its distribution.
Arrivals are left out: credit grows equally for all, so only people with more minutes granted could still overtake.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.queue_core.matching import Clerk, credit_order, opens
from scheduler.queue_core.queue import Waiting

Sample = Callable[[float], float]
"""Draws a session length in seconds for a given mean in seconds."""
Uniform = Callable[[], float]
"""Draws from [0, 1); the caller's, seeded as the caller likes."""

_TRIES = 8
_NORMAL_P90 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class Server:
    """A clerk on duty; `service` is the mean length of the session in hand and `elapsed` its age, in seconds.

    Both are None for a clerk who is free.
    """

    clerk: Clerk
    service: float | None = None
    elapsed: float | None = None


class Range(NamedTuple):
    """The median and the 90th percentile of a wait, in seconds; infinite when nobody on duty can serve."""

    p50: float
    p90: float


def lognormal(uniform: Uniform, variation: float) -> Sample:
    """Session lengths as measured in call centres: lognormal, with this coefficient of variation.

    Source: Brown et al., Statistical analysis of a telephone call center, JASA 100 (2005).
    """
    spread = math.log1p(variation * variation)

    def sample(mean: float) -> float:
        normal = math.sqrt(-2.0 * math.log(1.0 - uniform())) * math.cos(2.0 * math.pi * uniform())
        return mean * math.exp(math.sqrt(spread) * normal - spread / 2.0)

    return sample


def exponential(uniform: Uniform) -> Sample:
    """Session lengths without memory: what the Erlang formulas assume."""
    return lambda mean: -mean * math.log(1.0 - uniform())


class Hall:
    """A hall at one moment, prepared to be run forward often.

    Which clerk may be given which ticket from when is the same in all replicas, so it is worked out once. A replica
    costs O(n·m) for n tickets and m clerks, and more where thresholds open while it runs.
    """

    def __init__(self, tickets: Iterable[Waiting], servers: Sequence[Server], now: float) -> None:
        self._now = now
        self._servers = servers
        self._tickets = sorted(tickets, key=credit_order)
        openings = [self._openings(server.clerk) for server in servers]
        # A ticket is its rank by credit from here on: the lowest of a list is whose turn it is.
        self._open = [sorted(rank for moment, rank in found if moment <= now) for found in openings]
        self._later = [sorted(one for one in found if one[0] > now) for found in openings]
        self._reached = len({rank for found in openings for _, rank in found})

    def waits(self, sample: Sample) -> dict[str, float]:
        """One replica: ticket id → seconds until it is given to a clerk; a ticket nobody serves is missing."""
        free_at = [(self._now + _remaining(server, sample), index) for index, server in enumerate(self._servers)]
        heapq.heapify(free_at)
        taken = bytearray(len(self._tickets))
        hands = [_Hand(open_now, later, taken) for open_now, later in zip(self._open, self._later, strict=True)]
        found: dict[str, float] = {}
        while free_at and len(found) < self._reached:
            moment, index = heapq.heappop(free_at)
            if (rank := hands[index].take(moment)) is not None:
                found[self._tickets[rank].ticket_id] = moment - self._now
                heapq.heappush(free_at, (moment + sample(self._tickets[rank].service), index))
            elif (opening := hands[index].next_opening()) is not None:
                heapq.heappush(free_at, (opening, index))
        return found

    def _openings(self, clerk: Clerk) -> list[tuple[float, int]]:
        found = ((opens(clerk, waiting), rank) for rank, waiting in enumerate(self._tickets))
        return [one for one in found if one[0] < math.inf]


class _Hand:
    """What one clerk may take in one replica, by rank; `taken` is marked by all clerks."""

    __slots__ = ("_at", "_later", "_open", "_taken")

    def __init__(self, open_now: Sequence[int], later: Sequence[tuple[float, int]], taken: bytearray) -> None:
        self._open = list(open_now)  # sorted, which makes it a heap
        self._later = later
        self._at = 0
        self._taken = taken

    def take(self, moment: float) -> int | None:
        """Takes the ticket of highest credit that is open at this moment, if there is one."""
        while self._at < len(self._later) and self._later[self._at][0] <= moment:
            heapq.heappush(self._open, self._later[self._at][1])
            self._at += 1
        while self._open:
            if not self._taken[rank := heapq.heappop(self._open)]:
                self._taken[rank] = True
                return rank
        return None

    def next_opening(self) -> float | None:
        """When the next ticket opens that nobody has taken so far."""
        while self._at < len(self._later) and self._taken[self._later[self._at][1]]:
            self._at += 1
        return self._later[self._at][0] if self._at < len(self._later) else None


def ranges(tickets: Iterable[Waiting], drawn: Sequence[Mapping[str, float]]) -> dict[str, Range]:
    """Ticket id → range, for every ticket, from the waits of so many replicas."""
    return {one.ticket_id: _range([waits.get(one.ticket_id, math.inf) for waits in drawn]) for one in tickets}


def queue_length_range(ahead: int, service: float, clerks: int) -> Range:
    """The simpler estimate: `ahead` tickets before this one, `clerks` busy clerks, sessions of mean `service`.

    The wait is then Gamma(ahead + 1) with mean (ahead + 1) × service / clerks; its quantiles by Wilson and
    Hilferty's cube root (PNAS 17, 1931). Known as QL: Ibrahim & Whitt, M&SOM 11 (2009).
    """
    if clerks < 1:
        return Range(math.inf, math.inf)
    shape = ahead + 1
    centre = 1.0 - 1.0 / (9.0 * shape)
    unit = shape * service / clerks
    return Range(unit * centre**3, unit * (centre + _NORMAL_P90 / (3.0 * math.sqrt(shape))) ** 3)


def _remaining(server: Server, sample: Sample) -> float:
    # A session of this age: draw until one is longer; a very old one is as good as over.
    if server.service is None or server.elapsed is None:
        return 0.0
    for _ in range(_TRIES):
        if (length := sample(server.service)) > server.elapsed:
            return length - server.elapsed
    return sample(server.service) / _TRIES


def _range(waits: list[float]) -> Range:
    waits.sort()
    return Range(*(waits[math.ceil(share * len(waits)) - 1] for share in (0.5, 0.9)))
