"""Socket addresses as the system has them: one comparison, no text for each packet (ip(7), ipv6(7))."""

from __future__ import annotations

import socket
from struct import Struct
from typing import Final

Address = bytes
"""`struct sockaddr_in` (16 bytes) or `sockaddr_in6` (28 bytes)."""

ADDRESS_LENGTH: Final = 28
"""The longest."""
_FAMILY: Final = Struct("@H")
_SCOPE: Final = Struct("@I")


def pack_address(host: str, port: int, flow: int = 0, scope: int = 0) -> Address:
    """The address that `socket` gives as a tuple of these; raises OSError when `host` is not numeric."""
    if ":" not in host:
        return (
            _FAMILY.pack(socket.AF_INET) + port.to_bytes(2, "big") + socket.inet_pton(socket.AF_INET, host) + bytes(8)
        )
    packed = socket.inet_pton(socket.AF_INET6, host.partition("%")[0])
    head = _FAMILY.pack(socket.AF_INET6) + port.to_bytes(2, "big") + flow.to_bytes(4, "big")
    return head + packed + _SCOPE.pack(scope)


def unpack_address(address: Address) -> tuple[str, int] | tuple[str, int, int, int]:
    """The tuple that `socket` makes of it: numeric host and port, and for IPv6 flow and scope."""
    port = int.from_bytes(address[2:4], "big")
    if _FAMILY.unpack_from(address)[0] == socket.AF_INET:
        return socket.inet_ntop(socket.AF_INET, address[4:8]), port
    flow = int.from_bytes(address[4:8], "big")
    return socket.inet_ntop(socket.AF_INET6, address[8:24]), port, flow, _SCOPE.unpack_from(address, 24)[0]
