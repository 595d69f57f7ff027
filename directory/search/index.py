"""Ranks the items that fit what was typed, and tells what is done elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from directory.records import Referral, ServiceItem
from directory.search.names import Graded, Grades, Names, join

_NEAR = 0.5
"""The mean grade from which an item is near to a query of which it does not fit every word."""
_BESIDE = 0.7
"""The share of the best grade from which an item stands beside the best."""
_STEPS = 20
"""Grades within a twentieth are equal, and then use decides."""
_QUERY_AT_MOST = 60
"""Characters of a query that are looked at; a sentence with a matter in it is shorter."""
_NAMED = 0.94
"""The grade from which a matter of elsewhere is meant: by its name, or its name in pinyin."""


@dataclass(frozen=True)
class Found:
    """What fits a query.

    `items` come best first. They are `near` when none fits every word. `referrals` are matters that the query names and
    that are done elsewhere.
    """

    items: list[ServiceItem]
    near: bool = False
    referrals: tuple[Referral, ...] = ()


class ItemIndex:
    """An index of the items; make a new one when they change.

    The spellings are made when they are first needed, or in a thread by `prepare`: the dictionary takes half a second
    to load, and the service should answer before.
    """

    def __init__(self, items: Iterable[ServiceItem], referrals: Iterable[Referral] = ()) -> None:
        self._items = sorted(items, key=lambda item: (-item.asked_for, item.name_zh))
        self._referrals = list(referrals)

    def prepare(self) -> None:
        """Makes the spellings now; blocks."""
        _ = self._names

    @cached_property
    def _names(self) -> Names:
        """The items' names, then the referrals'."""
        owners: list[ServiceItem | Referral] = [*self._items, *self._referrals]
        return Names([(one.name_zh, one.name_en, *one.aliases) for one in owners])

    def find(self, words: str, limit: int = 30) -> Found:
        """The items that fit all words, or else those that fit most of them; without words, those most asked for."""
        words = words.strip()[:_QUERY_AT_MOST]
        if not words:
            return Found(self._items[:limit])
        graded = self._names.graded(words)
        together = graded.together()
        if items := self._ranked(together):
            return Found(items[:limit], referrals=self._meant(graded, together))
        referrals = self._meant(graded, together)
        near = graded.nearly(_NEAR)
        if not referrals:
            join(near, self._names.mistyped(words))
        items = self._ranked(near)
        return Found(items[:limit], near=bool(items), referrals=referrals)

    def _ranked(self, grades: Grades) -> list[ServiceItem]:
        fitting = {owner: grade for owner, grade in grades.items() if owner < len(self._items)}
        least = _BESIDE * max(fitting.values(), default=0.0)
        # Items are numbered by use.
        order = sorted((-round(grade * _STEPS), owner) for owner, grade in fitting.items() if grade >= least)
        return [self._items[owner] for _, owner in order]

    def _meant(self, graded: Graded, together: Grades) -> tuple[Referral, ...]:
        """The referrals that all words mean; where they fit no item, those that one word names."""
        meant = {owner for owner, grade in graded.whole.items() if grade >= _NAMED}
        if not any(owner < len(self._items) for owner in together):
            meant |= {owner for _, one in graded.parts for owner, grade in one.items() if grade >= _NAMED}
        first = len(self._items)
        return tuple(self._referrals[owner - first] for owner in sorted(meant) if owner >= first)
