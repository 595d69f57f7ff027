"""A recorder alone in a process that is going to be killed: plays a session in real time, and says what it does.

`python -m tests.support.recording_process ROOT SCRIPT`: the script is a pickled list of what the sink is told, each
with its second. On standard output, a JSON line each: `{"sent": packets handed over}`, `{"closed": segment's number,
"sha256": …}`, `{"closing": true}` when the session is over, `{"made": file's SHA-256}`. Then it waits to be killed.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from pathlib import Path
from typing import Any

from foundation.clock import SystemClock
from foundation.events import LocalBus
from foundation.identifiers import SystemIdentifiers
from foundation.tasks import Tasks
from rtc_server.recording.recorder import Recorder, RecorderParts
from rtc_server.recording.values import RecordingRules, SegmentClosed
from rtc_server.sessions.interface import Attachment, PacketSink, SourceInfo
from tests.support.packets import received

SEGMENT_SECONDS = 1.0
Told = tuple[float, SourceInfo, bytes | tuple[float, int]]
"""A second, a source, and its packet or its report's NTP time and timestamp."""


class Line:
    """One session without a network."""

    def __init__(self) -> None:
        self.sink: PacketSink | None = None

    def attach(self, session_id: str, sink: PacketSink) -> Attachment:
        """Notes the recorder's sink."""
        self.sink = sink
        return self

    def request_key_frame(self, source: SourceInfo) -> None:
        """The script's pictures have key frames of their own."""

    def detach(self) -> None:
        """The session stays."""


def say(**what: Any) -> None:
    """Tells the parent."""
    print(json.dumps(what), flush=True)


async def play(root: Path, script: list[Told]) -> None:
    """Records the script, makes the file, and waits."""
    clock, tasks, bus, line = SystemClock(), Tasks(), LocalBus(), Line()
    parts = RecorderParts(
        sessions=line, root=root, clock=clock, identifiers=SystemIdentifiers(clock), tasks=tasks, bus=bus
    )
    recorder = Recorder(parts, RecordingRules(segment_seconds=SEGMENT_SECONDS, reserve_bytes=0))

    async def closed(event: SegmentClosed) -> None:
        say(closed=event.number, sha256=event.sha256)

    bus.subscribe(SegmentClosed, closed)
    await recorder.start("session", bytes(range(32)))
    assert line.sink is not None
    began, sent = clock.monotonic(), 0
    for at, info, what in script:
        if (early := began + at - clock.monotonic()) > 0:
            await asyncio.sleep(early)
        if isinstance(what, bytes):
            line.sink.packet(info, received(what), began + at)
            sent += 1
            say(sent=sent)
        else:
            line.sink.sender_report(info, *what, began + at)
    say(closing=True)
    say(made=(await recorder.stop("session")).sha256)
    await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(play(Path(sys.argv[1]), pickle.loads(Path(sys.argv[2]).read_bytes())))
