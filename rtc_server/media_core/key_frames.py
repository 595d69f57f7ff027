"""When to ask a source for a key frame."""

from __future__ import annotations

from typing import Final

_INTERVAL: Final = 0.3
"""Seconds. A browser's encoder answers no faster (libwebrtc's least interval); longer, a lost key frame shows."""


class KeyFrameRequest:
    """Wanting a key frame: asked for at once, then at most every 300 ms, until one arrives."""

    __slots__ = ("_asked", "wanted")

    def __init__(self) -> None:
        self.wanted = False
        self._asked = float("-inf")

    def want(self) -> None:
        """Notes that a receiver needs a key frame."""
        self.wanted = True

    def arrived(self) -> None:
        """Notes that one came."""
        self.wanted = False

    def due(self, now: float) -> bool:
        """Whether to ask now; counts it as asked."""
        if not self.wanted or now - self._asked < _INTERVAL:
            return False
        self._asked = now
        return True
