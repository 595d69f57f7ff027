"""What telling of the service's health needs."""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass

from document_relay.imaging import Imaging
from foundation.settings import Settings
from foundation.tasks import Tasks
from rtc_server.recording.interface import Recordings
from rtc_server.sessions.interface import MediaPlane
from signalling.slices.health.checkup import Checkups, State
from signalling.slices.health.metrics import Metrics
from signalling.transport.lifecycle import Lifecycle


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The parts of this slice."""

    settings: Settings
    lifecycle: Lifecycle
    checkups: Checkups
    tasks: Tasks
    media: MediaPlane
    imaging: Imaging
    recorder: Recordings
    set_aside: Sized
    metrics: Metrics

    def state(self) -> State:
        """What the parts of the process say of themselves."""
        return State(
            phase=self.lifecycle.phase,
            media=self.media.serving,
            imaging=self.imaging.serving,
            recording=all(one.paused is None for one in self.recorder.states()),
            failing=tuple(one.name for one in self.tasks.supervised() if not one.running),
        )
