"""The media server alone in a process, told what to do in JSON lines on its standard input.

`{"connect": participant, "sdp": …, "sources": {mid: kind}, "slots": {mid: kind}}` is answered with `{"sdp": …}`,
`{"admit": [session, participant]}`, `{"disconnect": participant}`, `{"close": session}`, `{"watch": participant,
"camera": address or null}`, `{"record": [session, …], "into": folder}` and `{"rest": [session, …]}`, which ends their
recordings, with `{}`, and `{"held": true}` with what it holds; the end of the input ends it. Its second argument may be
settings in JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import resource
import secrets
import sys
from pathlib import Path
from typing import Any

import uvloop

from foundation.clock import SystemClock
from foundation.events import LocalBus
from foundation.identifiers import SystemIdentifiers
from foundation.observing.logs import configure_logs
from foundation.tasks import Tasks
from rtc_server.cameras.values import Camera
from rtc_server.recording.recorder import Recorder, RecorderParts
from rtc_server.sessions.interface import MediaOffer, MediaSettings, SlotKind, SourceKind
from rtc_server.sessions.server import MediaServer


async def serve(host: str, changes: dict[str, float]) -> None:
    """Serves until the input ends."""
    tasks = Tasks()
    settings = MediaSettings(host=host, port=0, **changes)
    server = MediaServer(settings, SystemClock(), tasks, secrets.token_bytes)
    await server.start()
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps({"port": server.port}), flush=True)
    recording = _Recording(server, tasks)
    while line := await lines.readline():
        asked = json.loads(line)
        told = {} if await recording.answer(asked) else await answer(server, asked)
        print(json.dumps(told), flush=True)
    await recording.close()
    await server.close()
    await tasks.close()


class _Recording:
    """The recorder, once it is wanted."""

    def __init__(self, server: MediaServer, tasks: Tasks) -> None:
        self._server, self._tasks = server, tasks
        self._recorder: Recorder | None = None

    async def answer(self, asked: dict[str, Any]) -> bool:
        """Does what concerns recording; whether that was meant."""
        if "record" in asked:
            recorder = self._recorder = self._recorder or self._make(Path(asked["into"]))
            for session in asked["record"]:
                await recorder.start(session, bytes(32))
        elif "rest" in asked and self._recorder is not None:
            for session in asked["rest"]:
                await self._recorder.stop(session)
        return "record" in asked or "rest" in asked

    async def close(self) -> None:
        if self._recorder is not None:
            await self._recorder.close()

    def _make(self, root: Path) -> Recorder:
        clock = SystemClock()
        parts = RecorderParts(
            sessions=self._server,
            root=root,
            clock=clock,
            identifiers=SystemIdentifiers(clock),
            tasks=self._tasks,
            bus=LocalBus(),
        )
        return Recorder(parts)


async def answer(server: MediaServer, asked: dict[str, Any]) -> dict[str, Any]:
    """Does one thing."""
    if "connect" in asked:
        offer = MediaOffer(
            sdp=asked["sdp"],
            sources={mid: SourceKind(kind) for mid, kind in asked["sources"].items()},
            slots={mid: SlotKind(kind) for mid, kind in asked["slots"].items()},
        )
        return {"sdp": (await server.connect(asked["connect"], offer)).sdp}
    if "held" in asked:
        return held(server)
    if "disconnect" in asked:
        server.disconnect(asked["disconnect"])
    elif "close" in asked:
        server.close_session(asked["close"])
    elif "watch" in asked:
        address = asked["camera"]
        await server.watch(asked["watch"], Camera(id="camera", address=address) if address else None)
    else:
        server.admit(*asked["admit"])
    return {}


def held(server: MediaServer) -> dict[str, int]:
    """What would grow if something leaked."""
    gc.collect()
    port = server._port
    return {
        "participants": server.statistics().participants,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "tasks": len(asyncio.all_tasks()),
        "objects": len(gc.get_objects()),
        "resident_bytes": int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize(),
        "kept_by_name": len(port.by_ufrag) + len(port._by_path) + len(port._tcp_paths) + len(server._sessions.places),
    }


if __name__ == "__main__":
    configure_logs("WARNING")
    uvloop.run(serve(sys.argv[1], json.loads(sys.argv[2]) if len(sys.argv) > 2 else {}))
