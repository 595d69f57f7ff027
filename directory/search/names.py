"""Grades what residents type against names: 1 is the name itself, 0 has nothing of it."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from directory.search.sounds import Heard, Sounds, letters, readings
from directory.search.text import is_han, stem, words
from directory.search.vocabulary import Vocabulary

_EQUAL, _BEGINS, _WITHIN = 1.0, 0.9, 0.8
_SYNONYM = 0.9
"""What is left of a grade by another word for the same."""
_SPELLED, _INITIALS, _SLIP, _HOMOPHONE = 0.95, 0.85, 0.95, 0.85
"""What is left of a grade by sound: pinyin, initials, with a slip, other characters of the same sound."""
_MISTYPED = 0.75
_PARTS = 0.95
"""What is left of the mean grade of the parts, if they do not stand together."""
_NAMING = 0.3
"""The share of a query that has to name something for anything to be near it."""
_SECOND_SLIP = 6
"""Characters or letters from which two of them may be wrong."""
_MOST_ALIKE = 50
_PREFIX_LENGTH, _TYPO_LENGTH, _SECOND_TYPO_LENGTH = 3, 4, 8
"""Letters of an English word from which it may be unfinished, one of its letters wrong, and two."""

K = TypeVar("K", int, str)

Grades = dict[int, float]
"""Owner → grade; who has none is not in it."""


def join(grades: dict[K, float], others: Mapping[K, float]) -> None:
    """The better grade of both."""
    for owner, grade in others.items():
        if grade > grades.get(owner, 0.0):
            grades[owner] = grade


@dataclass(frozen=True)
class Graded:
    """A query's grades: of all its words, and of each alone."""

    whole: Grades
    parts: list[tuple[float, Grades]]
    """Weight and grades of each word."""

    def together(self) -> Grades:
        """The owners of whom something fits every word."""
        grades = dict(self.whole)
        if self.parts:
            everywhere = set.intersection(*(set(one) for _, one in self.parts))
            join(grades, {owner: _PARTS * _mean(self.parts, owner) for owner in everywhere})
        return grades

    def nearly(self, least: float) -> Grades:
        """The owners whose mean grade over the words that name something is `least` or more; rare words weigh more.

        Nobody, when most of what was typed names nothing.
        """
        naming = [(weight, one) for weight, one in self.parts if one]
        if sum(weight for weight, _ in naming) < _NAMING * sum(weight for weight, _ in self.parts):
            return {}
        rated = [(weight / (1 + math.log(len(one))), one) for weight, one in naming]
        owners = {owner for _, one in naming for owner in one}
        return {owner: grade for owner in owners if (grade := _mean(rated, owner)) >= least}


def _mean(parts: list[tuple[float, Grades]], owner: int) -> float:
    return sum(weight * one.get(owner, 0.0) for weight, one in parts) / sum(weight for weight, _ in parts)


