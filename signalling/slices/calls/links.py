"""How the media link of each participant does, in the words that pages show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from rtc_server.sessions.interface import MediaEvent, ParticipantConnected, ParticipantDisconnected, QualityChanged

LinkState = Literal["absent", "connected", "weak", "lost"]
Listener = Callable[[str, LinkState], None]

_WEAK_LOSS = 0.08
_WEAK_ROUND_TRIP = 0.8
_FINE_LOSS = 0.04
_FINE_ROUND_TRIP = 0.5
"""Seconds; a weak link must do clearly better before it counts as good again, so that the words do not flicker."""


class Links:
    """Follows the media server and tells of every change of a link's state."""

    def __init__(self) -> None:
        self._states: dict[str, LinkState] = {}
        self._listeners: list[Listener] = []

    def state(self, participant_id: str) -> LinkState:
        """How this participant's link does now."""
        return self._states.get(participant_id, "absent")

    def up(self, participant_id: str) -> bool:
        """Whether media can reach the participant."""
        return self.state(participant_id) in ("connected", "weak")

    def subscribe(self, listener: Listener) -> None:
        """Calls the listener with the participant and its new state at each change."""
        self._listeners.append(listener)

    def take(self, event: MediaEvent) -> None:
        """Takes what the media server tells."""
        former = self.state(event.participant_id)
        now = _after(former, event)
        if now == former:
            return
        if now == "absent":
            del self._states[event.participant_id]
        else:
            self._states[event.participant_id] = now
        for listener in self._listeners:
            listener(event.participant_id, now)


def _after(former: LinkState, event: MediaEvent) -> LinkState:
    match event:
        case ParticipantConnected():
            return "connected"
        case ParticipantDisconnected(reason="replaced"):
            return former
        case ParticipantDisconnected(reason="silent" | "expired" | "moved" | "node_lost"):
            return "lost"
        case ParticipantDisconnected():
            return "absent"
        case QualityChanged() if former in ("connected", "weak"):
            return _quality(former, event)
    return former


def _quality(former: LinkState, event: QualityChanged) -> LinkState:
    loss, round_trip = (_FINE_LOSS, _FINE_ROUND_TRIP) if former == "weak" else (_WEAK_LOSS, _WEAK_ROUND_TRIP)
    return "weak" if event.loss > loss or (event.rtt or 0.0) > round_trip else "connected"
