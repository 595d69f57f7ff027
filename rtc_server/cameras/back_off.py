"""How long to wait before a camera that failed is tried again."""

from __future__ import annotations

_FIRST, _LONGEST = 0.5, 30.0


class BackOff:
    """Waits twice as long after each failure, up to half a minute; a camera that was live begins anew."""

    def __init__(self) -> None:
        self._next = _FIRST

    def failed(self, chance: float) -> float:
        """Seconds to wait now; `chance` in 0..1 spreads cameras that failed together over half of the time."""
        wait, self._next = self._next, min(_LONGEST, self._next * 2)
        return wait * (1 - chance / 2)

    def worked(self) -> None:
        """The camera was live."""
        self._next = _FIRST
