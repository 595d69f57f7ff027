"""Debian's Firefox for Playwright: a program between the two that answers what this Firefox does not know yet.

Playwright drives a Firefox that is not its own through WebDriver BiDi, and reads from standard error where that
listens. It asks each page for emulated media, a command that Debian's long-term release has not got, and gives up
without it. No test of ours emulates media: here the command is done with. Everything else passes as it is.
Run as `python -m tests.support.firefox ARGUMENTS`, in the place of Firefox.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys

import aiohttp
from aiohttp import web

FIREFOX = "/usr/bin/firefox-esr"
_LISTENS = re.compile(rb"WebDriver BiDi listening on ws://127\.0\.0\.1:(\d+)")
_UNKNOWN = "emulation.setMediaFeaturesOverride"


class Between:
    """Takes Playwright's WebSocket and hands what is said to Firefox's, and back."""

    def __init__(self, firefox_port: int) -> None:
        self._firefox = f"ws://127.0.0.1:{firefox_port}"

    async def start(self) -> int:
        """Listens; the port."""
        application = web.Application()
        application.router.add_get("/{path:.*}", self._joined)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    async def _joined(self, request: web.Request) -> web.WebSocketResponse:
        near = web.WebSocketResponse(max_msg_size=0)
        await near.prepare(request)
        async with aiohttp.ClientSession() as http:
            # Firefox refuses whoever names an origin, and keeps its pictures in one message.
            far = await http.ws_connect(f"{self._firefox}{request.path}", max_msg_size=0)
            answers = asyncio.create_task(_pass_on(far, near))
            async for message in near:
                asked = json.loads(message.data)
                if asked["method"] == _UNKNOWN:
                    await near.send_json({"type": "success", "id": asked["id"], "result": {}})
                else:
                    await far.send_str(message.data)
            await far.close()
            await answers
        return near


async def _pass_on(source: aiohttp.ClientWebSocketResponse, target: web.WebSocketResponse) -> None:
    async for message in source:
        await target.send_str(message.data)
    await target.close()


async def main(arguments: list[str]) -> int:
    """Firefox's exit code; what it says goes on to standard error, with the port of the program between."""
    firefox = await asyncio.create_subprocess_exec(FIREFOX, *arguments, stderr=asyncio.subprocess.PIPE)
    assert firefox.stderr is not None
    async for line in firefox.stderr:
        if found := _LISTENS.search(line):
            port = await Between(int(found[1])).start()
            line = b"WebDriver BiDi listening on ws://127.0.0.1:%d\n" % port
        sys.stderr.buffer.write(line)
        sys.stderr.buffer.flush()
    return await firefox.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
