"""Which address a request comes from, seen through the proxies that the settings trust."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from aiohttp import web

from foundation.settings import Network

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TRUSTED: web.AppKey[Sequence[Network]] = web.AppKey("trusted_proxies")
_ONE_CLIENT_OF_IPV6 = 64
"""Bits: a household or a phone is given at least a /64, so its addresses are one client."""


def client_address(request: web.BaseRequest, trusted: Sequence[Network]) -> str:
    """The address that the request comes from, empty when the connection has gone.

    The peer's own, unless the peer is a trusted proxy: then the right-most address of `X-Forwarded-For` or `Forwarded`
    (RFC 7239) that is not a trusted proxy's itself. What stands further left was written by anybody.
    """
    peer = _parse(request.remote or "")
    if peer is None:
        return request.remote or ""
    if not _within(peer, trusted):
        return str(peer)
    chains = [chain for chain in (_x_forwarded_for(request), _forwarded(request)) if chain]
    found = {_right_most_untrusted(chain, peer, trusted) for chain in chains}
    # A proxy writes one of the two headers and lets its client's other one pass: where they differ, neither counts.
    return str(found.pop() if len(found) == 1 else peer)


def address_of(request: web.Request) -> str:
    """`client_address` with the proxies that this service's settings trust."""
    return client_address(request, request.app[TRUSTED])


def is_proxy(address: str, trusted: Sequence[Network]) -> bool:
    """Whether the address is a trusted proxy's."""
    parsed = _parse(address)
    return parsed is not None and _within(parsed, trusted)


def came_by_https(request: web.Request) -> bool:
    """Whether the client speaks HTTPS, with this service or with the trusted proxy before it."""
    if request.secure:
        return True
    if not is_proxy(request.remote or "", request.app[TRUSTED]):
        return False
    # Only the last ones are the proxy's own words.
    said = {request.headers.get("X-Forwarded-Proto", "").rpartition(",")[2].strip().lower()}
    said |= {part.get("proto", "").lower() for part in request.forwarded[-1:]}
    return "https" in said


def one_client(address: str) -> str:
    """What a limit counts as one client: an IPv4 address, or the /64 of an IPv6 address."""
    parsed = _parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, _ONE_CLIENT_OF_IPV6), strict=False))
    return address if parsed is None else str(parsed)


def _x_forwarded_for(request: web.BaseRequest) -> list[str]:
    text = ",".join(request.headers.getall("X-Forwarded-For", ()))
    return [part.strip() for part in text.split(",")] if text else []


def _forwarded(request: web.BaseRequest) -> list[str]:
    return [part.get("for", "") for part in request.forwarded]


def _right_most_untrusted(chain: list[str], peer: Address, trusted: Sequence[Network]) -> Address:
    nearest = peer
    for text in reversed(chain):
        hop = _parse(text)
        if hop is None:
            # "unknown" or nonsense: the proxy that passed it on is all that is known.
            return nearest
        nearest = hop
        if not _within(hop, trusted):
            return hop
    return nearest


def _within(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)


def _parse(text: str) -> Address | None:
    """The address in `1.2.3.4`, `1.2.3.4:5`, `2001:db8::1` or `[2001:db8::1]:5`."""
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
