"""Which node a session or a waiting participant goes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_BAND = 0.25
"""Share of a core; loads within one band count as equal, so that noise decides nothing."""


@dataclass(frozen=True)
class Candidate:
    """A node that can be reached: the share of a core it uses, and whether it is about to end."""

    name: str
    cpu: float
    capacity: int
    """Participants that it holds at most."""
    draining: bool


def choose(candidates: Iterable[Candidate], held: Mapping[str, int]) -> str | None:
    """The least busy node with room that does not drain, then the one with the fewest participants; None without any.

    `held` counts the participants of each node as they were placed: reports are up to a second old, and a whole town
    may connect within one.
    """
    fit = [one for one in candidates if not one.draining and held.get(one.name, 0) < one.capacity]
    best = min(fit, key=lambda one: (int(one.cpu / _BAND), held.get(one.name, 0), one.name), default=None)
    return best.name if best is not None else None
