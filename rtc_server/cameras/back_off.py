"""How long to wait before a camera that failed is tried again."""

from __future__ import annotations

_FIRST, _LONGEST = 0.5, 30.0
_LIVED = 10.0


class BackOff:
    """Waits twice as long after each failure, up to half a minute; after ten good seconds it begins anew.

    A camera that shows a frame and fails, again and again, is no better than one that shows none.
    """

    def __init__(self) -> None:
        self._next = _FIRST

    def failed(self, lived: float, chance: float) -> float:
        """Seconds to wait now, after so many with frames.

        `chance` in 0..1 spreads cameras that failed together over half of the time.
        """
        if lived >= _LIVED:
            self._next = _FIRST
        wait, self._next = self._next, min(_LONGEST, self._next * 2)
        return wait * (1 - chance / 2)
