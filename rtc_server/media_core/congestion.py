"""Transport-wide congestion feedback to a sender (draft-holmer-rmcat-transport-wide-cc-extensions-01)."""

from __future__ import annotations

from struct import Struct
from typing import Final

_HEAD: Final = Struct(">BBHIIHHI")
_WORD: Final = Struct(">H")
_SIGNED: Final = Struct(">h")
_MOST: Final = 400
_TICK: Final = 0.00025
_REFERENCE_TICKS: Final = 256
_ABSENT: Final = 0
_SMALL: Final = 1
_LARGE: Final = 2
_Run = tuple[int, int, float]
"""The first number of packets that came at one time, how many, and when."""


class ArrivalLog:
    """Arrival times of a sender's packets by transport-wide sequence number, until they are reported."""

    __slots__ = ("_count", "_following", "_highest", "_noted", "_reported", "_run", "_runs", "_time")

    def __init__(self) -> None:
        self._noted = 0
        self._runs: list[_Run] = []
        self._run = 0
        """Packets of the run that has not ended."""
        self._following = -1
        """The number that would continue it, if it came at the same time."""
        self._time = 0.0
        self._highest = -1
        self._reported = -1
        self._count = 0

    def __len__(self) -> int:
        return self._noted

    def arrived(self, sequence: int, now: float) -> None:
        """Notes a packet's arrival; what would make the log too long is left out."""
        if self._noted >= _MOST * 4:
            return
        self._noted += 1
        # Nearly every packet is the next one and came with the one before it.
        if sequence != self._following or now != self._time:
            self._end_run()
            self._time = now
        self._run += 1
        self._following = sequence + 1 & 0xFFFF

    def feedback(self, sender_ssrc: int, media_ssrc: int) -> list[bytes]:
        """The RTCP packets that report everything noted, oldest first; empty when nothing came."""
        self._end_run()
        self._noted, self._following = 0, -1
        self._runs.sort()
        packets = []
        while self._runs:
            packets.append(self._one(sender_ssrc, media_ssrc))
        return packets

    def _end_run(self) -> None:
        """Adds the run with numbers that do not wrap."""
        run, self._run = self._run, 0
        if not run:
            return
        sequence, highest = self._following - run & 0xFFFF, self._highest
        if highest < 0:
            highest = self._reported = sequence + 0x10000 - 1
        number = highest + ((sequence - highest + 0x8000) & 0xFFFF) - 0x8000
        self._highest = max(highest, number + run - 1)
        self._runs.append((number, run, self._time))

    def _one(self, sender_ssrc: int, media_ssrc: int) -> bytes:
        base, _, time = self._runs[0]
        if 0 < base - self._reported - 1 < _MOST:
            base = self._reported + 1
        reference = int(time / (_TICK * _REFERENCE_TICKS))
        symbols, deltas = self._symbols(base, reference * _REFERENCE_TICKS)
        self._reported = max(self._reported, base + len(symbols) - 1)
        body = _chunks(symbols) + b"".join(deltas)
        body += bytes(-len(body) % 4)
        count, self._count = self._count, (self._count + 1) & 0xFF
        words = (_HEAD.size + len(body)) // 4 - 1
        last = (reference & 0xFFFFFF) << 8 | count
        return _HEAD.pack(0x8F, 205, words, sender_ssrc, media_ssrc, base & 0xFFFF, len(symbols), last) + body

    def _symbols(self, base: int, ticks: int) -> tuple[list[int], list[bytes]]:
        """What a packet says of the numbers from `base` on; takes it out of the log."""
        symbols: list[int] = []
        deltas: list[bytes] = []
        done = 0
        for first, run, time in self._runs:
            # A number that came twice is reported once.
            known = max(0, base + len(symbols) - first)
            absent, count = max(0, first - base - len(symbols)), run - known
            delta = int(time / _TICK + 0.5) - ticks
            if (len(symbols) + absent + count > _MOST and symbols) or not -0x8000 <= delta < 0x8000:
                break
            done += 1
            if count > 0:
                symbols += [_ABSENT] * absent
                symbols.append(_SMALL if 0 <= delta < 256 else _LARGE)
                symbols += [_SMALL] * (count - 1)
                deltas.append((bytes((delta,)) if 0 <= delta < 256 else _SIGNED.pack(delta)) + bytes(count - 1))
                ticks += delta
        del self._runs[:done]
        return symbols, deltas


def _chunks(symbols: list[int]) -> bytes:
    """What came and what did not: equal ones as a run, others seven at a time."""
    chunks = bytearray()
    at, count = 0, len(symbols)
    while at < count:
        symbol, end = symbols[at], at + 1
        while end < count and symbols[end] == symbol:
            end += 1
        chunk = symbol << 13 | end - at
        if end < min(at + 7, count):
            end, chunk = min(at + 7, count), 0xC000
            for place in range(at, end):
                chunk |= symbols[place] << 2 * (at + 6 - place)
        chunks += _WORD.pack(chunk)
        at = end
    return bytes(chunks)
