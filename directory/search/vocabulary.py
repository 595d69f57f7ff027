"""Words that stand for each other, and words that say nothing about the matter; kept in `words.toml`."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files

import msgspec

from directory.search.text import is_han, stem, words


class _Words(msgspec.Struct, forbid_unknown_fields=True):
    same: list[list[str]]
    fillers: list[str]


class Vocabulary:
    """Divides what residents type into words that it knows: those of the file, and the names given to it."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names` are folded Chinese texts."""
        read = msgspec.toml.decode((files("directory.search") / "words.toml").read_bytes(), type=_Words)
        groups = [tuple(dict.fromkeys(_folded(word) for word in group)) for group in read.same]
        self._same = {word: group for group in groups for word in group}
        self._fillers = frozenset(_folded(word) for word in read.fillers)
        self._known = {word for word in (*self._same, *self._fillers, *names) if is_han(word)}
        self._longest = max(map(len, self._known), default=0)

    def same(self, word: str) -> tuple[str, ...]:
        """The other words for a word."""
        return tuple(one for one in self._same.get(word, ()) if one != word)

    def is_filler(self, word: str) -> bool:
        """Whether the word says nothing about the matter."""
        return word in self._fillers

    def divided(self, run: str) -> list[str]:
        """A Chinese run as the longest known words from its left, and what lies between them."""
        found: list[str] = []
        unknown, at = "", 0
        while at < len(run):
            word = self._word_at(run, at)
            if word:
                found += [unknown, word] if unknown else [word]
                unknown = ""
            else:
                unknown += run[at]
            at += len(word) or 1
        return [*found, unknown] if unknown else found

    def _word_at(self, run: str, at: int) -> str:
        for end in range(min(len(run), at + self._longest), at, -1):
            if run[at:end] in self._known:
                return run[at:end]
        return ""


def _folded(word: str) -> str:
    first = words(word)
    return first[0] if len(first) == 1 and is_han(first[0]) else stem("".join(first))
