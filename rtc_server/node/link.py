"""The service's connection to one media node: commands out, a mirror of what the node has, its events in."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

import aiohttp
import msgspec
import structlog

from foundation.clock import Clock
from foundation.errors import Invalid
from foundation.tasks import Tasks
from rtc_server.node.placement import Candidate
from rtc_server.node.protocol import (
    CLOSE_REPLACED,
    CONTROL_PATH,
    HEARTBEAT_SECONDS,
    AnyCommand,
    AnyMessage,
    AnyRecordingEvent,
    Changed,
    Disconnect,
    Done,
    Happened,
    NodeLoad,
    Recorded,
    Refused,
    Reported,
    Welcome,
    encode,
    path_hook,
    refusal_of,
)
from rtc_server.sessions.errors import MediaUnavailable
from rtc_server.sessions.interface import (
    MediaEvent,
    ParticipantConnected,
    ParticipantDisconnected,
    ParticipantView,
    SlotsChanged,
)

_log = structlog.get_logger("rtc_server.node.link")
_ANSWER_SECONDS = 5.0
_CONNECT_SECONDS = 2.0
_MISSING_SECONDS = 3.0
"""A node whose machine says nothing may be cut off from us alone, its calls going on; so it is waited for."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 1.0
_REPLACED_SECONDS = 30.0
"""Two services that both name a node must not take it from each other all the time."""
_WAITING_AT_MOST = 10_000
_LARGEST_MESSAGE = 64 * 1024 * 1024
"""A node's first message tells of all its participants."""
_decoder = msgspec.json.Decoder(AnyMessage, dec_hook=path_hook)
T = TypeVar("T")


class LinkWatcher(Protocol):
    """Who follows what a node does."""

    def joined(self, link: NodeLink, welcome: Welcome) -> None:
        """The node is there, with what it has; what was told before the link broke may not have arrived."""
        ...

    def lost(self, link: NodeLink) -> None:
        """The node is gone, and with it everything it had."""
        ...

    def happened(self, link: NodeLink, event: MediaEvent) -> None:
        """An event of the node's media server."""
        ...

    def recorded(self, link: NodeLink, event: AnyRecordingEvent) -> None:
        """An event of the node's recorder."""
        ...

    def reported(self, link: NodeLink) -> None:
        """The node told its load."""
        ...


class NodesFollower(Protocol):
    """Who has to know which node has which session, beside who uses the media plane."""

    def joined(self, link: NodeLink, welcome: Welcome) -> None:
        """A node is there, or there again; sessions are as they are wanted."""
        ...

    def lost(self, link: NodeLink) -> None:
        """A node is gone; its sessions are about to be placed anew."""
        ...

    def placed(self, session_id: str) -> None:
        """The session has a node."""
        ...

    def recorded(self, link: NodeLink, event: AnyRecordingEvent) -> None:
        """An event of a node's recorder."""
        ...


class NodeAddressInvalid(Invalid):
    """An address of a node is not one."""

    code = "node_address_invalid"
    zh = "MEDIA_NODES 中的地址“{address}”有误，应形如 http://10.0.0.5:8190。"
    en = "MEDIA_NODES has {address}, which is not an address like http://10.0.0.5:8190."


def read_address(text: str) -> str:
    """The address without a last slash; raises `NodeAddressInvalid`."""
    if re.fullmatch(r"https?://[^/\s]+/?", text) is None:
        raise NodeAddressInvalid(address=text)
    return text.rstrip("/")


@dataclass(frozen=True)
class LinkParts:
    """What a link works with."""

    session: aiohttp.ClientSession
    token: str
    clock: Clock
    tasks: Tasks


