"""By which names this service is asked: a page of another name, turned to its address (DNS rebinding), gets nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from foundation.clock import Clock
from foundation.errors import Refusal

_LOOKED_UP_AGAIN_SECONDS = 10.0


class UnknownHost(Refusal):
    """The request names a host that this service is not known as (RFC 9110 §15.5.20)."""

    code = "unknown_host"
    status = 421
    zh = "本服务不使用此名称；如需使用，请在设置 PUBLIC_NAMES 中加入。"
    en = "This service is not known by that name. If it should be, add it to the setting PUBLIC_NAMES."


class Hosts:
    """The machine's own addresses, `localhost`, and the names and addresses that are given."""

    def __init__(self, names: Iterable[str], own_addresses: Callable[[], Iterable[str]], clock: Clock) -> None:
        self._names = {"localhost", "127.0.0.1", "::1", *(host_of(name) for name in names)}
        self._own_addresses = own_addresses
        self._clock = clock
        self._own: frozenset[str] = frozenset()
        self._looked_up_at = float("-inf")

    def knows(self, host: str) -> bool:
        """Whether a `Host` header, with its port or without, names this service."""
        name = host_of(host)
        return name in self._names or name in self._own or name in self._own_now()

    def _own_now(self) -> frozenset[str]:
        # A machine may be given another address at any time, and anybody may ask for any name.
        now = self._clock.monotonic()
        if now >= self._looked_up_at + _LOOKED_UP_AGAIN_SECONDS:
            self._looked_up_at = now
            self._own = frozenset(address.lower() for address in self._own_addresses())
        return self._own


def host_of(text: str) -> str:
    """The host of `host`, `host:port`, `[address]:port` or an IPv6 address, in small letters."""
    text = text.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text if text.count(":") > 1 else text.partition(":")[0].rstrip(".")
