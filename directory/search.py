"""Finding an item by its name, its pinyin, its initials, or its English words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cached_property
from itertools import product

from directory.records import ServiceItem

_READINGS_AT_MOST = 16


class ItemIndex:
    """An index of the items; make a new one when they change. Finding is a scan: 308 items take under a millisecond.

    The spellings are made when they are first needed, or in a thread by `prepare`: the dictionary takes half a second
    to load, and the service should answer before.
    """

    def __init__(self, items: Iterable[ServiceItem]) -> None:
        self._items = sorted(items, key=lambda item: (-item.asked_for, item.name_zh))

    def prepare(self) -> None:
        """Makes the spellings now; blocks."""
        _ = self._entries

    @cached_property
    def _entries(self) -> list[tuple[ServiceItem, tuple[str, ...]]]:
        return [(item, _keys(item)) for item in self._items]

    def find(self, words: str, limit: int = 30) -> list[ServiceItem]:
        """The items that fit all words, best first; without words, those most asked for."""
        wanted = _folded(words).split()
        if not wanted:
            return self._items[:limit]
        scored = [
            (sum(scores), item) for item, keys in self._entries if all(scores := [_score(w, keys) for w in wanted])
        ]
        scored.sort(key=lambda pair: -pair[0])
        return [item for _, item in scored[:limit]]


def _keys(item: ServiceItem) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    # Polyphones: every reading of the name's characters counts, up to a bound (长 is chang and zhang).
    spellings = [
        "".join(reading)
        for style in (Style.NORMAL, Style.FIRST_LETTER)
        for reading in _readings(pinyin(item.name_zh, style=style, heteronym=True))
    ]
    english = _folded(item.name_en)
    return (_folded(item.name_zh), *dict.fromkeys(spellings), *english.split(), english)


def _folded(text: str) -> str:
    """Small letters, and full width as half width: input methods write ＳＦＺ for SFZ."""
    return unicodedata.normalize("NFKC", text).lower()


def _readings(syllables: list[list[str]]) -> Iterable[tuple[str, ...]]:
    readings = product(*(dict.fromkeys(one) for one in syllables))
    return (reading for _, reading in zip(range(_READINGS_AT_MOST), readings, strict=False))


def _score(word: str, keys: tuple[str, ...]) -> int:
    if any(key == word for key in keys):
        return 4
    if any(key.startswith(word) for key in keys):
        return 3
    return 1 if any(word in key for key in keys) else 0
