"""A recorder alone in a process that is going to be killed: records in real time, and prints what it announces."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from foundation.clock import SystemClock
from foundation.events import LocalBus
from foundation.identifiers import SystemIdentifiers
from foundation.tasks import Tasks
from rtc_server.recording.recorder import Recorder, RecorderParts
from rtc_server.recording.values import RecordingRules, SegmentClosed
from rtc_server.sessions.interface import Attachment, PacketSink, SourceInfo, SourceKind
from tests.support.recorded import source
from tests.support.streams import Packetiser, sound

SINK: list[PacketSink] = []


class Line:
    """One session without a network."""

    def attach(self, session_id: str, sink: PacketSink) -> Attachment:
        """Notes the recorder's sink."""
        SINK.append(sink)
        return self

    def request_key_frame(self, source: SourceInfo) -> None:
        """There are no pictures."""

    def detach(self) -> None:
        """The session stays."""


async def speak(root: Path) -> None:
    """Records a microphone until the process is killed."""
    clock, tasks, bus = SystemClock(), Tasks(), LocalBus()
    parts = RecorderParts(
        sessions=Line(), root=root, clock=clock, identifiers=SystemIdentifiers(clock), tasks=tasks, bus=bus
    )
    recorder = Recorder(parts, RecordingRules(segment_seconds=1.0, reserve_bytes=0))

    async def closed(event: SegmentClosed) -> None:
        print(json.dumps({"closed": event.number, "sha256": event.sha256}), flush=True)

    bus.subscribe(SegmentClosed, closed)
    await recorder.start("session")
    info = source("point", SourceKind.MICROPHONE, "opus")
    packets = [packet for one in sound(10.0) for packet in Packetiser("opus").packets(one)]
    count = 0
    while True:
        SINK[0].packet(info, packets[count % len(packets)], clock.monotonic())
        count += 1
        print(json.dumps({"sent": count}), flush=True)
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(speak(Path(sys.argv[1])))
