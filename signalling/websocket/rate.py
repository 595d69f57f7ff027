"""How often somebody may do something."""

from __future__ import annotations


class TokenBucket:
    """Allows `rate` acts a second on average and `burst` at once; time comes in as an argument, in seconds."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._since = now

    def allow(self, now: float) -> bool:
        """Whether one more act is allowed at `now`; an allowed one is counted."""
        self._tokens = min(self._burst, self._tokens + (now - self._since) * self._rate)
        self._since = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
