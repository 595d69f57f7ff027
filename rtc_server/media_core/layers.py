"""Which of a camera's layers a receiver gets (RFC 8853): the choice alone, from what lives and what fits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

LIVES: Final = 1.0
"""Seconds without a packet after which a layer is not there: a browser sends large ones only as its link allows."""
_USUAL: Final = 1280
"""Pixels that the largest layer is taken to be wide while no key frame has told."""
_ENOUGH: Final = 0.8
"""Of a tile's width: so much narrower a picture is, nobody sees."""
_STEADY: Final = 1.0
"""Seconds that something larger has to be there before it is taken: each change costs a key frame."""


class LayerChoice:
    """Follows which layer, counted from 0 for the smallest, is to be shown.

    That is the largest living one within the limit, or the smallest living one over it. Down at once; up when something
    larger has been there for a second. Of a layer that has died any living one takes the place; while none lives it is
    kept.
    """

    __slots__ = ("_larger_since", "present")

    def __init__(self) -> None:
        self.present = 0
        self._larger_since: float | None = None

    def start(self, living: Collection[int], limit: int) -> int:
        """Begins with what is best now."""
        self.present = _best(living, limit, self.present)
        self._larger_since = None
        return self.present

    def update(self, living: Collection[int], limit: int, now: float) -> int:
        """The layer to show from its next key frame on."""
        best = _best(living, limit, self.present)
        if best <= self.present or self.present not in living:
            return self.start(living, limit)
        if self._larger_since is None:
            self._larger_since = now
        if now - self._larger_since >= _STEADY:
            return self.start(living, limit)
        return self.present


def layer_for(widths: Sequence[int], pixels: int) -> int:
    """The smallest layer that fills a tile so many pixels wide, the largest when none does.

    `widths` are those of the layers, smallest first; 0 where it is not known, and then half of the next larger one's.
    """
    largest = len(widths) - 1
    known = next((index for index in range(largest, -1, -1) if widths[index]), largest)
    width = widths[known] or _USUAL
    for index, told in enumerate(widths):
        if (told or width * 2.0 ** (index - known)) >= pixels * _ENOUGH:
            return index
    return largest


def _best(living: Collection[int], limit: int, otherwise: int) -> int:
    fitting = [layer for layer in living if layer <= limit]
    return max(fitting) if fitting else min(living, default=otherwise)
