"""Pinyin as it is typed: whole syllables, initials, both mixed, and the slips of the dialects.

The slips are those between z and zh, c and ch, s and sh, n and l, f and h, an and ang, en and eng, in and ing, and u
for ü.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "z": "zh", "c": "ch", "s": "sh", "n": "l", "l": "n", "f": "h", "h": "f"}
_FINALS = {"ang": "an", "eng": "en", "ing": "in", "an": "ang", "en": "eng", "in": "ing"}
_QUERY_AT_MOST = 40
"""Letters of a query that are looked at; the longest name has fewer."""

Reading = tuple[str, ...]
"""The syllables that a character may be read as, the usual one first."""


@dataclass(frozen=True)
class Typed:
    """What may be typed for a character that begins with one letter."""

    syllables: tuple[tuple[str, bool], ...]
    """Whole syllables, and whether each is a slip."""
    slip: bool
    """Whether the letter alone is a slip, as an initial."""


@dataclass(frozen=True)
class Heard:
    """How a query sounds like a part of a name; `slips` and `initials` count syllables."""

    name: int
    start: int
    end: int
    slips: int
    initials: int


def readings(text: str) -> list[Reading]:
    """The readings of each character of a Chinese text (长 is chang and zhang)."""
    # The dictionary takes half a second to load: only who searches pays.
    from pypinyin import Style, pinyin

    return [tuple(dict.fromkeys(one)) for one in pinyin(text, style=Style.NORMAL, heteronym=True)]


def letters(name: Iterable[Reading]) -> str:
    """A name in pinyin without tones or spaces, as it is usually read."""
    return "".join(reading[0] for reading in name)


@cache
def variants(syllable: str) -> dict[str, bool]:
    """What is typed for a syllable, and whether it is a slip."""
    head = syllable[:2] if syllable[:2] in _INITIALS else syllable[:1]
    rest = syllable[len(head) :]
    heads = [head, _INITIALS.get(head, head)]
    final = next((one for one in _FINALS if rest.endswith(one)), "")
    rests = [rest, rest[: len(rest) - len(final)] + _FINALS.get(final, "")]
    typed = {one + other: (one, other) != (head, rest) for one in heads for other in rests}
    return typed | {one.replace("v", "u"): True for one in typed if "v" in one} | {syllable: False}


class Sounds:
    """Names by their sound."""

    def __init__(self, names: Iterable[list[Reading]]) -> None:
        """`names` are the readings of their characters."""
        self._names = [[_typed(reading) for reading in name] for name in names]
        self._places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, name in enumerate(self._names):
            for start in range(len(name)):
                for head in _heads(name, start):
                    self._places[head].append((number, start))

    def heard(self, query: str) -> Iterator[Heard]:
        """Where the names sound like a query in Latin letters; each place of a name at most once."""
        query = query[:_QUERY_AT_MOST]
        for number, start in self._places.get(query[:2], ()):
            if (found := self._follow(number, start, query)) is not None:
                yield found

    def _follow(self, number: int, start: int, query: str) -> Heard | None:
        """The best way through the name from `start` that uses up the query."""
        name, best = self._names[number], None
        ways = [(start, 0, 0, 0)]
        while ways:
            at, used, slips, initials = ways.pop()
            if used == len(query):
                found = Heard(number, start, at, slips, initials)
                best = found if best is None or _worse(best) > _worse(found) else best
            elif at < len(name) and (typed := name[at].get(query[used])) is not None:
                ways += [
                    (at + 1, used + length, slips + slip, initials + initial)
                    for length, slip, initial in _steps(typed, query[used:])
                ]
        return best


def _worse(heard: Heard) -> tuple[int, int]:
    return heard.initials, heard.slips


@cache
def _typed(reading: Reading) -> dict[str, Typed]:
    """What may be typed for a character, by its first letter."""
    typed: dict[str, bool] = {}
    for syllable in reading:
        for one, slip in variants(syllable).items():
            typed[one] = typed.get(one, True) and slip
    by_letter: defaultdict[str, list[tuple[str, bool]]] = defaultdict(list)
    for one, slip in typed.items():
        by_letter[one[0]].append((one, slip))
    return {letter: Typed(tuple(some), all(slip for _, slip in some)) for letter, some in by_letter.items()}


def _heads(name: list[dict[str, Typed]], start: int) -> set[str]:
    """The first two letters of what may be typed for a name from `start`, or the first alone."""
    following = name[start + 1] if start + 1 < len(name) else ()
    whole = {one[:2] for typed in name[start].values() for one, _ in typed.syllables}
    # A single letter is looked for at the beginning of names only.
    alone = set(name[start]) if start == 0 else set()
    return alone | whole | {letter + other for letter in name[start] for other in following}


def _steps(typed: Typed, rest: str) -> Iterator[tuple[int, int, int]]:
    """The ways to use letters up at one character: how many, whether with a slip, whether as an initial."""
    for one, slip in typed.syllables:
        if rest.startswith(one):
            yield len(one), slip, len(one) == 1
        elif one.startswith(rest):
            # The last syllable may be unfinished; a single letter of it is an initial.
            yield len(rest), slip, len(rest) == 1
    if len(rest) > 1:
        yield 1, typed.slip, 1
