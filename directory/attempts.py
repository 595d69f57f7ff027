"""Wrong passwords are counted for each account and each address, and lock for a while."""

from __future__ import annotations

from collections import OrderedDict, deque

from directory.errors import TooManyAttempts

_WINDOW_SECONDS = 15 * 60.0
_ACCOUNT_AT_MOST = 8
_ADDRESS_AT_MOST = 40
_KEPT_AT_MOST = 10_000


class Attempts:
    """Counts failures of the last quarter of an hour; the longest unused counters are dropped first."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, account: str, address: str, now: float) -> None:
        """Raises `TooManyAttempts` while either is locked."""
        for key, limit in _limits(account, address):
            failures = self._recent(key, now)
            if len(failures) >= limit:
                wait = failures[0] + _WINDOW_SECONDS - now
                raise TooManyAttempts(minutes=max(1, round(wait / 60)))

    def failed(self, account: str, address: str, now: float) -> None:
        """Counts a failure."""
        for key, limit in _limits(account, address):
            failures = self._failures.setdefault(key, deque(maxlen=limit))
            failures.append(now)
            self._failures.move_to_end(key)
        while len(self._failures) > _KEPT_AT_MOST:
            self._failures.popitem(last=False)

    def succeeded(self, account: str) -> None:
        """Forgets the account's failures."""
        self._failures.pop(f"account {account}", None)

    def _recent(self, key: str, now: float) -> deque[float]:
        failures = self._failures.get(key, deque())
        while failures and failures[0] <= now - _WINDOW_SECONDS:
            failures.popleft()
        return failures


def _limits(account: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    return (f"account {account}", _ACCOUNT_AT_MOST), (f"address {address}", _ADDRESS_AT_MOST)
