"""The last packets of a source, kept so that they can be sent again."""

from __future__ import annotations

from rtc_server.media_core.rtp import MTU


class PacketCache:
    """A ring of packets by extended sequence number; bounded by its one block of memory and by age.

    The block is taken once: a packet object each would cost the allocator more than all the rest of forwarding.
    """

    __slots__ = ("_block", "_kept", "_mask", "_seconds")

    def __init__(self, packets: int, seconds: float) -> None:
        """`packets` is a power of two; what is older than `seconds` is not given out."""
        if packets & (packets - 1):
            raise ValueError("the ring's size must be a power of two")
        self._mask = packets - 1
        self._seconds = seconds
        self._block = memoryview(bytearray(packets * MTU))
        self._kept: list[tuple[int, float, memoryview]] = [(-1, 0.0, self._block[:0])] * packets

    def put(self, number: int, packet: memoryview, now: float) -> memoryview:
        """Keeps the packet, of at most an MTU, in place of the one a ring's length before it; where it lies now."""
        at = number & self._mask
        start = at * MTU
        kept = self._block[start : start + len(packet)]
        kept[:] = packet
        self._kept[at] = number, now, kept
        return kept

    def get(self, number: int, now: float) -> memoryview | None:
        """The packet of this extended sequence number, None when it is gone, too old or never came.

        It is a view of the ring: good until the next `put`.
        """
        found, arrival, kept = self._kept[number & self._mask]
        return kept if found == number and now - arrival <= self._seconds else None

    def peek(self, number: int) -> memoryview | None:
        """The same however old it is."""
        found, _, kept = self._kept[number & self._mask]
        return kept if found == number else None
