"""Which packets of a source are missing, and when to ask for them (again)."""

from __future__ import annotations

_REPEATS = 10
_GIVE_UP = (0.5, 6, 1.0)
"""Least seconds, intervals, most seconds: where a repeat would be here by then, a key frame is the quicker cure."""
_LARGEST_GAP = 512
_AT_ONCE = 128


class MissingPackets:
    """Extended sequence numbers that have not come; asked for at most ten times, for half a second to one."""

    __slots__ = ("numbers",)

    def __init__(self) -> None:
        self.numbers: dict[int, list[float]] = {}
        """What is missing: since when, when it was last asked for, how often."""

    def gap(self, first: int, end: int, now: float) -> bool:
        """Notes first..end-1 as missing; False when the gap is too large to be filled: ask for a key frame."""
        if end - first > _LARGEST_GAP or len(self.numbers) > _LARGEST_GAP:
            self.numbers.clear()
            return False
        for number in range(first, end):
            self.numbers[number] = [now, 0.0, 0.0]
        return True

    def forget(self) -> None:
        """Misses nothing any more."""
        self.numbers.clear()

    def arrived(self, number: int) -> bool:
        """Strikes the number off; False when it was not missing, so that the packet is a duplicate or too late."""
        return self.numbers.pop(number, None) is not None

    def due(self, now: float, interval: float) -> tuple[list[int], bool]:
        """The numbers to ask for now, and whether one was given up, so that a key frame is needed.

        `interval` in seconds, such as a round trip: a number is asked for once in it.
        """
        asked: list[int] = []
        abandoned: list[int] = []
        least, intervals, most = _GIVE_UP
        patience = min(most, max(least, intervals * interval))
        for number, state in self.numbers.items():
            since, last, count = state
            if now - since > patience or count >= _REPEATS:
                abandoned.append(number)
            elif (not count or now - last >= interval) and len(asked) < _AT_ONCE:
                state[1], state[2] = now, count + 1
                asked.append(number)
        for number in abandoned:
            del self.numbers[number]
        return asked, bool(abandoned)
