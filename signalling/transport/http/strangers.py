"""What is granted to requests that nobody has signed for, and what of it was refused: counted, not written down.

A refusal of somebody unknown costs no log line and no audit entry of its own. After many of them from one client its
refusals are held back and its connections closed, so that whoever goes on pays for each with waiting and with a new
connection. They are held the longer the more of them wait: what refusing costs a second has a bound, however many
connections ask. Those at the same address whose requests are granted notice nothing of it.
"""

from __future__ import annotations

import asyncio
from collections import Counter

import structlog

from foundation.clock import Clock
from foundation.errors import TooMany
from foundation.rate import RateLimit

_log = structlog.get_logger("signalling.strangers")

# A hall of forty pages behind one address loads fifteen files a page at once, and plays recordings with their
# thumbnails; each of its pages fails a few times when its session of yesterday has ended.
_REQUESTS_A_SECOND, _REQUESTS_AT_ONCE = 200.0, 5000.0
_REFUSALS_A_SECOND, _REFUSALS_AT_ONCE = 2.0, 300.0
_CLIENTS_IN_SUMMARY = 20
_CLIENTS_COUNTED_AT_MOST = 5000
_HELD_SECONDS = 5.0
# Of those that are held: one of them costs the loop about a millisecond, with its connection.
_ANSWERS_A_SECOND, _ANSWERS_OF_ONE_CLIENT = 100.0, 20.0


class Strangers:
    """Limits and counts of requests without a person, by client as `one_client` names it."""

    def __init__(self, clock: Clock, held_seconds: float = _HELD_SECONDS) -> None:
        self._clock = clock
        self._held_seconds = held_seconds
        self._requests = RateLimit(_REQUESTS_A_SECOND, _REQUESTS_AT_ONCE)
        self._refusals = RateLimit(_REFUSALS_A_SECOND, _REFUSALS_AT_ONCE)
        self._held: Counter[str] = Counter()
        self._since_summary: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        """Refusals by code since the start."""

    def ask(self, client: str) -> None:
        """Counts a request; raises `TooMany` for a client that asks too often."""
        if not self._requests.allow(client, self._clock.monotonic()):
            raise TooMany

    def count_refusal(self, client: str, code: str) -> bool:
        """Counts a refusal; whether the client has had too many of them."""
        self.refused[code] += 1
        if client in self._since_summary or len(self._since_summary) < _CLIENTS_COUNTED_AT_MOST:
            self._since_summary[client] += 1
        return not self._refusals.allow(client, self._clock.monotonic())

    def seconds_to_hold(self, client: str) -> float:
        """How long one more answer to this client waits: as long as answers leave no faster than they may."""
        of_client = (self._held[client] + 1) / _ANSWERS_OF_ONE_CLIENT
        return max(self._held_seconds, of_client, (self._held.total() + 1) / _ANSWERS_A_SECOND)

    async def hold(self, client: str) -> None:
        """Lets a client that was refused too often wait for its answer.

        Each that waits holds a connection, and of those there are so many at most.
        """
        seconds = self.seconds_to_hold(client)
        self._held[client] += 1
        try:
            await asyncio.sleep(seconds)
        finally:
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]

    def summarise(self) -> None:
        """Logs one line for each client that was refused since the last time, those refused most often alone."""
        counted, self._since_summary = self._since_summary, Counter()
        for client, refusals in counted.most_common(_CLIENTS_IN_SUMMARY):
            _log.info("strangers_refused", client=client, refusals=refusals)
        if (others := len(counted) - _CLIENTS_IN_SUMMARY) > 0:
            _log.info("strangers_refused_elsewhere", clients=others)
