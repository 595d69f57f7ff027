"""Damages inputs: a seed decides, so that every run and every find can be had again."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

_BYTES = (0, 1, 0x7F, 0x80, 0xFF)
_WORDS = (0, 1, 0x7FFF, 0x8000, 0xFFFF)
_NUMBERS = (b"0", b"-1", b"65536", b"4294967296", b"1e309", b"0x10", b"1_0", "٣".encode(), b"9" * 4400)
_LONGEST = 4096
_DIGITS = re.compile(rb"\d+")


class Mutator:
    """Makes inputs of a corpus; `words` are what the format's parser looks for."""

    def __init__(self, corpus: Sequence[bytes], words: Sequence[bytes], chance: random.Random) -> None:
        self._corpus = corpus
        self._words = words or (b"\0",)
        self._chance = chance
        self._text = all(data.isascii() for data in corpus)

    def next(self) -> bytes:
        """One input: now and then one of the corpus as it is, else damaged up to six times."""
        chance = self._chance
        data = bytearray(chance.choice(self._corpus))
        for _ in range(chance.choice((0, 1, 1, 1, 2, 2, 3, 6))):
            chance.choice(_TEXT if self._text and chance.random() < 0.5 else _BINARY)(self, data)
        return bytes(data[:_LONGEST]) if len(data) > 4 * _LONGEST else bytes(data)

    def _at(self, data: bytearray) -> int:
        # What decides stands at the front, so half the damage is done there.
        most = len(data) if self._chance.random() < 0.5 else min(len(data), 40)
        return self._chance.randrange(most + 1)

    def _flip(self, data: bytearray) -> None:
        at = self._at(data)
        if at < len(data):
            data[at] ^= 1 << self._chance.randrange(8)

    def _set(self, data: bytearray) -> None:
        at = self._at(data)
        data[at : at + 1] = bytes((self._chance.choice((*_BYTES, self._chance.randrange(256))),))

    def _set_word(self, data: bytearray) -> None:
        at = self._at(data)
        word = self._chance.choice((*_WORDS, len(data), self._chance.randrange(1 << 16)))
        data[at : at + 2] = (word & 0xFFFF).to_bytes(2, "big")

    def _insert(self, data: bytearray) -> None:
        at = self._at(data)
        data[at:at] = self._chance.randbytes(self._chance.randrange(1, 9))

    def _remove(self, data: bytearray) -> None:
        at = self._at(data)
        del data[at : at + self._chance.randrange(1, 17)]

    def _cut(self, data: bytearray) -> None:
        del data[self._at(data) :]

    def _repeat(self, data: bytearray) -> None:
        at, length = self._at(data), self._chance.randrange(1, 65)
        data[at:at] = data[at : at + length] * self._chance.choice((1, 1, 2, 20))

    def _splice(self, data: bytearray) -> None:
        other = self._chance.choice(self._corpus)
        at = self._at(data)
        data[at:] = other[self._chance.randrange(len(other) + 1) :]

    def _word(self, data: bytearray) -> None:
        at, word = self._at(data), self._chance.choice(self._words)
        data[at : at + self._chance.choice((0, len(word)))] = word

    def _number(self, data: bytearray) -> None:
        found = list(_DIGITS.finditer(data))
        if found:
            start, end = self._chance.choice(found).span()
            data[start:end] = self._chance.choice(_NUMBERS)

    def _line(self, data: bytearray) -> None:
        """Takes a line away, or puts it elsewhere, or has it many times."""
        lines = bytes(data).split(b"\n")
        line = lines.pop(self._chance.randrange(len(lines)))
        copies = self._chance.choice((0, 0, 1, 2, 70))
        at = self._chance.randrange(len(lines) + 1)
        lines[at:at] = [line] * copies
        data[:] = b"\n".join(lines)


_BINARY = (
    Mutator._flip,
    Mutator._set,
    Mutator._set_word,
    Mutator._insert,
    Mutator._remove,
    Mutator._cut,
    Mutator._repeat,
    Mutator._splice,
    Mutator._word,
)
_TEXT = (Mutator._number, Mutator._line, Mutator._word, Mutator._splice, Mutator._remove)
