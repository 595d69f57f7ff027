"""Who watches which camera, and the cameras read for them: each once, and none that nobody watches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from foundation.clock import Clock
from foundation.tasks import Tasks
from rtc_server.cameras.ingest import Ingest
from rtc_server.cameras.values import Camera
from rtc_server.sessions.camera_source import CameraSource
from rtc_server.sessions.errors import CamerasFull
from rtc_server.sessions.interface import LiveView, MediaEvent, SlotKind, SlotsChanged
from rtc_server.sessions.participant import Participant
from rtc_server.sessions.source import Source
from rtc_server.transport.batch import SendBatch

_CAMERAS = 32
"""Read at once."""
_LINGER_SECONDS = 10.0
"""How long a camera is read after the last has left: people look in again, and a camera takes a second to open."""


@dataclass(frozen=True, kw_only=True)
class LiveParts:
    """What cameras are read and sent on with."""

    batch: SendBatch
    clock: Clock
    tasks: Tasks
    chance: Random
    """For numbers that need only differ."""


@dataclass(kw_only=True)
class _Reading:
    """A camera being read."""

    camera: Camera
    source: CameraSource
    task: asyncio.Task[None]
    left: float | None = None
    """Since when nobody watches."""


class LiveViews:
    """Who watches what; shows it to participants that are in no session."""

    def __init__(
        self,
        participants: Mapping[str, Participant],
        parts: LiveParts,
        tell: Callable[[MediaEvent], None],
        arrange: Callable[[str], None],
    ) -> None:
        """`participants` are the connected ones; `tell` is told what changes for them.

        `arrange` fills somebody's slots: as `show` does outside of sessions, as the session does within one.
        """
        self._participants = participants
        self._parts = parts
        self._tell = tell
        self._arrange = arrange
        self._watched: dict[str, str] = {}
        self._readings: dict[str, _Reading] = {}

    def watch(self, participant_id: str, camera: Camera) -> None:
        """Shows the camera to a connected participant; raises `CamerasFull`."""
        reading = self._readings.get(camera.id)
        if reading is not None and reading.camera != camera:
            self._end(reading)
            reading = None
        if reading is None and len(self._readings) >= _CAMERAS:
            raise CamerasFull
        self._watched[participant_id] = camera.id
        if reading is None:
            self._readings[camera.id] = self._begin(camera)
        self._tell(SlotsChanged(participant_id=participant_id))
        for watcher in self._watchers(camera.id):
            self._arrange(watcher)

    def leave(self, participant_id: str) -> None:
        """Shows the participant no camera any more."""
        if self._watched.pop(participant_id, None) is not None:
            self._tell(SlotsChanged(participant_id=participant_id))
            self._arrange(participant_id)

    def view(self, participant_id: str) -> LiveView | None:
        """What the participant watches."""
        camera_id = self._watched.get(participant_id)
        if camera_id is None:
            return None
        return LiveView(camera_id=camera_id, state=self._readings[camera_id].source.now)

    def source(self, participant_id: str) -> Source | None:
        """The camera that the participant watches, as a source."""
        camera_id = self._watched.get(participant_id)
        return self._readings[camera_id].source.source if camera_id is not None else None

    def show(self, participant_id: str) -> None:
        """Shows the participant what it watches as far as its link carries that."""
        participant = self._participants.get(participant_id)
        if participant is None:
            return
        source = self.source(participant_id)
        reception = participant.reception
        hidden = source is not None and reception.hides(source)
        slot = next((one for one in participant.slots.values() if one.kind is SlotKind.FACE), None)
        reception.requested = [(source, slot)] if source is not None and slot is not None else []
        if slot is not None and slot.show(None if hidden else source):
            self._tell(SlotsChanged(participant_id=participant_id))

    def tick(self, now: float) -> None:
        """Ends what nobody has watched for a while; to be called once a second."""
        for reading in tuple(self._readings.values()):
            reading.source.measure(now)
            if self._watchers(reading.camera.id):
                reading.left = None
            elif reading.left is None:
                reading.left = now
            elif now - reading.left >= _LINGER_SECONDS:
                self._end(reading)

    async def close(self) -> None:
        """Ends every camera."""
        tasks = [reading.task for reading in self._readings.values()]
        for reading in tuple(self._readings.values()):
            self._end(reading)
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, camera: Camera) -> _Reading:
        parts = self._parts
        ssrc = parts.chance.getrandbits(32)
        source = CameraSource(camera, parts.batch, parts.clock, ssrc, lambda: self._changed(camera.id))
        ingest = Ingest(camera, source, parts.chance.random)
        task = parts.tasks.spawn(ingest.run(), name=f"camera {camera.id}")
        return _Reading(camera=camera, source=source, task=task)

    def _end(self, reading: _Reading) -> None:
        reading.task.cancel()
        del self._readings[reading.camera.id]
        for slot in tuple(reading.source.source.slots):
            slot.show(None)

    def _changed(self, camera_id: str) -> None:
        for participant_id in self._watchers(camera_id):
            self._tell(SlotsChanged(participant_id=participant_id))

    def _watchers(self, camera_id: str) -> list[str]:
        return [participant_id for participant_id, watched in self._watched.items() if watched == camera_id]
