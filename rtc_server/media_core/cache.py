"""The last packets of a source, kept so that they can be sent again."""

from __future__ import annotations


class PacketCache:
    """A ring of packets by extended sequence number; bounded by packets (each at most an MTU) and by age."""

    __slots__ = ("_arrivals", "_mask", "_numbers", "_packets", "_seconds")

    def __init__(self, packets: int, seconds: float) -> None:
        """`packets` is a power of two; what is older than `seconds` is not given out."""
        if packets & (packets - 1):
            raise ValueError("the ring's size must be a power of two")
        self._mask = packets - 1
        self._seconds = seconds
        self._packets = [b""] * packets
        self._numbers = [-1] * packets
        self._arrivals = [0.0] * packets

    def put(self, number: int, packet: bytes, now: float) -> None:
        """Keeps the packet in place of the one a ring's length before it."""
        at = number & self._mask
        self._packets[at] = packet
        self._numbers[at] = number
        self._arrivals[at] = now

    def get(self, number: int, now: float) -> bytes | None:
        """The packet of this extended sequence number, None when it is gone, too old or never came."""
        at = number & self._mask
        if self._numbers[at] != number or now - self._arrivals[at] > self._seconds:
            return None
        return self._packets[at]

    def peek(self, number: int) -> bytes | None:
        """The same however old it is."""
        at = number & self._mask
        return self._packets[at] if self._numbers[at] == number else None
