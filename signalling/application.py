"""One running service: what is started, in which order, and what is ended. It knows no word of the field."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import WSCloseCode, web

from directory.demonstration import seed
from document_relay.signing.authority import load_signatures
from foundation.database import told_if_damaged
from foundation.tasks import Tasks
from signalling.features import Features
from signalling.transport.bound import Bound
from signalling.transport.http.connections import ConnectionLimits
from signalling.transport.http.context import WebParts
from signalling.transport.http.responding import Responder
from signalling.transport.http.server import Routes, make_application
from signalling.transport.lifecycle import Lifecycle
from signalling.transport.websocket.client_connection import ConnectionParts
from signalling.transport.websocket.presence import keep_heartbeats
from signalling.transport.websocket.registry import Registry
from signalling.transport.websocket.route import open_socket

_ACT_SECONDS = 1.5
"""How long an end waits for commands that are under way."""
_Part = tuple[str, Callable[[], Coroutine[Any, Any, None]]]


@dataclass(frozen=True, kw_only=True)
class Application:
    """The features and the slices of a service, to be started and ended."""

    features: Features
    slices: Sequence[Bound[Any]]
    lifecycle: Lifecycle
    acts: Tasks
    """Commands and changes under way: they end although the page that asked for them goes."""
    registry: Registry
    web_parts: WebParts
    connection_parts: ConnectionParts

    async def start(self) -> None:
        """Opens the media port, fills an empty demonstration, restores what a killed process left, begins to work.

        What cannot be restored of a single ticket, document, upload, recording or camera is set aside.
        """
        on = self.features
        if on.settings.demonstration:
            await seed(on.ground.database)
        await on.directory.start()
        await on.cameras.load()
        await on.media.start()
        await on.documents.start()
        await on.scheduler.sweep.run()
        await on.scheduler.board.load()
        # First, so that who hears of an event after them reads what it tells of.
        on.scheduler.board.follow(on.ground.bus)
        on.documents.case_index.follow(on.ground.bus)
        for one in self.slices:
            one.follow()
        for one in self.slices:
            # Each guards the single things that it restores; what none thought of costs its own slice, not the start.
            with told_if_damaged(on.ground.database.damaged, "restored", one.slice.name):
                await one.restore()
        on.tasks.spawn(on.documents.take_up(), name="documents taken up")
        self._supervise()
        self.lifecycle.phase = "serving"

    def _supervise(self) -> None:
        """Begins what the service cannot do without; see `Tasks.supervise`."""
        on, tasks = self.features, self.features.tasks
        tasks.supervise(on.ground.outbox.run, name="outbox")
        tasks.supervise(on.scheduler.timers.run, name="timers")
        tasks.supervise(on.directory.intake.run, name="audit intake")
        tasks.supervise(on.audit_head.run, name="audit head")
        tasks.supervise(partial(keep_heartbeats, self.registry, on.scheduler.presence.heartbeat), name="presence")
        for one in self.slices:
            one.supervise(tasks)

    async def warm_up(self) -> None:
        """Loads what the first page, search and signature would wait for, and calls with them.

        Run it when the service answers.
        """
        on = self.features
        loading = asyncio.to_thread(load_signatures)
        await asyncio.gather(on.imaging.start(), on.directory.catalogue.prepare_search(), loading)
        # What is loaded now stays. Python's collector would look through it again and again, and every packet of
        # every call waits for that: 0.2 s with the demonstration.
        gc.freeze()

    def web(self, client: Path | None, limits: ConnectionLimits | None = None) -> web.Application:
        """What answers HTTP; `client` is the folder of the built web client, None where there is none."""
        bound = [Responder(row, one.parts) for one in self.slices for row in one.slice.endpoints]
        prepares = tuple(one.slice.prepare for one in self.slices if one.slice.prepare is not None)
        routes = Routes(bound, partial(open_socket, self.connection_parts), prepares)
        return make_application(self.web_parts, routes, client, limits)

    async def close(self) -> None:
        """Ends every part."""
        for _, end in reversed(self.parts()):
            await end()

    def parts(self) -> list[_Part]:
        """What has to be ended, by name; the last one first."""
        on = self.features
        return [
            ("database", on.ground.database.close),
            ("directory", on.directory.close),
            ("audit head", on.audit_head.close),
            ("audit intake", on.directory.intake.close),
            ("notices", on.notices.dispatcher.close),
            ("tasks", on.tasks.close),
            ("media", on.media.close),
            ("imaging", on.imaging.close),
            ("documents", on.documents.close),
            ("replays", on.replays.close),
            ("recorder", on.recorder.close),
            ("acts", partial(self.acts.end, _ACT_SECONDS)),
        ]

    async def end_connections(self) -> None:
        """Tells every page that the service goes; they come back by themselves."""
        for connection in self.registry:
            connection.end(WSCloseCode.GOING_AWAY)
