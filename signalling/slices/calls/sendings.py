"""What pages say that they send: a paused camera and a muted microphone are told in words, not by silence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

Paused = Literal["microphone", "camera"]
"""What a person may keep back in a call."""


class Sendings:
    """By participant, what its person keeps back just now."""

    def __init__(self) -> None:
        self._paused: dict[str, frozenset[Paused]] = {}

    def take(self, participant_id: str, paused: Iterable[Paused]) -> bool:
        """Notes what the page says; whether it is something else than before."""
        former, now = self._paused.get(participant_id, frozenset()), frozenset(paused)
        if now:
            self._paused[participant_id] = now
        else:
            self._paused.pop(participant_id, None)
        return now != former

    def paused(self, participant_id: str) -> list[Paused]:
        """What it keeps back, in order."""
        return sorted(self._paused.get(participant_id, ()))

    def forget(self, participant_id: str) -> None:
        """Lets go of a page that is signed out."""
        self._paused.pop(participant_id, None)
