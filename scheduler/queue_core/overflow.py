"""Who may serve which queue, and from when: the own town first, then neighbouring towns, then the district."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from scheduler.queue_core.matching import Lane


class Tier(IntEnum):
    """How far a clerk's site is from a queue's home."""

    OWN = 0
    NEIGHBOUR = 1
    DISTRICT = 2


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: one department's business at one home; `path` is the home's "/"-separated place in the tree."""

    id: str
    path: str
    department_id: str


@dataclass(frozen=True, slots=True)
class Station:
    """Where a clerk on duty sits, and what the clerk can: department id → level."""

    clerk_id: str
    path: str
    skills: Mapping[str, int]


Thresholds = Mapping[Tier, float]
"""Credit in seconds from which a tier may serve although a nearer one is on duty."""


def tier(home: str, site: str) -> Tier | None:
    """How far the clerk's `site` is from the queue's `home`; None when it never serves it."""
    home, site = home.strip("/"), site.strip("/")
    if home == site:
        return Tier.OWN
    above = home.rpartition("/")[0]
    if above and above == site.rpartition("/")[0]:
        return Tier.NEIGHBOUR
    return Tier.DISTRICT if home.startswith(site + "/") else None


def lanes(queues: Iterable[Queue], stations: Sequence[Station], thresholds: Thresholds) -> dict[str, dict[str, Lane]]:
    """Clerk id → queue id → lane, for clerks on duty.

    The nearest tier on duty serves at once: a threshold shares the load, it never lets a queue wait for nobody.
    """
    found: dict[str, dict[str, Lane]] = {station.clerk_id: {} for station in stations}
    for queue in queues:
        near = [(distance, one) for one in stations if (distance := reach(queue, one)) is not None]
        nearest = min((distance for distance, _ in near), default=Tier.OWN)
        for distance, station in near:
            after = 0.0 if distance is nearest else thresholds.get(distance, 0.0)
            found[station.clerk_id][queue.id] = Lane(station.skills[queue.department_id], after)
    return found


def reach(queue: Queue, station: Station) -> Tier | None:
    """How far the station is from the queue; None when it never serves it."""
    return tier(queue.path, station.path) if queue.department_id in station.skills else None
