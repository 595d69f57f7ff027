"""Tries to sign in are counted before they are verified, and the next ones wait longer and longer.

Four counts, each for what it protects:

- An account from one address: five tries are free, then 1, 2, 4, 8 and 15 minutes pass between tries. Nobody locks an
  account for its owner, who is elsewhere.
- An account from addresses where nobody signed in to it before: fifty tries, one more each minute. It slows many
  addresses that guess together, and not the owner at the usual place.
- An address, for accounts that never signed in from there: a hundred tries, one more every six seconds. It slows who
  tries one password on many accounts, and not the colleagues who share the address.

- An account from a device where it was signed in to before: as an account from one address, and instead of all others.
  Whoever guesses at the owner's address, or at all addresses, keeps the owner's own browser from nothing.

Counts fall by themselves; a right password takes its try back. The clock is the wall's, since counts are stored.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

import msgspec

from directory.errors import TooManyAttempts
from foundation.addresses import one_client

Kind = Literal["pair", "account", "address", "known", "own", "device"]
"""`own` are tries from a known device; `known` and `device` are what is known of an account, and no tries."""
KNOWN: frozenset[Kind] = frozenset({"known", "device"})

FREE_TRIES = 5
_BY_DELAYS: frozenset[Kind] = frozenset({"pair", "own"})
_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 15))
_BUDGETS: dict[Kind, tuple[float, timedelta]] = {
    "account": (50.0, timedelta(minutes=1)),
    "address": (100.0, timedelta(seconds=6)),
}
"""Tries at once, and the time after which one more is granted."""
TRIES_KEPT = timedelta(hours=24)
KNOWN_KEPT = timedelta(days=60)


class Counter(msgspec.Struct, frozen=True, kw_only=True):
    """One count and when it was changed; of what is known to an account only the time counts."""

    key: str
    kind: Kind
    count: float
    at: datetime


@dataclass(frozen=True)
class Changes:
    """What has to be stored: counters as they are now, and keys of those that were dropped."""

    kept: list[Counter]
    dropped: list[str]


class _Try(NamedTuple):
    """Who is tried, and from where; `device` is empty for one without a name."""

    account: str
    address: str
    device: str


class Attempts:
    """Counts tries in memory; the caller stores what changes before it verifies, and gives it back after a restart.

    It keeps `at_most` tries and as many known addresses, and drops the longest unchanged first. Keys are hashes under
    `secret`, since people also type passwords into the field of the account.
    """

    def __init__(self, secret: bytes, at_most: int = 10_000) -> None:
        self._secret = secret
        self._at_most = at_most
        self._tries: OrderedDict[str, Counter] = OrderedDict()
        self._known: OrderedDict[str, Counter] = OrderedDict()

    def restore(self, counters: Iterable[Counter]) -> None:
        """Takes back what was stored."""
        for one in counters:
            self._put(one)

    def begin(self, account: str, address: str, now: datetime, device: str = "") -> Changes:
        """Counts a try; raises `TooManyAttempts`, and then it is not counted and must not be verified."""
        tried = _Try(account, address, device)
        found = [self._counter(kind, tried, now) for kind in self._kinds(tried, now)]
        wait = max(_wait(one, now) for one in found)
        if wait > timedelta(0):
            raise TooManyAttempts(wait)
        return self._keep([msgspec.structs.replace(one, count=one.count + 1, at=now) for one in found])

    def succeeded(self, account: str, address: str, now: datetime, device: str = "") -> Changes:
        """Takes the try back, and knows the account from this address and device."""
        tried = _Try(account, address, device)
        settled: tuple[Kind, ...] = ("pair", "known", *(("own", "device") if device else ()))
        anew = [Counter(key=self._key(kind, tried), kind=kind, count=0, at=now) for kind in settled]
        back = [
            msgspec.structs.replace(one, count=max(0.0, one.count - 1))
            for one in (self._counter(kind, tried, now) for kind in self._kinds(tried, now))
            if one.kind not in _BY_DELAYS
        ]
        return self._keep([*anew, *back])

    def _kinds(self, tried: _Try, now: datetime) -> tuple[Kind, ...]:
        if tried.device and self._knows("device", tried, now):
            return ("own",)
        return ("pair",) if self._knows("known", tried, now) else ("pair", "account", "address")

    def _knows(self, kind: Kind, tried: _Try, now: datetime) -> bool:
        found = self._known.get(self._key(kind, tried))
        return found is not None and now - found.at < KNOWN_KEPT

    def _counter(self, kind: Kind, tried: _Try, now: datetime) -> Counter:
        key = self._key(kind, tried)
        found = self._tries.get(key)
        return Counter(key=key, kind=kind, count=0, at=now) if found is None else _fallen(found, now)

    def _keep(self, counters: list[Counter]) -> Changes:
        dropped = [key for one in counters for key in self._put(one)]
        return Changes(counters, dropped)

    def _put(self, one: Counter) -> list[str]:
        place = self._known if one.kind in KNOWN else self._tries
        place[one.key] = one
        place.move_to_end(one.key)
        return [place.popitem(last=False)[0] for _ in range(len(place) - self._at_most)]

    def _key(self, kind: Kind, tried: _Try) -> str:
        client = one_client(tried.address)
        parts = {
            "account": (tried.account,),
            "address": (client,),
            "own": (tried.account, tried.device),
            "device": (tried.account, tried.device),
        }.get(kind, (tried.account, client))
        return hmac.new(self._secret, "\n".join((kind, *parts)).encode(), hashlib.sha256).hexdigest()


def _fallen(one: Counter, now: datetime) -> Counter:
    # A clock that was set back must not lengthen a wait for days: the count begins anew from now.
    since = max(timedelta(0), now - one.at)
    at = min(one.at, now)
    if one.kind in _BY_DELAYS:
        return msgspec.structs.replace(one, count=one.count if since < TRIES_KEPT else 0, at=at)
    _, each = _BUDGETS[one.kind]
    return msgspec.structs.replace(one, count=max(0.0, one.count - since / each), at=now)


def _wait(one: Counter, now: datetime) -> timedelta:
    if one.kind in _BY_DELAYS:
        beyond = int(one.count) - FREE_TRIES
        return timedelta(0) if beyond < 0 else one.at + _DELAYS[min(beyond, len(_DELAYS) - 1)] - now
    at_once, each = _BUDGETS[one.kind]
    return each * (one.count + 1 - at_once)
