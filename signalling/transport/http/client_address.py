"""Which address a request comes from, seen through the proxies that the settings trust."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from foundation.addresses import Address, parse_address
from foundation.settings import Network

TRUSTED: web.AppKey[Sequence[Network]] = web.AppKey("trusted_proxies")


def client_address(request: web.BaseRequest, trusted: Sequence[Network]) -> str:
    """The address that the request comes from, empty when the connection has gone.

    The peer's own, unless the peer is a trusted proxy: then the right-most address of `X-Forwarded-For` or `Forwarded`
    (RFC 7239) that is not a trusted proxy's itself. What stands further left was written by anybody.
    """
    peer = parse_address(request.remote or "")
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
    parsed = parse_address(address)
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


def _x_forwarded_for(request: web.BaseRequest) -> list[str]:
    text = ",".join(request.headers.getall("X-Forwarded-For", ()))
    return [part.strip() for part in text.split(",")] if text else []


def _forwarded(request: web.BaseRequest) -> list[str]:
    return [part.get("for", "") for part in request.forwarded]


def _right_most_untrusted(chain: list[str], peer: Address, trusted: Sequence[Network]) -> Address:
    nearest = peer
    for text in reversed(chain):
        hop = parse_address(text)
        if hop is None:
            # "unknown" or nonsense: the proxy that passed it on is all that is known.
            return nearest
        nearest = hop
        if not _within(hop, trusted):
            return hop
    return nearest


def _within(address: Address, trusted: Sequence[Network]) -> bool:
    return any(address in network for network in trusted)
