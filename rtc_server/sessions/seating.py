"""Who has a seat before a member, when there are more others than seats. Pure, in the time that it is told.

A seat is a voice and a face of one rank: lips and sound are played together, and nobody moves who begins to speak.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

QUIET_SECONDS: Final = 2.0
"""Who has been silent so long may lose the seat to somebody who speaks."""
PATIENCE_SECONDS: Final = 3.0
"""Who has spoken so long without a seat gets the one that somebody has had longest, so long at least."""
FOR_SPEAKERS: Final = 2
"""Seats that are left to who speaks, however many are held."""
_SPEAKING_SECONDS: Final = 0.3
_BREATH_SECONDS: Final = 1.0
"""A pause that ends nobody's wait."""


@dataclass(frozen=True)
class Speakers:
    """Who may sit at a member's table, and how to choose when there are more of them than seats."""

    others: Sequence[str]
    """In order of admission."""
    spoke: Mapping[str, float]
    """When each was last heard to speak, in seconds; who never was is not in it."""
    pinned: Sequence[str] = ()
    """Whom the member keeps: each has a seat, come what may, and the first of them the first one."""
    held: Collection[str] = ()
    """Who has a seat before everybody, as far as some are left to who speaks."""
    now: float = 0.0
    silent: Collection[str] = ()
    """Who sends nothing now."""

    def last(self, party: str) -> float:
        """When the party spoke last."""
        return self.spoke.get(party, float("-inf"))


class Seating:
    """The seats before one member."""

    __slots__ = ("_sat", "_waits", "kept", "taken", "unheard")

    def __init__(self) -> None:
        self.taken: list[str | None] = []
        """Who has which seat."""
        self.kept: frozenset[str] = frozenset()
        """Who loses theirs to nobody."""
        self.unheard: tuple[str, ...] = ()
        """Who speaks and has none, in order of admission."""
        self._sat: dict[str, float] = {}
        self._waits: dict[str, float] = {}

    def update(self, seats: int, speakers: Speakers) -> bool:
        """Seats everybody anew; whether somebody sits elsewhere, or others speak unheard.

        Whoever has a seat keeps it while there. Free ones go to who is kept, then in order of admission, or when they
        are too few to who sends and spoke last. With none free, who is kept takes a seat at once; who sends takes that
        of who sends nothing; and who speaks that of who has been silent for longest, two seconds at least. Among many
        who never stop, seats go round every three seconds.
        """
        before = self.taken, self.unheard
        self.kept = _kept(seats, speakers)
        taken = [party if party in speakers.others else None for party in (self.taken + [None] * seats)[:seats]]
        waiting = [party for party in speakers.others if party not in taken]
        if waiting:
            self._seat(taken, waiting, speakers)
        if taken and speakers.pinned and speakers.pinned[0] in taken:
            at = taken.index(speakers.pinned[0])
            taken[0], taken[at] = taken[at], taken[0]
        self._wait(taken, speakers)
        self._sat = {party: self._sat.get(party, speakers.now) for party in taken if party is not None}
        self.taken, self.unheard = taken, tuple(self._waits)
        return before != (self.taken, self.unheard)

    def _seat(self, taken: list[str | None], waiting: list[str], speakers: Speakers) -> None:
        """Gives seats to those who wait for one, as far as they may have one; who is left stays among them."""
        if len(waiting) > taken.count(None):
            waiting.sort(
                key=lambda party: (party in self.kept, party not in speakers.silent, speakers.last(party)),
                reverse=True,
            )
        for index, party in enumerate(taken):
            if party is None and waiting:
                taken[index] = waiting.pop(0)
        for party in [one for one in waiting if one in self.kept]:
            self._replace(taken, self._least(taken, speakers), party)
            waiting.remove(party)
        for party in [one for one in waiting if one not in speakers.silent]:
            idle = [one for one in self._others(taken) if one in speakers.silent]
            if idle:
                self._replace(taken, idle[0], party)
                waiting.remove(party)
        self._wait(taken, speakers)
        self._let_speak(taken, speakers)

    def _wait(self, taken: Sequence[str | None], speakers: Speakers) -> None:
        """Notes who speaks and has no seat, who has just lost theirs too, and since when."""
        self._waits = {
            party: self._waits.get(party, speakers.now)
            for party in speakers.others
            if party not in taken
            and speakers.now - speakers.last(party) <= _BREATH_SECONDS
            and party not in speakers.silent
        }

    def _let_speak(self, taken: list[str | None], speakers: Speakers) -> None:
        now = speakers.now
        for party in sorted(self._waits, key=lambda one: (self._waits[one], -speakers.last(one))):
            if now - speakers.last(party) > _SPEAKING_SECONDS:
                continue
            quietest = self._least(taken, speakers)
            if quietest is not None and now - speakers.last(quietest) > QUIET_SECONDS:
                self._replace(taken, quietest, party)
            elif now - self._waits[party] >= PATIENCE_SECONDS:
                self._replace(taken, self._longest(taken, now), party)

    def _least(self, taken: Sequence[str | None], speakers: Speakers) -> str | None:
        """Who would be missed least: who sends nothing, then who has been silent longest."""
        return min(self._others(taken), key=lambda one: (one not in speakers.silent, speakers.last(one)), default=None)

    def _longest(self, taken: Sequence[str | None], now: float) -> str | None:
        """Who has had their seat longest, and long enough."""
        old = [one for one in self._others(taken) if now - self._sat.get(one, now) >= PATIENCE_SECONDS]
        return min(old, key=self._sat.__getitem__, default=None)

    def _others(self, taken: Sequence[str | None]) -> list[str]:
        return [one for one in taken if one is not None and one not in self.kept]

    @staticmethod
    def _replace(taken: list[str | None], before: str | None, party: str) -> None:
        if before is not None:
            taken[taken.index(before)] = party


def _kept(seats: int, speakers: Speakers) -> frozenset[str]:
    """Who is kept of those who are there: all who are pinned, and as many who are held as leave seats to who speaks."""
    pinned = [party for party in speakers.pinned if party in speakers.others][:seats]
    held = [party for party in speakers.others if party in speakers.held and party not in pinned]
    return frozenset(pinned + held[: max(0, seats - FOR_SPEAKERS - len(pinned))])
