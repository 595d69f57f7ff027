"""Network addresses as people and proxies write them, and how many of them are one client."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_ONE_CLIENT_OF_IPV6 = 64
"""Bits: a household or a phone is given at least a /64, so its addresses are one client."""
_LONGEST = 100
"""Characters; none is longer, and what is remembered may be anybody's words."""
_REMEMBERED = 4096
"""Each request asks several times for the same few, and Python's parser takes 30 us."""


def parse_address(text: str) -> Address | None:
    """The address in `1.2.3.4`, `1.2.3.4:5`, `2001:db8::1` or `[2001:db8::1]:5`."""
    return _parse(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=_REMEMBERED)
def _parse(text: str) -> Address | None:
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@lru_cache(maxsize=_REMEMBERED)
def one_client(address: str) -> str:
    """What a limit counts as one client: an IPv4 address, or the /64 of an IPv6 address."""
    parsed = parse_address(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _ONE_CLIENT_OF_IPV6), strict=False))
    return address if parsed is None else str(parsed)
