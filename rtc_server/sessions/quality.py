"""How each participant's link does, told only when it differs from what was told."""

from __future__ import annotations

from rtc_server.sessions.interface import QualityChanged
from rtc_server.sessions.participant import Participant


class Quality:
    """Remembers what was told of each link, coarsely: in hundredths lost and hundredths of a second."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[int, int, int, int]] = {}

    def changed(self, participant: Participant) -> QualityChanged | None:
        """What is to be told of the participant's link now."""
        if not participant.link.up:
            return None
        seen = participant.feedback
        up, down, rtt, jitter = seen.loss_up, seen.loss_down, seen.round_trip, seen.jitter
        coarse = round(up * 100), round(down * 100), -1 if rtt is None else round(rtt * 50), round(jitter * 100)
        if self._told.get(participant.id) == coarse:
            return None
        self._told[participant.id] = coarse
        return QualityChanged(participant_id=participant.id, loss_up=up, loss_down=down, rtt=rtt, jitter=jitter)

    def forget(self, participant: Participant) -> None:
        """Its connection is gone."""
        self._told.pop(participant.id, None)
