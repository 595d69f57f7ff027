"""The recorders of the nodes, used like one: a session is recorded where it lives, and goes on where it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from foundation.errors import Refusal
from foundation.events import Bus
from foundation.tasks import Tasks
from rtc_server.node.link import NodeLink
from rtc_server.node.nodes import MediaNodes
from rtc_server.node.protocol import (
    AcknowledgeRecording,
    AnyRecordingEvent,
    ListRecordings,
    RecoverRecordings,
    StartRecording,
    StopRecording,
    Welcome,
)
from rtc_server.recording.interface import KeyOf
from rtc_server.recording.values import (
    RecordingClosed,
    RecordingFailed,
    RecordingFile,
    RecordingResumed,
    RecordingStarted,
    RecordingState,
    RecordingUnknown,
)
from rtc_server.sessions.errors import MediaUnavailable

_log = structlog.get_logger("rtc_server.node.recordings")
_MAKING_SECONDS = 3600.0
"""How long a node may take to make a file: as long as a file of many hours takes."""


@dataclass(frozen=True)
class _Running:
    state: RecordingState
    link: NodeLink

    @property
    def recording_id(self) -> str:
        return self.state.recording_id

    def after(self, event: AnyRecordingEvent) -> _Running:
        """How it is doing after what its recorder told."""
        state = self.state
        match event:
            case RecordingFailed(reason="disk_full" | "disk_failed" | "disk_slow" as reason):
                state = replace(state, paused=reason)
            case RecordingResumed():
                state = replace(state, paused=None, missing=state.missing + event.seconds)
        return replace(self, state=state)


class NodeRecordings:
    """`Recordings` made by nodes; their files must lie where this process reads them, under the same path."""

    def __init__(self, nodes: MediaNodes, bus: Bus, tasks: Tasks) -> None:
        """What the nodes' recorders tell is published on `bus`."""
        self._nodes = nodes
        self._bus = bus
        self._tasks = tasks
        self._wanted: dict[str, bytes] = {}
        """Sessions to be recorded, and the keys of their recordings."""
        self._running: dict[str, _Running] = {}
        nodes.follow(self)

    def recording(self, session_id: str) -> str | None:
        """The identifier of what is being recorded in the session, None when nothing is."""
        running = self._running.get(session_id)
        return running.recording_id if running is not None else None

    def state(self, session_id: str) -> RecordingState | None:
        """How the session's recording is doing, None when nothing is being recorded."""
        running = self._running.get(session_id)
        return running.state if running is not None else None

    def states(self) -> list[RecordingState]:
        """How every recording that runs is doing."""
        return [running.state for running in self._running.values()]

    async def start(self, session_id: str, key: bytes) -> str | None:
        """Records the session on its node, and on the next one should that be lost; None while there is none."""
        self._wanted[session_id] = key
        if session_id not in self._running:
            await self._begin(session_id)
        return self.recording(session_id)

    async def stop(self, session_id: str) -> RecordingFile:
        """Ends the recording and has its file made."""
        self._wanted.pop(session_id, None)
        running = self._running.pop(session_id, None)
        if running is None:
            raise RecordingUnknown
        command = StopRecording(session_id=session_id)
        return await running.link.ask(command, RecordingFile, _MAKING_SECONDS)

    async def recover_all(self, key_of: KeyOf) -> list[RecordingFile]:
        """What every node has that was not acknowledged; of one that cannot be reached, with the next call."""
        found: list[RecordingFile] = []
        for link in self._nodes.open_links():
            try:
                sessions = await link.ask(ListRecordings(), list[str])
                keys = {one: key for one in sessions if (key := await key_of(one)) is not None}
                found += await link.ask(RecoverRecordings(keys=keys), list[RecordingFile], _MAKING_SECONDS)
            except Refusal as refusal:
                _log.warning("recordings_not_recovered", node=link.name, problem=str(refusal))
        return found

    async def acknowledge(self, recording: RecordingFile) -> None:
        """Notes on whichever node has it that the recording has joined its case."""
        for link in self._nodes.open_links():
            command = AcknowledgeRecording(recording=recording)
            await link.ask(command, bool)

    async def close(self) -> None:
        """Leaves the recordings to the nodes."""

    def joined(self, link: NodeLink, welcome: Welcome) -> None:
        """Takes what the node is recording; what it no longer is, is begun again."""
        for session_id, running in tuple(self._running.items()):
            if running.link is link and session_id not in welcome.recordings:
                del self._running[session_id]
                self.placed(session_id)
        for session_id, state in welcome.recordings.items():
            known = self._running.get(session_id)
            if self._nodes.link_of(session_id) is not link or (known is not None and known.link is not link):
                # Its session ended or went elsewhere while nobody could tell the node.
                self._tasks.spawn(self._end(link, session_id), name="recording left over")
                continue
            self._running[session_id] = _Running(state, link)

    def lost(self, link: NodeLink) -> None:
        """Counts nothing as recorded there any more; what it had written, it tells of when it is back."""
        self._running = {one: running for one, running in self._running.items() if running.link is not link}

    def placed(self, session_id: str) -> None:
        """A session has a node: what is wanted of it is recorded there."""
        if session_id in self._wanted and session_id not in self._running:
            self._tasks.spawn(self._begin(session_id), name="recording on a new node")

    def recorded(self, link: NodeLink, event: AnyRecordingEvent) -> None:
        """Publishes what a node's recorder tells."""
        if isinstance(event, RecordingStarted):
            state = RecordingState(recording_id=event.recording_id, paused=None, missing=0.0)
            self._running[event.session_id] = _Running(state, link)
        elif self.recording(event.session_id) == event.recording_id:
            if isinstance(event, RecordingClosed):
                del self._running[event.session_id]
            else:
                self._running[event.session_id] = self._running[event.session_id].after(event)
        self._tasks.spawn(self._bus.publish(event), name="recording event")

    async def _end(self, link: NodeLink, session_id: str) -> None:
        """Has a node close what it still records; `recover_all` tells of it then."""
        try:
            await link.ask(StopRecording(session_id=session_id), RecordingFile, _MAKING_SECONDS)
        except Refusal as refusal:
            _log.warning("recording_left_over", node=link.name, session=session_id, problem=str(refusal))

    async def _begin(self, session_id: str) -> None:
        link, key = self._nodes.link_of(session_id), self._wanted.get(session_id)
        if key is None:
            return
        if link is None:
            _log.error("recording_waits_for_a_node", session=session_id)
            return
        try:
            # The node tells `RecordingStarted` before it answers.
            await link.ask(StartRecording(session_id=session_id, key=key), str)
        except MediaUnavailable:
            _log.error("recording_waits_for_a_node", session=session_id, node=link.name)
