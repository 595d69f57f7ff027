"""Runs a media node: the media plane alone, controlled by the service; no directory, no database."""

from __future__ import annotations

import asyncio
import signal
import sys

import structlog
import uvloop

from foundation.clock import SystemClock
from foundation.settings import Settings
from foundation.tasks import Tasks
from rtc_server.node.service import MediaNode
from signalling import VERSION

_log = structlog.get_logger("signalling.node")


def run_node(settings: Settings) -> int:
    """Forwards until SIGTERM or SIGINT and the end of the last session, or until the second; 1 when a port is taken."""
    try:
        uvloop.run(_run(settings))
    except OSError as error:
        print(f"The node cannot start: {error.strerror or error}", file=sys.stderr)
        return 1
    return 0


async def _run(settings: Settings) -> None:
    asked, forced = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, lambda: (forced if asked.is_set() else asked).set())
    tasks = Tasks()
    node = MediaNode(settings, SystemClock(), tasks, VERSION)
    try:
        await node.start()
        print(f"Media node: media port {node.media.port}, control port {node.port}", flush=True)
        await asked.wait()
        _log.info("draining")
        drained = tasks.spawn(node.drain(), name="drain")
        force = tasks.spawn(forced.wait(), name="force")
        await asyncio.wait((drained, force), return_when=asyncio.FIRST_COMPLETED)
        _log.info("forced" if forced.is_set() else "drained")
    finally:
        await node.close()
        await tasks.close()
