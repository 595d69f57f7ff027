"""A recorder with everything it needs but a network: what is attached gets what the test says, in virtual time."""

from __future__ import annotations

from pathlib import Path

from foundation.clock import ManualClock
from foundation.events import LocalBus
from foundation.identifiers import SeededIdentifiers
from foundation.tasks import Tasks
from rtc_server.recording.recorder import Recorder, RecorderParts
from rtc_server.recording.values import (
    RecordingClosed,
    RecordingEvent,
    RecordingFailed,
    RecordingResumed,
    RecordingRules,
    RecordingStarted,
    SegmentClosed,
)
from rtc_server.sessions.interface import PacketSink, SourceInfo, SourceKind
from tests.support.packets import received
from tests.support.recorded import source
from tests.support.streams import Packetiser, sound

MICROPHONE = source("point", SourceKind.MICROPHONE, "opus", ssrc=1)
CAMERA = source("point", SourceKind.CAMERA, "VP8", ssrc=2)
PACKETS = [
    packet for packetiser in [Packetiser("opus", ssrc=1)] for one in sound(10.0) for packet in packetiser.packets(one)
]


class Hall:
    """The sessions of a media server without a network: what is attached gets what the test says."""

    def __init__(self) -> None:
        self.sinks: dict[str, list[PacketSink]] = {}
        self.key_frames: list[SourceInfo] = []

    def attach(self, session_id: str, sink: PacketSink) -> Attached:
        self.sinks.setdefault(session_id, []).append(sink)
        return Attached(self, session_id, sink)


class Attached:
    def __init__(self, hall: Hall, session_id: str, sink: PacketSink) -> None:
        self._hall, self._session_id, self._sink = hall, session_id, sink

    def request_key_frame(self, source: SourceInfo) -> None:
        self._hall.key_frames.append(source)

    def detach(self) -> None:
        if self._sink in self._hall.sinks[self._session_id]:
            self._hall.sinks[self._session_id].remove(self._sink)


class Site:
    """A recorder with everything it needs, and what it told."""

    def __init__(self, root: Path) -> None:
        self.root, self.hall, self.clock = root, Hall(), ManualClock()
        self.tasks, self.bus = Tasks(), LocalBus()
        self.told: list[RecordingEvent] = []
        for kind in (RecordingStarted, SegmentClosed, RecordingFailed, RecordingResumed, RecordingClosed):
            self.bus.subscribe(kind, self._hear)
        self.recorder = self.open()
        self.sent = 0

    def open(self, rules: RecordingRules | None = None) -> Recorder:
        parts = RecorderParts(
            sessions=self.hall,
            root=self.root,
            clock=self.clock,
            identifiers=SeededIdentifiers(self.clock, 3),
            tasks=self.tasks,
            bus=self.bus,
        )
        return Recorder(parts, rules or RecordingRules(reserve_bytes=0, segment_seconds=2.0))

    async def speak(self, seconds: float, session: str = "s1") -> None:
        """So many seconds of the microphone, flushed four times a second."""
        for number in range(int(seconds * 50)):
            for sink in self.hall.sinks[session]:
                sink.packet(MICROPHONE, received(PACKETS[self.sent % len(PACKETS)]), self.clock.monotonic())
            self.sent += 1
            self.clock.advance(0.02)
            if number % 12 == 11:
                await self.recorder.flush()

    def of(self, kind: type[RecordingEvent]) -> list[RecordingEvent]:
        return [event for event in self.told if isinstance(event, kind)]

    async def _hear(self, event: RecordingEvent) -> None:
        self.told.append(event)
