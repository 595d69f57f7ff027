"""Identifiers that sort by the time they were made (ULID: 48 bits of milliseconds, 80 of randomness)."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from typing import Protocol

from foundation.clock import Clock

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26


class Identifiers(Protocol):
    """Makes identifiers."""

    def new(self) -> str:
        """A new 26-character identifier, lower case; later ones sort after earlier ones to the millisecond."""
        ...


class _Ulids:
    def __init__(self, clock: Clock, random_bits: Callable[[int], int]) -> None:
        self._clock = clock
        self._random_bits = random_bits

    def new(self) -> str:
        milliseconds = int(self._clock.now().timestamp() * 1000)
        number = milliseconds << 80 | self._random_bits(80)
        return "".join(_ALPHABET[number >> shift & 31] for shift in range((_LENGTH - 1) * 5, -1, -5))


class SystemIdentifiers(_Ulids):
    """Identifiers nobody can guess: the random bits are the operating system's."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock, secrets.randbits)


class SeededIdentifiers(_Ulids):
    """The same identifiers at every run of the same seed: for simulations, demonstration data and tests."""

    def __init__(self, clock: Clock, seed: int) -> None:
        super().__init__(clock, random.Random(seed).getrandbits)  # noqa: S311 - repeatable on purpose
