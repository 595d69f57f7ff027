"""The life of a wish for a time on the waiting list: one table, which times fit it, and its place. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from scheduler.queue_core import life


class WishState(StrEnum):
    """Where a wish is in its life."""

    WAITING = "listed"
    OFFERED = "time_held"
    """A time is held for its person until they answer."""
    TAKEN = "time_taken"
    LEFT = "left_list"
    EXPIRED = "list_over"
    """Its days are over, or its person let too many offers pass."""


_S = WishState

TRANSITIONS: life.Table[WishState] = {
    _S.WAITING: frozenset({_S.OFFERED, _S.LEFT, _S.EXPIRED}),
    # Back to waiting: the time that was offered suits them not, or nobody answered.
    _S.OFFERED: frozenset({_S.WAITING, _S.TAKEN, _S.LEFT, _S.EXPIRED}),
    _S.TAKEN: frozenset(),
    _S.LEFT: frozenset(),
    _S.EXPIRED: frozenset(),
}

OPEN = frozenset(state for state in WishState if TRANSITIONS[state])
"""States in which a time may still be found."""


class PartOfDay(StrEnum):
    """When on a day a time may begin."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


_BEGINS = {PartOfDay.MORNING: time(0), PartOfDay.AFTERNOON: time(12), PartOfDay.EVENING: time(18)}


def part_of(starts: datetime) -> PartOfDay:
    """The part of the day in which a time begins."""
    return max((part for part in _BEGINS if _BEGINS[part] <= starts.time()), key=lambda part: _BEGINS[part])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What fits a wish: a time on one of the days, in the part of the day, that was not let pass before."""

    days: Set[date]
    part: PartOfDay
    passed: Set[datetime] = frozenset()

    def fits(self, starts: datetime) -> bool:
        """Whether a time is as wished."""
        in_part = self.part in (PartOfDay.ANY, part_of(starts))
        return starts.date() in self.days and in_part and starts not in self.passed

    def rivals(self, other: Wanted) -> bool:
        """Whether one time could be wished by both."""
        return bool(self.days & other.days) and (PartOfDay.ANY in (self.part, other.part) or self.part == other.part)


def place(ahead: Iterable[Wanted], mine: Wanted) -> int:
    """The place on the list, the first being 1, behind those `ahead` who could be given the same time."""
    return 1 + sum(one.rivals(mine) for one in ahead)


def crowded(open_wishes: Sequence[Set[date]], days: Iterable[date], at_most: int) -> date | None:
    """The first of the days that `at_most` of the open wishes name already."""
    return next((day for day in sorted(days) if sum(day in one for one in open_wishes) >= at_most), None)


def check(former: WishState, state: WishState) -> None:
    """Raises `IllegalTransition` unless a wish may go from `former` to `state`."""
    life.check(TRANSITIONS, former, state)
