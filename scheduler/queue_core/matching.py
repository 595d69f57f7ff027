"""Matching: which ticket for a clerk, which clerk for a ticket, and which pairs when several of both are free."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.queue_core.queue import TicketQueue, Waiting


@dataclass(frozen=True, slots=True)
class Lane:
    """A clerk's right to serve a queue: skill `level` (more is better), from `after` seconds of credit on.

    Without a threshold it is open to everybody: who is early for an appointment is served rather than nobody.
    """

    level: int
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Clerk:
    """A clerk who may be given a ticket: queue id → lane; `breadth` counts skills, `idle_since` is in seconds."""

    id: str
    lanes: Mapping[str, Lane]
    breadth: int
    idle_since: float


class Pair(NamedTuple):
    """A ticket and the clerk it goes to."""

    waiting: Waiting
    clerk: Clerk


TicketQueues = Mapping[str, TicketQueue]


def ticket_for(clerk: Clerk, queues: TicketQueues, now: float) -> Waiting | None:
    """The ticket of highest credit in the queues this clerk may serve now; O(log n) for each queue."""

    def passing(waiting: Waiting) -> bool:
        return waiting.open_from(clerk.id) <= now

    best: Waiting | None = None
    for queue_id, lane in clerk.lanes.items():
        if (queue := queues.get(queue_id)) is None:
            continue
        head = queue.first(now - lane.after if lane.after else math.inf, passing)
        if head is not None and (best is None or credit_order(head) < credit_order(best)):
            best = head
    return best


def clerk_for(waiting: Waiting, clerks: Iterable[Clerk], now: float) -> Clerk | None:
    """The clerk for this ticket: highest level, then fewest skills, then idle longest, then by id."""
    able = [clerk for clerk in clerks if may_serve(clerk, waiting, now)]
    return min(able, key=lambda clerk: _suitability(clerk, waiting.queue_id), default=None)


def may_serve(clerk: Clerk, waiting: Waiting, now: float) -> bool:
    """Whether the clerk has a lane for the ticket that is open by now, and the ticket is open to the clerk."""
    return opens(clerk, waiting) <= now


def opens(clerk: Clerk, waiting: Waiting) -> float:
    """The moment in seconds from which the clerk may be given the ticket, as long as it waits; infinite for never."""
    if (lane := clerk.lanes.get(waiting.queue_id)) is None:
        return math.inf
    moment = waiting.open_from(clerk.id)
    return max(moment, waiting.credit_from + lane.after) if lane.after else moment


def pairs(queues: TicketQueues, clerks: Sequence[Clerk], now: float) -> list[Pair]:
    """Everybody who can be paired now: tickets in order of credit, each with the clerk `clerk_for` gives it."""
    free = {clerk.id: clerk for clerk in clerks}
    served = {queue_id for clerk in clerks for queue_id in clerk.lanes}
    found: list[Pair] = []
    for waiting in heapq.merge(*(queues[queue] for queue in served if queue in queues), key=credit_order):
        if not free:
            break
        if (clerk := clerk_for(waiting, free.values(), now)) is not None:
            del free[clerk.id]
            found.append(Pair(waiting, clerk))
    return found


def credit_order(waiting: Waiting) -> tuple[float, str]:
    """Sorts tickets by credit, the highest first; equal credit goes by ticket id."""
    return (waiting.credit_from, waiting.ticket_id)


def _suitability(clerk: Clerk, queue_id: str) -> tuple[int, int, float, str]:
    return (-clerk.lanes[queue_id].level, clerk.breadth, clerk.idle_since, clerk.id)
