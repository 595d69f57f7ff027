"""Which packets of a source are missing, and when to ask for them (again)."""

from __future__ import annotations

from typing import Final

_ASKED: Final = 30
_PATIENCE: Final = (0.5, 10, 1.0)
"""Least seconds, round trips, most seconds: what is not here by then needs a key frame. Not earlier, since that is
twenty packets instead of one, of which a bad line loses some again."""
_FORGOTTEN: Final = 2.0
"""Seconds: what the sender does not keep any longer either."""
_LARGEST_GAP: Final = 512
_AT_ONCE: Final = 128


class MissingPackets:
    """Extended sequence numbers that have not come; asked for until they or a key frame after them are here."""

    __slots__ = ("_key_frame", "numbers")

    def __init__(self) -> None:
        self.numbers: dict[int, list[float]] = {}
        """What is missing: since when, when it was last asked for, how often."""
        self._key_frame = 0

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

    def key_frame(self, number: int) -> None:
        """Notes a key frame that was wanted: what was missing for too long before it is not needed any more."""
        self._key_frame = number

    def due(self, now: float, round_trip: float, *, lossy: bool = False) -> tuple[list[int], bool]:
        """The numbers to ask for now, and whether one is so late that a key frame is needed.

        A number is asked for once in a round trip (seconds), on a lossy line twice: the request itself may be lost, and
        a browser retransmits nothing twice in one round trip.
        """
        least, round_trips, most = _PATIENCE
        patience = min(most, max(least, round_trips * round_trip))
        interval = round_trip / 2 if lossy else round_trip
        asked: list[int] = []
        abandoned: list[int] = []
        late = False
        for number, state in self.numbers.items():
            since, last, count = state
            needed = now - since <= patience or number > self._key_frame
            late = late or (now - since > patience and needed)
            if not needed or now - since > _FORGOTTEN or count >= _ASKED:
                abandoned.append(number)
                late = late or needed
            elif (not count or now - last >= interval) and len(asked) < _AT_ONCE:
                state[1], state[2] = now, count + 1
                asked.append(number)
        for number in abandoned:
            del self.numbers[number]
        return asked, late
