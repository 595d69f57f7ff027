"""One connection of the service to this node: its commands in, everything that happens out."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from foundation.errors import Invalid, Refusal
from foundation.tasks import Tasks
from rtc_server.node.protocol import (
    CLOSE_TOO_SLOW,
    AcknowledgeRecording,
    Admit,
    AnyCommand,
    AnyMediaEvent,
    AnyMessage,
    ArrangeCommand,
    CallCommand,
    Changed,
    CloseSession,
    Connect,
    Disconnect,
    Done,
    Happened,
    Hold,
    ListRecordings,
    NodeRefused,
    OpenSession,
    PageCommand,
    Pin,
    RecordingCommand,
    RecoverRecordings,
    Release,
    RestartIce,
    SetEnded,
    SetOnlySound,
    SetTiles,
    StartRecording,
    StopRecording,
    WatchCamera,
    Whisper,
    encode,
    path_hook,
    refused,
)
from rtc_server.recording.recorder import Recorder
from rtc_server.recording.values import RecordingFile
from rtc_server.sessions.interface import MediaEvent, MediaOffer, ParticipantView, QualityChanged
from rtc_server.sessions.server import MediaServer

_log = structlog.get_logger("rtc_server.node")
_WAITING_AT_MOST = 10_000
_SEND_SECONDS = 10.0
_decoder = msgspec.json.Decoder(AnyCommand, dec_hook=path_hook)


class _Head(msgspec.Struct):
    """What can be read of a command that is not valid."""

    id: int = 0


@dataclass(frozen=True, kw_only=True)
class NodeParts:
    """What a node is made of."""

    media: MediaServer
    recorder: Recorder
    recordings: Path
    """Where the recorder keeps what it records; absolute."""
    tasks: Tasks


class Controller:
    """Carries out what the service wants and tells it what happens; one that does not read is cut."""

    def __init__(self, socket: web.WebSocketResponse, parts: NodeParts) -> None:
        self._socket = socket
        self._media = parts.media
        self._recorder = parts.recorder
        self._root = parts.recordings
        self._tasks = parts.tasks
        self._waiting: deque[AnyMessage] = deque()
        self._something = asyncio.Event()
        self._told: dict[str, ParticipantView] = {}

    async def run(self, welcome: Callable[[], AnyMessage]) -> None:
        """Serves until either side ends it; `welcome` makes the first message."""
        self._told = {view.participant_id: view for view in self._media.snapshot().participants}
        self.say(welcome())
        unsubscribe = self._media.subscribe(self._happened)
        writer = self._tasks.spawn(self._write(), name="controller writer")
        try:
            async for message in self._socket:
                if message.type is not WSMsgType.TEXT:
                    return
                await self._take(message.data)
        finally:
            unsubscribe()
            writer.cancel()
            await self._socket.close()

    def say(self, message: AnyMessage) -> None:
        """Sends a message after those that wait; never waits itself."""
        if len(self._waiting) >= _WAITING_AT_MOST:
            # It comes back and is told everything anew.
            self.end(CLOSE_TOO_SLOW)
            return
        self._waiting.append(message)
        self._something.set()

    def end(self, code: int) -> None:
        """Ends the connection with a close code."""
        self._tasks.spawn(self._socket.close(code=code), name="controller end")

    async def _take(self, text: str) -> None:
        try:
            command = _decoder.decode(text)
        except (msgspec.MsgspecError, RecursionError) as error:
            self.say(refused(_identifier_of(text), Invalid(path="$", problem=str(error))))
            return
        if isinstance(command, RecordingCommand):
            # Making a file takes a while; calls must not wait for it.
            self._tasks.spawn(self._answer(command.id, self._record(command)), name="recording command")
            return
        concerned = self._concerned(command)
        await self._answer(command.id, self._carry_out(command), concerned)

    async def _answer(self, identifier: int, act: Awaitable[object], concerned: Iterable[str] = ()) -> None:
        """Says what came of it, after the views of those concerned."""
        try:
            result = await act
        except Refusal as refusal:
            self.say(refused(identifier, refusal))
            return
        except Exception:
            self.say(refused(identifier, NodeRefused(problem="an error of its own, see its log")))
            raise
        self._tell_changed(concerned)
        self.say(Done(id=identifier, result=msgspec.Raw(msgspec.json.encode(result, enc_hook=str))))

    async def _carry_out(self, command: CallCommand) -> object:
        media = self._media
        match command:
            case Connect():
                offer = MediaOffer(sdp=command.sdp, sources=command.sources, slots=command.slots)
                return (await media.connect(command.participant_id, offer)).sdp
            case RestartIce():
                return await media.restart_ice(command.participant_id)
            case WatchCamera():
                await media.watch(command.participant_id, command.camera)
            case _:
                self._arrange(command)
        return None

    def _arrange(self, command: ArrangeCommand) -> None:
        media = self._media
        match command:
            case Disconnect():
                media.disconnect(command.participant_id)
            case OpenSession():
                media.open_session(command.session_id)
            case CloseSession():
                media.close_session(command.session_id)
            case Admit():
                media.admit(command.session_id, command.participant_id, command.role)
            case Pin() | Hold():
                self._keep(command)
            case Whisper():
                media.whisper(command.participant_id, command.to)
            case Release():
                media.release(command.session_id, command.participant_id)
            case _:
                self._heed(command)

    def _heed(self, command: PageCommand) -> None:
        match command:
            case SetOnlySound():
                self._media.set_only_sound(command.participant_id, command.only_sound)
            case SetTiles():
                self._media.set_tiles(command.participant_id, command.widths)
            case SetEnded():
                self._media.set_ended(command.participant_id, command.kinds)

    def _keep(self, command: Pin | Hold) -> None:
        match command:
            case Pin():
                self._media.pin(command.participant_id, command.others)
            case Hold():
                self._media.hold(command.participant_id, held=command.held)

    async def _record(self, command: RecordingCommand) -> object:
        match command:
            case StartRecording():
                return await self._recorder.start(command.session_id, command.key)
            case StopRecording():
                return await self._recorder.stop(command.session_id)
            case ListRecordings():
                return await self._recorder.unacknowledged()
            case RecoverRecordings():
                return await self._recover(command.keys)
            case AcknowledgeRecording():
                return await self._acknowledge(command.recording)

    async def _recover(self, keys: dict[str, bytes]) -> list[RecordingFile]:
        async def key_of(session_id: str) -> bytes | None:
            return keys.get(session_id)

        return await self._recorder.recover_all(key_of)

    async def _acknowledge(self, recording: RecordingFile) -> bool:
        """Only what this node has recorded is touched, whatever path is named."""
        own = recording.folder == self._root / recording.session_id / recording.recording_id
        if not own or ".." in recording.folder.parts or not await asyncio.to_thread(recording.folder.is_dir):
            return False
        await self._recorder.acknowledge(recording)
        return True

    def _concerned(self, command: CallCommand) -> tuple[str, ...]:
        """Whose slots the command may change."""
        match command:
            case SetTiles():
                return ()
            case OpenSession() | CloseSession():
                return self._media.members(command.session_id)
            case Admit() | Release():
                members = self._media.members(command.session_id)
                return (command.participant_id, *members, *self._companions(command.participant_id))
            case (
                Connect()
                | Disconnect()
                | RestartIce()
                | Pin()
                | Hold()
                | Whisper()
                | SetOnlySound()
                | SetEnded()
                | WatchCamera()
            ):
                return (command.participant_id, *self._companions(command.participant_id))

    def _companions(self, participant_id: str) -> tuple[str, ...]:
        place = self._media.place(participant_id)
        return self._media.members(place) if place is not None else ()

    def _happened(self, event: MediaEvent) -> None:
        assert isinstance(event, AnyMediaEvent), "every event of the media server is in the protocol"
        if not isinstance(event, QualityChanged):
            self._tell_changed((event.participant_id, *self._companions(event.participant_id)))
        self.say(Happened(event=event))

    def _tell_changed(self, participant_ids: Iterable[str]) -> None:
        """Tells the views that differ from what was told."""
        for participant_id in dict.fromkeys(participant_ids):
            view = self._media.view(participant_id)
            if view is None:
                self._told.pop(participant_id, None)
            elif view != self._told.get(participant_id):
                self._told[participant_id] = view
                self.say(Changed(view=view))

    async def _write(self) -> None:
        try:
            while True:
                await self._something.wait()
                self._something.clear()
                while self._waiting:
                    text = encode(self._waiting.popleft())
                    async with asyncio.timeout(_SEND_SECONDS):
                        await self._socket.send_str(text)
        except (TimeoutError, ConnectionError):
            _log.warning("controller_too_slow")
            self.end(CLOSE_TOO_SLOW)
        except Exception:
            self.end(WSCloseCode.INTERNAL_ERROR)
            raise


def _identifier_of(text: str) -> int:
    try:
        return msgspec.json.decode(text, type=_Head).id
    except (msgspec.MsgspecError, RecursionError):
        return 0
