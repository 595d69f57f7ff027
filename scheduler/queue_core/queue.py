"""A queue ordered by credit."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

_SLACK = 64


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting ticket as the core sees it.

    `credit_from` is a moment in seconds, see `credit`; `service` the expected length of its session in seconds;
    `refused_by` the clerks it is not to be offered to again. Until the moment `kept_until` it waits for the clerk
    `kept_for` alone, where there is one. Until `not_before` it has its place and goes to nobody.
    """

    ticket_id: str
    queue_id: str
    credit_from: float
    service: float
    refused_by: frozenset[str] = frozenset()
    kept_for: str | None = None
    kept_until: float = -math.inf
    not_before: float = -math.inf

    def open_from(self, clerk_id: str) -> float:
        """The moment from which it may go to this clerk, thresholds aside: always, later, or never."""
        if clerk_id in self.refused_by:
            return math.inf
        return self.not_before if self.kept_for in (None, clerk_id) else max(self.kept_until, self.not_before)


def _anyone(_waiting: Waiting) -> bool:
    return True


class TicketQueue:
    """The waiting tickets of one queue, highest credit first; equal credit goes by ticket id.

    A binary heap whose removed entries stay behind until they surface or outnumber the living: adding, removing
    and finding the first are O(log n) amortised.
    """

    def __init__(self, tickets: Iterable[Waiting] = ()) -> None:
        self._tokens = itertools.count()
        self._live: dict[str, tuple[int, Waiting]] = {}
        self._heap: list[tuple[float, str, int]] = []
        for waiting in tickets:
            self.add(waiting)

    def __len__(self) -> int:
        return len(self._live)

    def __contains__(self, ticket_id: str) -> bool:
        return ticket_id in self._live

    def __iter__(self) -> Iterator[Waiting]:
        """All of them in order, O(n log n)."""
        return iter(sorted((held[1] for held in self._live.values()), key=_order))

    def add(self, waiting: Waiting) -> None:
        """Lets the ticket wait here; raises `KeyError` when it does already."""
        if waiting.ticket_id in self._live:
            raise KeyError(waiting.ticket_id)
        token = next(self._tokens)
        self._live[waiting.ticket_id] = (token, waiting)
        heapq.heappush(self._heap, (waiting.credit_from, waiting.ticket_id, token))

    def remove(self, ticket_id: str) -> Waiting:
        """Takes the ticket out of the queue; raises `KeyError` when it is not in it."""
        waiting = self._live.pop(ticket_id)[1]
        if len(self._heap) > 2 * len(self._live) + _SLACK:
            self._heap = [entry for entry in self._heap if self._alive(entry)]
            heapq.heapify(self._heap)
        return waiting

    def first(self, latest: float = math.inf, passing: Callable[[Waiting], bool] = _anyone) -> Waiting | None:
        """The ticket of highest credit that passes, among those whose credit began not after `latest`.

        Walks the heap from its root in order, O(k log k) for k tickets that do not pass.
        """
        while self._heap and not self._alive(self._heap[0]):
            heapq.heappop(self._heap)
        frontier = [(self._heap[0], 0)] if self._heap else []
        while frontier:
            entry, index = heapq.heappop(frontier)
            if entry[0] > latest:
                return None
            if self._alive(entry) and passing(waiting := self._live[entry[1]][1]):
                return waiting
            for child in (2 * index + 1, 2 * index + 2):
                if child < len(self._heap):
                    heapq.heappush(frontier, (self._heap[child], child))
        return None

    def copy(self) -> TicketQueue:
        """A queue of the same tickets that lives its own life, O(n)."""
        other = TicketQueue()
        other._tokens = itertools.count(next(self._tokens))
        other._live = dict(self._live)
        other._heap = list(self._heap)
        return other

    def _alive(self, entry: tuple[float, str, int]) -> bool:
        held = self._live.get(entry[1])
        return held is not None and held[0] == entry[2]


def ticket_queues(tickets: Iterable[Waiting]) -> dict[str, TicketQueue]:
    """The tickets sorted into their queues, by the id of each."""
    found: dict[str, TicketQueue] = {}
    for waiting in tickets:
        found.setdefault(waiting.queue_id, TicketQueue()).add(waiting)
    return found


def _order(waiting: Waiting) -> tuple[float, str]:
    return (waiting.credit_from, waiting.ticket_id)