class Names:
    """The names of owners, which are numbered from 0."""

    def __init__(self, names: Sequence[Iterable[str]]) -> None:
        """`names` are those of each owner."""
        self._han: list[tuple[str, int]] = []
        self._english: list[tuple[tuple[str, ...], int]] = []
        for owner, texts in enumerate(names):
            for text in texts:
                self._add(owner, words(text))
        self._texts = [text for text, _ in self._han]
        self.vocabulary = Vocabulary(self._texts)
        read = [readings(text) for text in self._texts]
        self._sounds = Sounds(read)
        self._spelled = [letters(one) for one in read]
        self._by_character = _places(self._texts)
        self._by_word = _places(name for name, _ in self._english)
        self._words = sorted(self._by_word)

    def _add(self, owner: int, parts: list[str]) -> None:
        if any(is_han(part) for part in parts):
            self._han.append(("".join(parts), owner))
        elif parts:
            self._english.append((tuple(stem(part) for part in parts), owner))

    def graded(self, query: str) -> Graded:
        """The grades of what was typed; without a word that says something, of what it says."""
        typed = words(query)
        parts = list(dict.fromkeys(self._parts(typed)))
        whole = self._whole(typed)
        if "".join(parts) != "".join(typed):
            join(whole, self._whole(parts))
        if len(parts) == 1:
            return Graded(whole, [(1.0, self._with_synonyms(parts[0], dict(whole)))])
        return Graded(whole, [(_weight(one), self._with_synonyms(one, self._whole([one]))) for one in parts])

    def mistyped(self, query: str) -> Grades:
        """The owners of a name that looks like what was typed, in Chinese of 3 characters or pinyin of 6 letters."""
        typed = words(query)
        if all(map(is_han, typed)):
            return self._alike("".join(typed), self._texts, 3)
        return self._alike("".join(typed), self._spelled, 6)

    def _alike(self, typed: str, texts: Sequence[str], length: int) -> Grades:
        grades: Grades = {}
        if len(typed) >= length:
            wrong = 2 if len(typed) >= _SECOND_SLIP else 1
            least = 100 * (1 - wrong / len(typed)) - 0.1
            for text, likeness, number in process.extract(
                typed, texts, scorer=fuzz.partial_ratio, score_cutoff=least, limit=_MOST_ALIKE
            ):
                # A short name is within many a query: only names that are about as long may be meant.
                if len(text) >= len(typed) - wrong:
                    join(grades, {self._han[number][1]: _MISTYPED * likeness / 100})
        return grades

    def _parts(self, typed: list[str]) -> list[str]:
        """The words that say something; without any, all words."""
        found = [one for word in typed for one in (self._divided(word) if is_han(word) else [stem(word)])]
        said = [one for one in found if not self.vocabulary.is_filler(one)]
        # A few unknown characters beside known words are particles, or slips of the pen.
        telling = [one for one in said if len(one) > 1 or self.vocabulary.same(one)]
        dropped = len(said) - len(telling)
        return telling if sum(map(len, telling)) > dropped else said or found

    def _divided(self, run: str) -> list[str]:
        return [piece for part in self.vocabulary.divided(run) for piece in self._pieces(part)]

    def _pieces(self, part: str) -> list[str]:
        """A part that no name has, as the longest pieces of two characters or more that names have."""
        if len(part) < 3 or self._written(part):
            return [part]
        for length in range(len(part) - 1, 1, -1):
            for start in range(len(part) - length + 1):
                if self._written(part[start : start + length]):
                    around = part[:start], part[start : start + length], part[start + length :]
                    return [piece for one in around if one for piece in self._pieces(one)]
        return [part]

    def _whole(self, typed: list[str]) -> Grades:
        grades: Grades = {}
        if not typed:
            return grades
        if all(map(is_han, typed)):
            join(grades, self._chinese("".join(typed)))
        elif any(map(is_han, typed)):
            join(grades, self._heard("".join(letters(readings(one)) if is_han(one) else one for one in typed)))
        else:
            join(grades, self._phrase([stem(one) for one in typed]))
            join(grades, self._heard("".join(typed)))
        return grades

    def _with_synonyms(self, word: str, grades: Grades) -> Grades:
        """The grades of a word, joined by those of the Chinese words that stand for it; English does so by itself."""
        for other in self.vocabulary.same(word):
            if is_han(other):
                join(grades, {owner: _SYNONYM * grade for owner, grade in self._written(other).items()})
        return grades

    def _chinese(self, run: str) -> Grades:
        grades = self._written(run)
        if len(run) > 1:
            exact = (one for one in self._sounds.heard(letters(readings(run))) if not one.initials)
            alike = (one for one in exact if one.end - one.start == len(run))
            join(grades, self._sounding(alike, lambda heard: _HOMOPHONE))
        return grades

    def _written(self, run: str) -> Grades:
        grades: Grades = {}
        for number in min((self._by_character.get(one, ()) for one in run), key=len):
            text, owner = self._han[number]
            if run in text:
                grade = _WITHIN if not text.startswith(run) else _BEGINS if len(text) > len(run) else _EQUAL
                if grade > grades.get(owner, 0.0):
                    grades[owner] = grade
        return grades

    def _heard(self, query: str) -> Grades:
        return self._sounding(self._sounds.heard(query), lambda heard: _INITIALS if heard.initials else _SPELLED)

    def _sounding(self, found: Iterable[Heard], share: Callable[[Heard], float]) -> Grades:
        grades: Grades = {}
        for heard in found:
            text, owner = self._han[heard.name]
            grade = _WITHIN if heard.start else _BEGINS if heard.end < len(text) else _EQUAL
            grade *= share(heard) * (_SLIP if heard.slips else 1.0)
            if grade > grades.get(owner, 0.0):
                grades[owner] = grade
        return grades

    def _phrase(self, typed: list[str]) -> Grades:
        """English names in which every word stands, in any order."""
        said = [word for word in typed if not self.vocabulary.is_filler(word)]
        if not said:
            return {}
        found = [self._word(word) for word in said]
        grades: Grades = {}
        for number in set.intersection(*(set(one) for one in found)):
            name, owner = self._english[number]
            grade = sum(one[number] for one in found) / len(found)
            grade *= (
                _EQUAL if len([one for one in name if not self.vocabulary.is_filler(one)]) <= len(said) else _BEGINS
            )
            if grade > grades.get(owner, 0.0):
                grades[owner] = grade
        return grades

    def _word(self, word: str) -> Grades:
        """English names by number, with the grade of the word of theirs that is meant."""
        grades: Grades = {}
        meant = dict.fromkeys(self._beginning(word), _BEGINS) if len(word) >= _PREFIX_LENGTH else {}
        if word in self._by_word:
            meant[word] = _EQUAL
        for other in self.vocabulary.same(word):
            join(meant, {stem(other): _SYNONYM})
        if not meant:
            meant = dict.fromkeys(self._near(word), _MISTYPED)
        for one, grade in meant.items():
            join(grades, dict.fromkeys(self._by_word.get(one, ()), grade))
        return grades

    def _beginning(self, word: str) -> list[str]:
        return self._words[bisect_left(self._words, word) : bisect_right(self._words, word + "\uffff")]

    def _near(self, word: str) -> list[str]:
        if len(word) < _TYPO_LENGTH:
            return []
        most = 2 if len(word) >= _SECOND_TYPO_LENGTH else 1
        return [one for one, _, _ in process.extract(word, self._words, scorer=OSA.distance, score_cutoff=most)]


def _places(texts: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """Each character of the texts, or each word of the names, with the numbers of those that have it."""
    places: defaultdict[str, list[int]] = defaultdict(list)
    for number, text in enumerate(texts):
        for one in dict.fromkeys(text):
            places[one].append(number)
    return dict(places)


def _weight(word: str) -> float:
    """Chinese says with a character what English says with three letters."""
    return float(len(word)) if is_han(word) else max(1.0, len(word) / 3)
