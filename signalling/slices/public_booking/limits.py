"""How often strangers may ask the booking page for something, by address and all together."""

from __future__ import annotations

from foundation.clock import Clock
from foundation.errors import TooMany
from foundation.rate import RateLimit, TokenBucket

_LOOKS_A_SECOND, _LOOKS_AT_ONCE = 1.0, 60.0
"""Free times of a week each; the phones of a village may share an address."""
_CODES_A_SECOND, _CODES_AT_ONCE = 1 / 60, 6.0
"""Each is a text message that somebody pays for."""
_ALL_CODES_A_SECOND, _ALL_CODES_AT_ONCE = 0.5, 60.0
"""Whoever asks from many addresses sends 1,800 messages an hour at most."""
_BOOKINGS_A_SECOND, _BOOKINGS_AT_ONCE = 1 / 30, 10.0
"""Wrong codes counted too."""


class Limits:
    """Counts what is asked; each raises `TooMany`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looks = RateLimit(_LOOKS_A_SECOND, _LOOKS_AT_ONCE)
        self._codes = RateLimit(_CODES_A_SECOND, _CODES_AT_ONCE)
        self._all_codes = TokenBucket(_ALL_CODES_A_SECOND, _ALL_CODES_AT_ONCE, clock.monotonic())
        self._bookings = RateLimit(_BOOKINGS_A_SECOND, _BOOKINGS_AT_ONCE)

    def look(self, client: str) -> None:
        """Counts a look at what can be booked."""
        if not self._looks.allow(client, self._clock.monotonic()):
            raise TooMany

    def ask_code(self, client: str) -> None:
        """Counts a code that is asked for."""
        now = self._clock.monotonic()
        # In this order: who is held back alone uses up nothing of the others'.
        if not self._codes.allow(client, now) or not self._all_codes.allow(now):
            raise TooMany

    def book(self, client: str) -> None:
        """Counts a booking that is tried."""
        if not self._bookings.allow(client, self._clock.monotonic()):
            raise TooMany
