"""A packet where it lies, and what is known of it."""

from __future__ import annotations

from mypy_extensions import mypyc_attr


@mypyc_attr(acyclic=True)
class Packet:
    """An RTP packet in memory of its own, which is used again once nobody keeps the packet and it has been sent on.

    There are tens of thousands, of which the garbage collector need not know: looking through them all would hold up
    every call for a tenth of a second.
    """

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
        "waiting",
    )

    def __init__(self, data: bytearray) -> None:
        """`data` holds an MTU, is the packet's alone, and keeps its length."""
        self.data = data
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

    def fill(self, octets: bytes | bytearray) -> None:
        """Takes these for the whole packet; raises ValueError when they are longer than its memory."""
        memoryview(self.data)[: len(octets)] = octets
        self.length = len(octets)

    def note(self, first: int, second: int, timestamp: int, number: int, offset: int) -> None:
        """Keeps what was read of its head."""
        self.first, self.second, self.timestamp = first, second, timestamp
        self.number, self.offset = number, offset

    def copy(self, timestamp: int) -> Packet:
        """The same with another time, in other memory."""
        copy = Packet(bytearray(self.data))
        copy.length, copy.offset, copy.number = self.length, self.offset, self.number
        copy.first, copy.second, copy.timestamp = self.first, self.second, timestamp
        return copy
