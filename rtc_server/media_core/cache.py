"""The last packets of a source, kept so that they can be sent again."""

from __future__ import annotations

from rtc_server.media_core.rtp import MTU


class PacketCache:
    """A ring of packets by extended sequence number; bounded by its one block of memory and by age.

    The block is taken once: a packet object each would cost the allocator more than all the rest of forwarding.
    """

    __slots__ = ("_kept", "_mask", "_places", "_seconds")

    def __init__(self, packets: int, seconds: float) -> None:
        """`packets` is a power of two; what is older than `seconds` is not given out."""
        if packets & (packets - 1):
            raise ValueError("the ring's size must be a power of two")
        self._mask = packets - 1
        self._seconds = seconds
        block = memoryview(bytearray(packets * MTU))
        self._places = [block[start : start + MTU] for start in range(0, len(block), MTU)]
        self._kept = [(-1, 0.0, 0)] * packets

    def put(self, number: int, packet: memoryview, length: int, now: float) -> memoryview:
        """Keeps a packet in place of the one a ring's length before it; where it lies now.

        `packet` is its buffer of an MTU, of which it takes `length` octets: copying all of it is cheaper than cutting.
        """
        at = number & self._mask
        place = self._places[at]
        place[:] = packet
        self._kept[at] = number, now, length
        return place

    def get(self, number: int, now: float) -> memoryview | None:
        """The packet of this extended sequence number, None when it is gone, too old or never came.

        It is a view of the ring: good until the next `put`.
        """
        arrival = self._kept[number & self._mask][1]
        return self.peek(number) if now - arrival <= self._seconds else None

    def peek(self, number: int) -> memoryview | None:
        """The same however old it is."""
        at = number & self._mask
        found, _, length = self._kept[at]
        return self._places[at][:length] if found == number else None

    def octets(self, first: int, end: int) -> int:
        """The length of all kept packets from number `first` on and before `end`."""
        first = max(first, end - len(self._kept))
        kept = (self._kept[number & self._mask] for number in range(first, end))
        return sum(length for number, _, length in kept if first <= number < end)
