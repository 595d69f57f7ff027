"""What a participant is sent: all that its slots are to show, or less when its link or its page wants less."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from rtc_server.media_core.bandwidth_allocator import BEST, FACES, LAYERS, PAPERS, BandwidthAllocator
from rtc_server.media_core.redundancy import Protection
from rtc_server.sessions.interface import SlotKind, SourceKind, VideoLevel
from rtc_server.sessions.source import Slot, Source

_FORGET: Final = 0.005
"""Seconds that the shortest round trip counts as longer each second, since the way may have changed."""
_PAPERS: Final = frozenset({SourceKind.DOCUMENT, SourceKind.SCREEN})
_FACES: Final = frozenset({SourceKind.CAMERA, SourceKind.HALL, SourceKind.ROOM})
_VIDEO: Final = _PAPERS | _FACES


class Reception:
    """Follows a receiver's reports: how much redundancy its sound gets, and which video is left out."""

    def __init__(self) -> None:
        self.allocator = BandwidthAllocator()
        self.only_sound = False
        """Whether its page has asked for no video."""
        self.requested: list[tuple[Source, Slot]] = []
        """What its slots show, or would show if its link carried it."""
        self.pinned: tuple[str, ...] = ()
        """Whose faces last as long as papers: hands that speak are read like them."""
        self._protection = Protection()
        self._shortest = float("inf")

    def hides(self, source: Source) -> bool:
        """Whether it is not sent: the link is too weak, or the page wants sound alone."""
        if source.kind not in _VIDEO:
            return False
        if self.only_sound or self.allocator.step < PAPERS:
            return True
        return self.allocator.step < FACES and source.kind not in _PAPERS and not self._is_pinned(source)

    @property
    def video_level(self) -> VideoLevel:
        """How much of others' video the link carries."""
        step = self.allocator.step
        if step < FACES:
            return VideoLevel.PAPERS if step == PAPERS else VideoLevel.NONE
        return VideoLevel.ALL if step == BEST else VideoLevel.SMALLER

    def update(self, slots: Collection[Slot], round_trip: float | None, now: float) -> bool:
        """Takes what was reported on the slots, once a second; whether what is sent is to change."""
        queue = 0.0
        if round_trip is not None:
            self._shortest = min(round_trip, self._shortest + _FORGET)
            queue = round_trip - self._shortest
        loss = lost(slots)
        depth = self._protection.update(loss, now)
        for slot in slots:
            if slot.kind is SlotKind.VOICE:
                slot.out.protect(depth)
        changed = self.allocator.update(loss, queue, self._needs(), now)
        for slot in slots:
            slot.limit(max(0, self.allocator.step - FACES))
        return changed

    def _needs(self) -> list[float]:
        """Bits a second that the video of each of the allocator's steps takes."""
        best = LAYERS - 1
        papers = sum((_rate(*one, best) for one in self.requested if one[0].kind in _PAPERS), 0.0)
        faces = [one for one in self.requested if one[0].kind in _FACES]
        read = papers + sum((_rate(*face, 0) for face in faces if self._is_pinned(face[0])), 0.0)
        return [0.0, read, *(papers + sum((_rate(*face, layer) for face in faces), 0.0) for layer in range(LAYERS))]

    def _is_pinned(self, source: Source) -> bool:
        return source.kind is SourceKind.CAMERA and source.participant_id in self.pinned


def _rate(source: Source, slot: Slot, limit: int) -> float:
    """Bits a second of the source in the slot that is to show it, whose tile may need less than is sent."""
    return slot.rate(limit) if slot.source is source else source.rate(limit)


def lost(slots: Collection[Slot]) -> float:
    """The worst share lost on any slot that shows something, 0..1."""
    return max((slot.out.loss for slot in slots if slot.source is not None), default=0.0)
