"""Packets of one source put into order again, and what is missing between them."""

from __future__ import annotations

from typing import Final, NamedTuple

_WAITS: Final = 1.5
"""Seconds; a retransmission that is not here by then hardly comes (`MissingPackets` wants a key frame after one)."""
_HELD: Final = 2048
_JUMP: Final = 3000


class Ordered(NamedTuple):
    """A packet in its place; `lost` packets before it never came."""

    packet: bytes
    arrival: float
    lost: int
    since: float
    """Arrival of the packet before it in order."""


class ReorderBuffer:
    """Holds packets back until those before them have come or can no longer come."""

    __slots__ = ("_held", "_last", "_next", "late", "lost")

    def __init__(self) -> None:
        self.lost = 0
        """Packets that never came."""
        self.late = 0
        """Packets that came twice or too late."""
        self._next = -1
        self._last = 0.0
        self._held: dict[int, tuple[bytes, float]] = {}

    def put(self, sequence: int, packet: bytes, arrival: float) -> list[Ordered]:
        """Takes a packet with its 16-bit number; those whose turn has come. `arrival` in seconds."""
        if self._next < 0:
            self._next, self._last = sequence + 0x10000, arrival
        number = self._next + ((sequence - self._next + 0x8000) & 0xFFFF) - 0x8000
        if abs(number - self._next) > _JUMP:
            # No loss of this size happens within one stream: the sender began to count anew.
            done = self.finish()
            self._next, self._last = number + 1, arrival
            return [*done, Ordered(packet, arrival, 0, arrival)]
        if number < self._next or number in self._held:
            self.late += 1
            return []
        self._held[number] = packet, arrival
        done = self._ready()
        while self._held and (arrival - self._oldest() > _WAITS or len(self._held) > _HELD):
            done += self._skip()
        return done

    def finish(self) -> list[Ordered]:
        """The packets that still waited for others."""
        done: list[Ordered] = []
        while self._held:
            done += self._skip()
        return done

    def begin_anew(self) -> None:
        """Takes the next packet for the first one; after `finish`."""
        self._next = -1

    def _oldest(self) -> float:
        return min(arrival for _, arrival in self._held.values())

    def _skip(self) -> list[Ordered]:
        """Gives up what is missing before the first packet held."""
        first = min(self._held)
        lost, self._next = first - self._next, first
        self.lost += lost
        return self._ready(lost)

    def _ready(self, lost: int = 0) -> list[Ordered]:
        done = []
        while self._next in self._held:
            packet, arrival = self._held.pop(self._next)
            done.append(Ordered(packet, arrival, lost, self._last))
            self._next += 1
            self._last, lost = arrival, 0
        return done