class NodeLink:
    """Keeps the connection, and comes back to it when it breaks."""

    def __init__(self, address: str, parts: LinkParts, watcher: LinkWatcher) -> None:
        """`address` as in `http://10.0.0.5:8190`."""
        self.name = address
        self.there = False
        """Whether the node counts as alive; a link that broke a moment ago still does."""
        self.load: NodeLoad | None = None
        self.views: dict[str, ParticipantView] = {}
        """The node's connections, as it last told."""
        self.tried = asyncio.Event()
        """Set once the node is there or could not be reached."""
        self._parts = parts
        self._watcher = watcher
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._waiting: deque[str] = deque()
        self._something = asyncio.Event()
        self._asked: dict[int, asyncio.Future[msgspec.Raw]] = {}
        self._number = 0
        self._since = 0.0

    @property
    def open(self) -> bool:
        """Whether commands reach the node now."""
        return self._socket is not None

    @property
    def candidate(self) -> Candidate:
        """What placement has to know of an open link."""
        assert self.load is not None, "an open link has told its load"
        return Candidate(self.name, self.load.cpu, self.load.capacity, self.load.draining)

    def tell(self, command: AnyCommand) -> int:
        """Sends a command, and gives it its number.

        While the link is broken it is dropped, since `joined` makes up for all that were.
        """
        self._number += 1
        if self._socket is None:
            return self._number
        if len(self._waiting) >= _WAITING_AT_MOST:
            _log.error("node_does_not_read", node=self.name)
            self._parts.tasks.spawn(self._socket.close(), name="node link end")
            return self._number
        self._waiting.append(encode(msgspec.structs.replace(command, id=self._number)))
        self._something.set()
        return self._number

    def cut(self, participant_id: str) -> None:
        """Has the node close the participant's transport."""
        self.tell(Disconnect(participant_id=participant_id))

    async def ask(self, command: AnyCommand, kind: type[T], seconds: float = _ANSWER_SECONDS) -> T:
        """Sends a command and waits for its result; raises the node's refusal, or `MediaUnavailable`."""
        if self._socket is None:
            raise MediaUnavailable
        number = self.tell(command)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(seconds):
                return msgspec.json.decode(await answer, type=kind, dec_hook=path_hook)
        except TimeoutError as error:
            raise MediaUnavailable from error
        finally:
            del self._asked[number]

    async def run(self) -> None:
        """Connects, and again after every break; never returns."""
        pause, now = 0.0, self._parts.clock.monotonic
        while True:
            began, taken = now(), False
            try:
                taken = await self._connection() == CLOSE_REPLACED
            except (aiohttp.ClientError, TimeoutError, OSError, msgspec.MsgspecError) as error:
                self._miss(error)
            self.tried.set()
            if taken:
                _log.error("node_taken_over", node=self.name)
            # After a connection that lasted, the next attempt tells at once whether the node is dead.
            lasted = now() - began >= _LONGEST_PAUSE and self._since >= began
            pause = 0.0 if lasted else min(max(pause * 2, _FIRST_PAUSE), _LONGEST_PAUSE)
            await asyncio.sleep(_REPLACED_SECONDS if taken else pause)

    def _miss(self, error: Exception) -> None:
        """Counts the node as gone at once when its machine says that nobody listens, else after a while."""
        cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
        if self.there or not self.tried.is_set():
            _log.warning("node_not_reached", node=self.name, problem=str(error))
        waited = self._parts.clock.monotonic() - self._since
        if self.there and (isinstance(cause, ConnectionRefusedError) or waited >= _MISSING_SECONDS):
            self.there, self.load = False, None
            self.views.clear()
            _log.error("node_lost", node=self.name, problem=str(error))
            self._watcher.lost(self)

    async def _connection(self) -> int | None:
        """One connection from its beginning to its end; its close code. Raises why it could not be made or broke."""
        headers = {"Authorization": f"Bearer {self._parts.token}"}
        async with asyncio.timeout(_CONNECT_SECONDS):
            socket = await self._parts.session.ws_connect(
                self.name + CONTROL_PATH,
                headers=headers,
                heartbeat=HEARTBEAT_SECONDS,
                max_msg_size=_LARGEST_MESSAGE,
            )
        writer = self._parts.tasks.spawn(self._write(socket), name="node link writer")
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._take(socket, _decoder.decode(message.data))
        finally:
            self._socket = None
            self._since = self._parts.clock.monotonic()
            self._waiting.clear()
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(MediaUnavailable())
            writer.cancel()
            await socket.close()
        return socket.close_code

    def _take(self, socket: aiohttp.ClientWebSocketResponse, message: AnyMessage) -> None:
        match message:
            case Welcome():
                self._join(socket, message)
            case Changed(view=view):
                self.views[view.participant_id] = view
            case Happened(event=event):
                if isinstance(event, ParticipantDisconnected) and event.reason not in ("silent", "replaced"):
                    self.views.pop(event.participant_id, None)
                self._watcher.happened(self, event)
            case Recorded(event=recorded):
                self._watcher.recorded(self, recorded)
            case Reported(load=load):
                self.load = load
                self._watcher.reported(self)
            case Done() | Refused():
                self._answer(message)

    def _answer(self, message: Done | Refused) -> None:
        waiting = self._asked.get(message.id)
        if waiting is not None and not waiting.done():
            if isinstance(message, Done):
                waiting.set_result(message.result)
            else:
                waiting.set_exception(refusal_of(message))
        elif isinstance(message, Refused):
            _log.error("node_refused", node=self.name, code=message.code, **message.parameters)

    def _join(self, socket: aiohttp.ClientWebSocketResponse, welcome: Welcome) -> None:
        """Takes what the node has, and tells of what happened while nobody listened."""
        before = self.views
        self._socket, self.there, self.load = socket, True, welcome.load
        self.views = {view.participant_id: view for view in welcome.snapshot.participants}
        _log.info("node_joined", node=self.name, version=welcome.version)
        self._watcher.joined(self, welcome)
        for event in _missed(before, self.views):
            self._watcher.happened(self, event)
        self.tried.set()

    async def _write(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        with contextlib.suppress(ConnectionError):
            # A connection that broke ends its reader, who makes the next one.
            while True:
                await self._something.wait()
                self._something.clear()
                while self._waiting:
                    await socket.send_str(self._waiting.popleft())


def _missed(before: Mapping[str, ParticipantView], now: Mapping[str, ParticipantView]) -> Iterator[MediaEvent]:
    """The events between two states of a node."""
    for name in before.keys() - now.keys():
        yield ParticipantDisconnected(participant_id=name, reason="node_lost")
    for name, view in now.items():
        former = before.get(name)
        if view.up and (former is None or not former.up):
            yield ParticipantConnected(participant_id=name)
        if former is not None and former.up and not view.up:
            yield ParticipantDisconnected(participant_id=name, reason="silent")
        if former is None or former.slots != view.slots:
            yield SlotsChanged(participant_id=name)
