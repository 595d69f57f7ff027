"""Loudness of a microphone from the levels its packets carry (RFC 6464)."""

from __future__ import annotations

from typing import Final

_QUIET: Final = 127
_SPEAKING: Final = 50
_RISE: Final = 0.3
_FALL: Final = 0.05


class AudioLevel:
    """A smoothed level in -dBov: 0 is the loudest, 127 silence; rises fast and falls slowly."""

    __slots__ = ("level",)

    def __init__(self) -> None:
        self.level = float(_QUIET)

    def heard(self, level: int) -> None:
        """Takes the level of one packet, 0..127 -dBov."""
        weight = _RISE if level < self.level else _FALL
        self.level += (level - self.level) * weight

    @property
    def speaking(self) -> bool:
        """Whether somebody is talking rather than breathing: louder than -50 dBov."""
        return self.level < _SPEAKING
