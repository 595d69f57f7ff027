"""How often somebody may do something."""

from __future__ import annotations

from collections import OrderedDict


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


class RateLimit:
    """A token bucket for each key; the keys unused the longest are forgotten first, so the table has a bound."""

    def __init__(self, rate: float, burst: float, keys_at_most: int = 20_000) -> None:
        self._rate = rate
        self._burst = burst
        self._keys_at_most = keys_at_most
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def allow(self, key: str, now: float) -> bool:
        """Whether one more act of `key` is allowed at `now`; an allowed one is counted."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(self._rate, self._burst, now)
            if len(self._buckets) > self._keys_at_most:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket.allow(now)
