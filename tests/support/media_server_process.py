"""The media server alone in a process, told what to do in JSON lines on its standard input.

`{"connect": participant, "sdp": …, "sources": {mid: kind}, "slots": {mid: kind}}` is answered with `{"sdp": …}`,
`{"admit": [session, participant]}` with `{}`; the end of the input ends it.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
from typing import Any

import uvloop

from foundation.clock import SystemClock
from foundation.tasks import Tasks
from rtc_server.sessions.interface import MediaOffer, MediaSettings, SlotKind, SourceKind
from rtc_server.sessions.server import MediaServer


async def serve(host: str) -> None:
    """Serves until the input ends."""
    tasks = Tasks()
    settings = MediaSettings(host=host, port=0)
    server = MediaServer(settings, SystemClock(), tasks, secrets.token_bytes)
    await server.start()
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print(json.dumps({"port": server.port}), flush=True)
    while line := await lines.readline():
        print(json.dumps(await answer(server, json.loads(line))), flush=True)
    await server.close()
    await tasks.close()


async def answer(server: MediaServer, asked: dict[str, Any]) -> dict[str, Any]:
    """Does one thing."""
    if "connect" in asked:
        offer = MediaOffer(
            sdp=asked["sdp"],
            sources={mid: SourceKind(kind) for mid, kind in asked["sources"].items()},
            slots={mid: SlotKind(kind) for mid, kind in asked["slots"].items()},
        )
        return {"sdp": (await server.connect(asked["connect"], offer)).sdp}
    server.admit(*asked["admit"])
    return {}


if __name__ == "__main__":
    uvloop.run(serve(sys.argv[1]))
