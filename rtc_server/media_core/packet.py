"""A packet where it lies, and what is known of it."""

from __future__ import annotations


class Packet:
    """An RTP packet in memory of its own, which is used again once nobody keeps the packet and it has been sent on."""

    __slots__ = (
        "arrival",
        "data",
        "first",
        "kept",
        "length",
        "number",
        "offset",
        "second",
        "timestamp",
        "view",
        "waiting",
    )

    def __init__(self, data: bytearray) -> None:
        """`data` holds an MTU and is the packet's alone."""
        self.data = data
        self.view = memoryview(data)
        self.length = 0
        """Of the whole packet."""
        self.offset = 0
        """Where its payload begins."""
        self.first = self.second = 0
        """Its first two octets."""
        self.timestamp = 0
        self.number = 0
        """Its extended sequence number."""
        self.arrival = 0.0
        """Seconds; of a kept packet."""
        self.kept = False
        """Whether a cache has taken it: then it is nobody else's until that gives it back."""
        self.waiting = False
        """Whether it is still to be sent on."""

    def copy(self, timestamp: int) -> Packet:
        """The same with another time, in other memory."""
        copy = Packet(bytearray(self.data))
        copy.length, copy.offset, copy.number = self.length, self.offset, self.number
        copy.first, copy.second, copy.timestamp = self.first, self.second, timestamp
        return copy
