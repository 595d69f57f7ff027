"""How long a ticket will wait: the matcher itself, run forward with sampled session lengths.

Each replica plays the hall from its present state: clerks become free, take what `matching.ticket_for` gives
them, are busy for a sampled time. One replica yields the wait of every ticket, a hundred yield its distribution.
Arrivals are left out: credit grows equally for all, so only people with more minutes granted could still overtake.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.queue_core.matching import Clerk, next_opening, ticket_for
from scheduler.queue_core.queue import Waiting, lines

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


def waits(tickets: Iterable[Waiting], servers: Sequence[Server], now: float, sample: Sample) -> dict[str, float]:
    """One replica: ticket id → seconds until it is given to a clerk; a ticket nobody serves is missing."""
    line = lines(tickets)
    free_at = [(now + _remaining(server, sample), index) for index, server in enumerate(servers)]
    heapq.heapify(free_at)
    found: dict[str, float] = {}
    while free_at:
        moment, index = heapq.heappop(free_at)
        clerk = servers[index].clerk
        waiting = ticket_for(clerk, line, moment)
        if waiting is not None:
            line[waiting.queue_id].remove(waiting.ticket_id)
            found[waiting.ticket_id] = moment - now
            heapq.heappush(free_at, (moment + sample(waiting.service), index))
        elif (opening := next_opening(clerk, line, moment)) is not None:
            heapq.heappush(free_at, (opening, index))
    return found


def ranges(
    tickets: Sequence[Waiting], servers: Sequence[Server], now: float, sample: Sample, replicas: int
) -> dict[str, Range]:
    """Ticket id → range, for every ticket, from `replicas` replicas."""
    drawn: dict[str, list[float]] = {waiting.ticket_id: [] for waiting in tickets}
    for _ in range(replicas):
        for ticket_id, wait in waits(tickets, servers, now, sample).items():
            drawn[ticket_id].append(wait)
    return {
        ticket_id: Range(_quantile(values, replicas, 0.5), _quantile(values, replicas, 0.9))
        for ticket_id, values in drawn.items()
    }


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


def _quantile(values: list[float], replicas: int, share: float) -> float:
    # Replicas in which the ticket was never served count as infinite waits.
    index = math.ceil(share * replicas) - 1
    return sorted(values)[index] if index < len(values) else math.inf
