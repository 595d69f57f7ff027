"""How often codes may be tried: by one client, and by all together, since whoever guesses may come from many places."""

from __future__ import annotations

from directory.errors import TooManyCodes
from foundation.clock import Clock
from foundation.rate import RateLimit, TokenBucket

_OF_ONE_A_SECOND, _OF_ONE_AT_ONCE = 1 / 30, 10.0
"""A hall behind one address has ten at once, and two a minute."""
_OF_ALL_A_SECOND, _OF_ALL_AT_ONCE = 2.0, 120.0
"""In the half hour of a code 3,720 tries: with a thousand codes open, one of a million such half hours finds one."""


class Guesses:
    """Counts the codes that are tried, right ones too."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of_one = RateLimit(_OF_ONE_A_SECOND, _OF_ONE_AT_ONCE)
        self._of_all = TokenBucket(_OF_ALL_A_SECOND, _OF_ALL_AT_ONCE, clock.monotonic())

    def count(self, client: str) -> None:
        """Counts one of a client; raises `TooManyCodes`."""
        now = self._clock.monotonic()
        # In this order: who is held back alone uses up nothing of the others'.
        if not self._of_one.allow(client, now) or not self._of_all.allow(now):
            raise TooManyCodes
