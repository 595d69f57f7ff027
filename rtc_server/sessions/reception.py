"""What a participant is sent: all that its slots wish for, or less when its link or its page wants less."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from rtc_server.media_core.redundancy import Protection
from rtc_server.media_core.restraint import BEST, FACES, LAYERS, PAPERS, Restraint
from rtc_server.sessions.interface import Pictures, SlotKind, SourceKind
from rtc_server.sessions.source import Slot, Source

_FORGET: Final = 0.005
"""Seconds that the shortest round trip counts as longer each second, since the way may have changed."""
_PAPERS: Final = frozenset({SourceKind.DOCUMENT, SourceKind.SCREEN})
_FACES: Final = frozenset({SourceKind.CAMERA, SourceKind.HALL, SourceKind.ROOM})
_PICTURES: Final = _PAPERS | _FACES


class Reception:
    """Follows a receiver's reports: how often its sound is repeated, and which pictures are left out."""

    def __init__(self) -> None:
        self.restraint = Restraint()
        self.only_sound = False
        """Whether its page has asked for no pictures."""
        self.wished: list[Source] = []
        """What its slots show, or would show if its link carried it."""
        self._protection = Protection()
        self._shortest = float("inf")

    @property
    def hidden(self) -> frozenset[SourceKind]:
        """What is not sent: the link is too weak, or the page wants sound alone."""
        if self.only_sound or self.restraint.step < PAPERS:
            return _PICTURES
        return _FACES if self.restraint.step < FACES else frozenset()

    @property
    def pictures(self) -> Pictures:
        """How much of others' pictures the link carries."""
        step = self.restraint.step
        if step < FACES:
            return Pictures.PAPERS if step == PAPERS else Pictures.NONE
        return Pictures.ALL if step == BEST else Pictures.SMALLER

    def look(self, slots: Collection[Slot], round_trip: float | None, now: float) -> bool:
        """Takes what was reported on the slots, once a second; whether what is sent is to change."""
        queue = 0.0
        if round_trip is not None:
            self._shortest = min(round_trip, self._shortest + _FORGET)
            queue = round_trip - self._shortest
        loss = lost(slots)
        depth = self._protection.look(loss, now)
        for slot in slots:
            if slot.kind is SlotKind.VOICE:
                slot.out.protect(depth)
        changed = self.restraint.look(loss, queue, self._needs(), now)
        for slot in slots:
            slot.limit(max(0, self.restraint.step - FACES))
        return changed

    def _needs(self) -> list[float]:
        """Bits a second that the pictures of each of the restraint's steps take."""
        papers = sum((source.rate() for source in self.wished if source.kind in _PAPERS), 0.0)
        faces = [source for source in self.wished if source.kind in _FACES]
        return [0.0, papers, *(papers + sum((face.rate(layer) for face in faces), 0.0) for layer in range(LAYERS))]


def lost(slots: Collection[Slot]) -> float:
    """The worst share lost on any slot that shows something, 0..1."""
    return max((slot.out.loss for slot in slots if slot.source is not None), default=0.0)
