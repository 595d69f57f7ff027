"""Every part of the service, and what runs for ever; `assembly` makes one."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import structlog
from aiohttp import WSCloseCode

from directory.assembly import Directory
from directory.audit_head import HeadExport
from directory.cameras import Cameras
from directory.demonstration import seed
from directory.principal import Principal
from directory.sign_in import Access
from document_relay.assembly import DocumentRelay
from document_relay.imaging import Imaging
from document_relay.signing.authority import load_signatures
from foundation.clock import Clock
from foundation.database import Database, DatabaseBusy, Outbox
from foundation.errors import Forbidden, Refusal
from foundation.events import LocalBus
from foundation.identifiers import Identifiers
from foundation.set_aside import SetAside
from foundation.settings import Settings
from foundation.tasks import Tasks
from foundation.vault import Vault
from rtc_server.recording.interface import Recordings
from rtc_server.recording.replays import Replays
from rtc_server.sessions.errors import MediaUnavailable, SessionOver
from rtc_server.sessions.interface import MediaAnswer, MediaOffer, MediaPlane
from rtc_server.turn import Relays
from rtc_server.whip import WhipResources
from scheduler.assembly import Scheduler
from scheduler.queue_core.ticket_life import IN_HAND, TicketState
from scheduler.views import TicketView
from signalling import flows
from signalling.disk_use import DiskUse
from signalling.faces import face_of
from signalling.flows.clerk_looks_into_room import end_removed, show_room
from signalling.flows.recording_follows_session import recover, take_up
from signalling.flows.session_follows_ticket import align, participant
from signalling.health import Health
from signalling.link_figures import LinkFigures
from signalling.links import Links
from signalling.listening import FACE as SUPERVISOR
from signalling.listening import Listening
from signalling.paced import Paced
from signalling.protocol.commands import Command, Result
from signalling.reception_figures import ReceptionFigures
from signalling.rooms import Rooms
from signalling.views import Views
from signalling.websocket.client_connection import ClientConnection
from signalling.websocket.commands import carry_out
from signalling.websocket.registry import Registry

_log = structlog.get_logger("signalling.house")
_BEAT_SECONDS = 5.0
_CAMERAS_SECONDS = 3.0
_SESSIONS_SECONDS = 2.0
_RECOVER_SECONDS = 60.0
_ACT_SECONDS = 1.5
"""How long an end waits for commands that are under way."""


@dataclass(frozen=True, kw_only=True)
class House:
    """All parts of one running process, and the few acts that need several of them."""

    settings: Settings
    clock: Clock
    identifiers: Identifiers
    tasks: Tasks
    set_aside: SetAside
    vault: Vault
    database: Database
    bus: LocalBus
    outbox: Outbox
    directory: Directory
    audit_head: HeadExport
    cameras: Cameras
    scheduler: Scheduler
    documents: DocumentRelay
    imaging: Imaging
    media: MediaPlane
    relays: Relays
    whip: WhipResources
    recorder: Recordings
    replays: Replays
    disk_use: DiskUse
    health: Health = field(default_factory=Health)
    acts: Tasks = field(default_factory=Tasks)
    """Commands and changes under way: they end although the page that asked for them goes."""
    registry: Registry = field(default_factory=Registry)
    links: Links = field(default_factory=Links)
    link_figures: LinkFigures = field(default_factory=LinkFigures)
    listening: Listening = field(default_factory=Listening)
    rooms: Rooms = field(default_factory=Rooms)
    reception_figures: ReceptionFigures = field(default_factory=ReceptionFigures)
    stills: dict[str, str] = field(default_factory=dict)
    """The material that each worker's page is asked to photograph now."""

    @cached_property
    def views(self) -> Views:
        """What pages show."""
        return Views(self)

    @cached_property
    def paced(self) -> Paced:
        """What is shown again at most once a second."""
        return Paced(self.scheduler.board, self.scheduler.places, self.registry)

    async def start(self) -> None:
        """Opens the media port, fills an empty demonstration, restores what a killed process left, begins to work.

        What cannot be restored of a single ticket, document, upload, recording or camera is set aside.
        """
        if self.settings.demonstration:
            await seed(self.database)
        await self.directory.start()
        await self.cameras.load()
        self.media.subscribe(self.links.take)
        self.media.subscribe(self.link_figures.take)
        await self.media.start()
        await self.documents.start()
        await self.scheduler.sweep.run()
        await self.scheduler.board.load()
        # First, so that who hears of an event after them reads what it tells of.
        self.scheduler.board.follow(self.bus)
        self.documents.case_index.follow(self.bus)
        flows.install(self)
        for ticket in self.scheduler.board.in_hand():
            self._align_or_set_aside(ticket)
        self.tasks.spawn(take_up(self), name="recordings taken up")
        self.tasks.spawn(self.documents.take_up(), name="documents taken up")
        # What the service cannot do without; see `Tasks.supervise`.
        self.tasks.supervise(self._recover, name="recording recovery")
        self.tasks.supervise(self.outbox.run, name="outbox")
        self.tasks.supervise(self.scheduler.timers.run, name="timers")
        self.tasks.supervise(self.paced.run, name="queues shown")
        self.tasks.supervise(self._beat, name="presence")
        self.tasks.supervise(self._follow_cameras, name="cameras")
        self.tasks.supervise(self._follow_sessions, name="sessions")
        self.tasks.supervise(self.directory.intake.run, name="audit intake")
        self.tasks.supervise(self.audit_head.run, name="audit head")
        self.health.phase = "serving"

    def _align_or_set_aside(self, ticket: TicketView) -> None:
        try:
            align(self, ticket)
        except Refusal as refusal:
            self.database.damaged("session", ticket.id, refusal)

    async def warm_up(self) -> None:
        """Loads what the first page, search and signature would wait for, and calls with them.

        Run it when the service answers.
        """
        loading = asyncio.to_thread(load_signatures)
        await asyncio.gather(self.imaging.start(), self.directory.catalogue.prepare_search(), loading)
        # What is loaded now stays. Python's collector would look through it again and again, and every packet of
        # every call waits for that: 0.2 s with the demonstration.
        gc.freeze()

    async def close(self) -> None:
        """Ends every part."""
        for _, end in reversed(self.parts()):
            await end()

    def parts(self) -> list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]]:
        """What has to be ended, by name; the last one first."""
        return [
            ("database", self.database.close),
            ("directory", self.directory.close),
            ("audit head", self.audit_head.close),
            ("audit intake", self.directory.intake.close),
            ("tasks", self.tasks.close),
            ("media", self.media.close),
            ("imaging", self.imaging.close),
            ("documents", self.documents.close),
            ("replays", self.replays.close),
            ("recorder", self.recorder.close),
            ("acts", partial(self.acts.end, _ACT_SECONDS)),
        ]

    async def end_pages(self) -> None:
        """Tells every page that the service goes; they come back by themselves."""
        for connection in self.registry:
            connection.end(WSCloseCode.GOING_AWAY)

    async def authenticate(self, token: str) -> Access:
        """What an access token opens, for whom, and until when; raises `TokenInvalid`."""
        return await self.directory.sign_in.verify(token)

    async def carry_out(self, principal: Principal, command: Command) -> Result:
        """Carries a page's command out; raises the refusal of whoever refuses it."""
        return await carry_out(self, principal, command)

    async def connect_media(self, principal: Principal, offer: MediaOffer) -> MediaAnswer:
        """Connects the page's media, and puts it back into the session of the ticket in hand."""
        member = participant(principal.staff_id, face_of(principal))
        answer = await self.media.connect(member, offer)
        ticket = self.ticket_of_participant(member)
        if ticket is not None:
            align(self, ticket)
            await self._show_room(ticket, member)
        return answer

    async def _show_room(self, ticket: TicketView, member: str) -> None:
        if ticket.clerk_id is None or member != participant(ticket.clerk_id, "window"):
            return
        try:
            await show_room(self, ticket)
        except Refusal as refusal:
            # The call goes on without; the clerk may switch it off and on again.
            _log.warning("room_camera_not_shown", code=refusal.code)

    def ticket_of_participant(self, participant_id: str) -> TicketView | None:
        """The ticket in hand that the participant's page belongs to, or that it listens to, as the board knows it."""
        staff_id, _, face = participant_id.partition(":")
        board = self.scheduler.board
        if face == SUPERVISOR:
            listened = self.listening.session_of(staff_id)
            return None if listened is None else board.ticket(listened)
        ticket = board.current(staff_id) if face == "point" else board.in_hand_of(staff_id)
        return ticket if ticket is not None and TicketState(ticket.state) in IN_HAND else None

    def draw(self, ticket: TicketView) -> None:
        """Has the ticket's session shown again to both sides, and to supervisors."""
        self.registry.invalidate([ticket.worker_id], "point")
        self.registry.invalidate([ticket.clerk_id], "desk")
        self.paced.calls_changed()

    async def require_session(self, principal: Principal, session_id: str) -> None:
        """Raises `Forbidden` unless the person takes part in the ticket's session, `SessionOver` unless it is open."""
        ticket = await self.scheduler.reception.ticket(session_id)
        if principal.staff_id not in (ticket.worker_id, ticket.clerk_id):
            raise Forbidden
        if TicketState(ticket.state) not in IN_HAND:
            raise SessionOver

    async def connection_opened(self, connection: ClientConnection) -> None:
        """A page is there: its person counts as present at once."""
        await self.scheduler.presence.beat(participant(connection.staff_id, connection.face))

    async def _recover(self) -> None:
        # Again and again, since a media node that was killed may come back at any time.
        while True:
            try:
                await recover(self)
            except (DatabaseBusy, MediaUnavailable):
                _log.warning("recording_recovery_interrupted")
            await asyncio.sleep(_RECOVER_SECONDS)

    async def _follow_cameras(self) -> None:
        # They are added and removed by a command, in a process of its own.
        while True:
            await asyncio.sleep(_CAMERAS_SECONDS)
            try:
                if await self.cameras.load():
                    # The pages hear first, so that none asks again for what is taken from it.
                    self.registry.invalidate_face("point", "point")
                await self._end_views()
            except (DatabaseBusy, MediaUnavailable):
                _log.warning("camera_still_watched")

    async def _follow_sessions(self) -> None:
        # People are disabled by a command, in a process of its own.
        while True:
            await asyncio.sleep(_SESSIONS_SECONDS)
            try:
                await self.directory.sessions.follow()
            except DatabaseBusy:
                _log.warning("ended_sessions_not_looked_for")

    async def _end_views(self) -> None:
        """Ends looks through cameras that were removed, and into rooms that the point is not told of.

        A media node that goes on while the service starts again shows a room that nobody knows to be seen.
        """
        known = frozenset(camera.id for camera in self.cameras.every())
        for page in self.registry:
            member = participant(page.staff_id, page.face)
            view = self.media.live_view(member)
            may = self.rooms.seen() if page.face == "window" else known
            if view is not None and view.camera_id not in may & known:
                await self.media.watch(member, None)
        await end_removed(self, known)

    async def _beat(self) -> None:
        # The WebSocket's own heartbeat tells whether a page is there; what it tells is passed on here.
        while True:
            for page in self.registry:
                await self.scheduler.presence.beat(participant(page.staff_id, page.face))
            await asyncio.sleep(_BEAT_SECONDS)
