"""How often links of applicants are opened from one address: right ones counted too."""

from __future__ import annotations

from directory.errors import TooManyCodes
from foundation.clock import Clock
from foundation.rate import RateLimit

_A_SECOND, _AT_ONCE = 0.5, 30.0
"""The phones of a village may share an address; each asks once in a quarter of an hour."""


class LinkAttempts:
    """Counts them."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._of_one = RateLimit(_A_SECOND, _AT_ONCE)

    def count(self, client: str) -> None:
        """Counts one of a client; raises `TooManyCodes`."""
        if not self._of_one.allow(client, self._clock.monotonic()):
            raise TooManyCodes
