"""Sound that a lossy link does not take away: each packet carries those before it once more (RFC 2198)."""

from __future__ import annotations

from collections import deque
from typing import Final, NamedTuple

from rtc_server.media_core.rtp import Octets

_MORE: Final = 0x80
_FARTHEST: Final = 1 << 14
_LONGEST: Final = 1 << 10
_BLOCKS: Final = 8
_LARGEST: Final = 1200
"""Octets that a redundant payload may have, so that it fits a datagram everywhere."""
DEPTH: Final = 2
"""Earlier packets that one carries at most: two lost in a row are still heard."""
_LITTLE: Final = 0.02
_MUCH: Final = 0.06
_NONE: Final = 0.01
_CALM: Final = 15.0


class Block(NamedTuple):
    """A piece of a redundant packet: whose payload it is, how long ago it was said, and where it lies."""

    payload_type: int
    back: int
    """Timestamp units before the packet's own; 0 for the packet's own sound."""
    start: int
    end: int


def read_blocks(packet: Octets, at: int, length: int) -> list[Block]:
    """The blocks of the payload at `at`, oldest first and the packet's own last; empty when it is malformed."""
    heads: list[tuple[int, int, int]] = []
    while at < length and packet[at] & _MORE:
        if at + 4 > length or len(heads) >= _BLOCKS:
            return []
        word = int.from_bytes(packet[at : at + 4], "big")
        heads.append((word >> 24 & 0x7F, word >> 10 & 0x3FFF, word & 0x3FF))
        at += 4
    if at >= length:
        return []
    own, at = packet[at], at + 1
    blocks = []
    for payload_type, back, size in heads:
        blocks.append(Block(payload_type, back, at, at + size))
        at += size
    if at > length:
        return []
    return [*blocks, Block(own, 0, at, length)]


class RedundancyEncoder:
    """Writes each packet of a stream with up to `depth` packets before it."""

    __slots__ = ("_earlier", "depth")

    def __init__(self) -> None:
        self.depth = 0
        """0 writes packets as they are, and remembers nothing."""
        self._earlier: deque[tuple[int, int, bytes]] = deque(maxlen=DEPTH)

    def write(self, out: memoryview, at: int, packet: tuple[int, int, int], payload: bytes | bytearray) -> int:
        """Writes the redundant payload at `at` and returns its end.

        `packet`: extended sequence number, timestamp and the payload type of what is carried.
        """
        number, timestamp, payload_type = packet
        carried = [
            (timestamp - earlier & 0xFFFFFFFF, sound)
            for sequence, earlier, sound in self._earlier
            if 0 < number - sequence <= self.depth and 0 < timestamp - earlier & 0xFFFFFFFF < _FARTHEST
        ]
        if sum(len(sound) for _, sound in carried) + len(payload) > _LARGEST:
            carried = []
        for back, sound in carried:
            out[at : at + 4] = ((_MORE | payload_type) << 24 | back << 10 | len(sound)).to_bytes(4, "big")
            at += 4
        out[at] = payload_type
        at += 1
        for _, sound in carried:
            out[at : at + len(sound)] = sound
            at += len(sound)
        end = at + len(payload)
        out[at:end] = payload
        if len(payload) < _LONGEST:
            self._earlier.append((number, timestamp, bytes(payload)))
        return end

    def forget(self) -> None:
        """Carries nothing more of what was written so far."""
        self._earlier.clear()


class Protection:
    """How many earlier packets to carry on a link: raised as soon as it loses some, taken back after a calm while."""

    __slots__ = ("_calm_since", "depth")

    def __init__(self) -> None:
        self.depth = 0
        self._calm_since: float | None = None

    def update(self, loss: float, now: float) -> int:
        """Takes the share lost, 0..1, and tells the depth."""
        wanted = 2 if loss >= _MUCH else 1 if loss >= _LITTLE else 0
        self.depth = max(self.depth, wanted)
        if loss >= _NONE:
            self._calm_since = None
        elif self._calm_since is None:
            self._calm_since = now
        elif now - self._calm_since >= _CALM:
            self.depth = 0
        return self.depth
