"""Runs media nodes: the media plane alone, controlled by the service; no directory, no database."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import structlog
import uvloop

from foundation.clock import SystemClock
from foundation.descriptors import open_as_many_as_allowed
from foundation.settings import Settings
from foundation.tasks import Tasks
from rtc_server.node.protocol import require_token
from rtc_server.node.service import MediaNode
from signalling import VERSION

_log = structlog.get_logger("signalling.node")
_AGAIN_SECONDS = 1.0
_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run_node(settings: Settings, processes: int) -> int:
    """Forwards until SIGTERM or SIGINT and the end of the last session, or until the second.

    1 when a port is taken, or when what the node cannot do without fails again and again.
    """
    require_token(settings.node_token)
    open_as_many_as_allowed()
    try:
        return uvloop.run(_run(settings) if processes == 1 else _run_several(settings, processes))
    except OSError as error:
        print(f"The node cannot start: {error.strerror or error}", file=sys.stderr)
        return 1


async def _run(settings: Settings) -> int:
    asked, forced = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in _STOP_SIGNALS:
        loop.add_signal_handler(name, lambda: (forced if asked.is_set() else asked).set())
    tasks = Tasks()
    node = MediaNode(settings, SystemClock(), tasks, VERSION)
    try:
        await node.start()
        print(f"Media node: media port {node.media.port}, control port {node.port}", flush=True)
        hopeless = tasks.spawn(tasks.hopeless.wait(), name="hopeless")
        await asyncio.wait((hopeless, tasks.spawn(asked.wait(), name="asked")), return_when=asyncio.FIRST_COMPLETED)
        if hopeless.done():
            return 1
        _log.info("draining")
        drained = tasks.spawn(node.drain(), name="drain")
        force = tasks.spawn(forced.wait(), name="force")
        await asyncio.wait((drained, force), return_when=asyncio.FIRST_COMPLETED)
        _log.info("forced" if forced.is_set() else "drained")
        return 0
    finally:
        await node.close()
        await tasks.close()


async def _run_several(settings: Settings, processes: int) -> int:
    """A process for each node, on ports that follow each other; one that dies is started again."""
    family = _Family()
    loop = asyncio.get_running_loop()
    for name in _STOP_SIGNALS:
        loop.add_signal_handler(name, family.stop)
    await asyncio.gather(
        *(family.keep(settings.media_port + number, settings.node_port + number) for number in range(processes))
    )
    return 0


class _Family:
    """The node processes, which get every signal that their parent gets."""

    def __init__(self) -> None:
        self._children: set[asyncio.subprocess.Process] = set()
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Has every node drain; called again, has them end."""
        self._stopping.set()
        for child in self._children:
            child.send_signal(signal.SIGTERM)

    async def keep(self, media_port: int, node_port: int) -> None:
        """Runs the node on these ports until it is to stop."""
        environment = os.environ | {"MEDIA_PORT": str(media_port), "NODE_PORT": str(node_port)}
        while not self._stopping.is_set():
            child = await asyncio.create_subprocess_exec(
                # A group of its own, so that Ctrl-C comes once, through here.
                *(sys.executable, "-m", "signalling.cli.main", "node"),
                env=environment,
                start_new_session=True,
            )
            self._children.add(child)
            code = await child.wait()
            self._children.discard(child)
            if not self._stopping.is_set():
                _log.error("node_ended", media_port=media_port, code=code)
                await asyncio.sleep(_AGAIN_SECONDS)
