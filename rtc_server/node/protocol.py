"""What the service and a media node say to each other: JSON texts over one WebSocket, in order.

Every command is answered with `Done` or `Refused`. What follows from commands and from the network is told by itself:
a participant's view before the event that it follows from, so that who listens never knows less than was told.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import structlog
from msgspec import Meta

from foundation.errors import Refusal
from rtc_server.cameras.values import Camera
from rtc_server.recording.values import (
    RecordingClosed,
    RecordingFailed,
    RecordingFile,
    RecordingNotClosed,
    RecordingResumed,
    RecordingStarted,
    RecordingState,
    RecordingUnknown,
    SegmentClosed,
)
from rtc_server.sessions.errors import CamerasFull, MediaFull, ParticipantUnknown, SdpInvalid, SessionFull
from rtc_server.sessions.interface import (
    MEMBERS,
    MediaOffer,
    MemberRole,
    ParticipantConnected,
    ParticipantDisconnected,
    ParticipantView,
    QualityChanged,
    SlotKind,
    SlotsChanged,
    Snapshot,
    SourceKind,
    SourceStarted,
    SourceStopped,
)
from rtc_server.sessions.media_statistics import MediaStatistics

_log = structlog.get_logger("rtc_server.node")
CONTROL_PATH = "/api/v1/control"
LARGEST_COMMAND = 256 * 1024
HEARTBEAT_SECONDS = 2.0
LEAST_TOKEN = 32
"""Characters; a shorter secret is refused."""
CLOSE_REPLACED = 4409
CLOSE_TOO_SLOW = 4429


class TokenMissing(Refusal):
    """Nodes are controlled with a secret, and there is none, or one that can be guessed."""

    code = "node_token_missing"
    zh = "请在配置中设置 NODE_TOKEN，至少 {least} 个字符，各节点与主服务一致。"
    en = "Set NODE_TOKEN to at least {least} characters, the same for every node and for the service."


def require_token(token: str) -> str:
    """The token; raises `TokenMissing` when it is empty or short."""
    if len(token) < LEAST_TOKEN:
        raise TokenMissing(least=LEAST_TOKEN)
    return token


Name = Annotated[str, Meta(min_length=1, max_length=200)]
Mid = Annotated[str, Meta(max_length=64)]
Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
"""Seals the recordings of a session; a node keeps it in memory alone."""


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=True):
    """Something that the service wants of a node; `id` comes back in the answer."""

    id: int = 0
    """Given by who sends it, a new one each time."""


class Connect(Command, frozen=True, kw_only=True):
    """Answer this offer; the result is the answer's SDP."""

    participant_id: Name
    sdp: Annotated[str, Meta(max_length=128 * 1024)]
    sources: Annotated[dict[Mid, SourceKind], Meta(max_length=64)]
    slots: Annotated[dict[Mid, SlotKind], Meta(max_length=64)]


def connect_command(participant_id: str, offer: MediaOffer) -> Connect:
    """The command that hands an offer to a node."""
    return Connect(participant_id=participant_id, sdp=offer.sdp, sources=dict(offer.sources), slots=dict(offer.slots))


class RestartIce(Command, frozen=True, kw_only=True):
    """New credentials for a connection; the result is an `IceRestart`."""

    participant_id: Name


class Disconnect(Command, frozen=True, kw_only=True):
    """Close a connection."""

    participant_id: Name


class OpenSession(Command, frozen=True, kw_only=True):
    """Open a session."""

    session_id: Name


class CloseSession(Command, frozen=True, kw_only=True):
    """Close a session."""

    session_id: Name


class Admit(Command, frozen=True, kw_only=True):
    """Admit a participant into a session, which is opened."""

    session_id: Name
    participant_id: Name
    role: MemberRole


class Pin(Command, frozen=True, kw_only=True):
    """Keep these in a participant's slots, whoever speaks."""

    participant_id: Name
    others: Annotated[list[Name], Meta(max_length=MEMBERS)]


class Hold(Command, frozen=True, kw_only=True):
    """Keep a participant in everybody else's slots, whoever speaks, or no longer."""

    participant_id: Name
    held: bool


class Whisper(Command, frozen=True, kw_only=True):
    """Let one of the others alone hear a watcher, or nobody."""

    participant_id: Name
    to: Name | None


class SetOnlySound(Command, frozen=True, kw_only=True):
    """Send a member of a session no video, or video again."""

    participant_id: Name
    only_sound: bool


class SetTiles(Command, frozen=True, kw_only=True):
    """How many pixels wide a participant's page shows each slot, by mid; 0 is hidden."""

    participant_id: Name
    widths: Annotated[dict[Mid, int], Meta(max_length=32)]


class SetEnded(Command, frozen=True, kw_only=True):
    """All that a participant's page has ended, whatever packets still come of it."""

    participant_id: Name
    kinds: Annotated[list[SourceKind], Meta(max_length=4)]


class WatchCamera(Command, frozen=True, kw_only=True):
    """Show a participant that is in no session a camera, or none."""

    participant_id: Name
    camera: Camera | None


class Release(Command, frozen=True, kw_only=True):
    """Release a participant from a session."""

    session_id: Name
    participant_id: Name


class StartRecording(Command, frozen=True, kw_only=True):
    """Record a session; the result is the recording's identifier."""

    session_id: Name
    key: Key


class StopRecording(Command, frozen=True, kw_only=True):
    """End a recording and make its file; the result, a `RecordingFile`, may take minutes."""

    session_id: Name


class ListRecordings(Command, frozen=True, kw_only=True):
    """Say of which sessions there are recordings that were not acknowledged; the result is a list of them."""


class RecoverRecordings(Command, frozen=True, kw_only=True):
    """Close what a killed node left; the result is a list of `RecordingFile`, of those whose session has a key here."""

    keys: dict[Name, Key]


class AcknowledgeRecording(Command, frozen=True, kw_only=True):
    """A recording has joined its case; the result is whether this node has it."""

    recording: RecordingFile


RecordingCommand = StartRecording | StopRecording | ListRecordings | RecoverRecordings | AcknowledgeRecording
PageCommand = SetOnlySound | SetTiles | SetEnded
"""What a page has said of itself."""
ArrangeCommand = Disconnect | OpenSession | CloseSession | Admit | Pin | Hold | Whisper | Release | PageCommand
CallCommand = Connect | RestartIce | WatchCamera | ArrangeCommand
AnyCommand = CallCommand | RecordingCommand


class NodeLoad(msgspec.Struct, frozen=True, kw_only=True):
    """How busy a node is."""

    statistics: MediaStatistics
    cpu: float
    """Share of one core that the process took since the report before, 0..1 and more with threads."""
    packets_per_second: float
    """Of media, received and sent."""
    capacity: int
    """Participants that it holds at most."""
    draining: bool
    """Whether it takes no new sessions and ends with its last."""


class Message(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Something that a node says."""


class Welcome(Message, frozen=True, kw_only=True):
    """The first message: everything there is."""

    version: str
    snapshot: Snapshot
    recordings: dict[str, RecordingState]
    """What is being recorded in each session, and how that is doing."""
    load: NodeLoad


class Done(Message, frozen=True, kw_only=True):
    """A command was carried out."""

    id: int
    result: msgspec.Raw


class Refused(Message, frozen=True, kw_only=True):
    """A command was not carried out; nothing has changed."""

    id: int
    code: str
    parameters: dict[str, str]


class Changed(Message, frozen=True, kw_only=True):
    """A participant's connection or its slots are different now."""

    view: ParticipantView


AnyMediaEvent = (
    ParticipantConnected | ParticipantDisconnected | SlotsChanged | SourceStarted | SourceStopped | QualityChanged
)


class Happened(Message, frozen=True, kw_only=True):
    """An event of the media server."""

    event: AnyMediaEvent


AnyRecordingEvent = RecordingStarted | SegmentClosed | RecordingFailed | RecordingResumed | RecordingClosed


class Recorded(Message, frozen=True, kw_only=True):
    """An event of the node's recorder."""

    event: AnyRecordingEvent


class Reported(Message, frozen=True, kw_only=True):
    """The node's load, once a second and when it begins to drain."""

    load: NodeLoad


AnyMessage = Welcome | Done | Refused | Changed | Happened | Recorded | Reported


class NodeRefused(Refusal):
    """A node refused with a code that is not known here, or did not understand: it is of another version."""

    code = "node_refused"
    status = 503
    zh = "媒体节点拒绝了请求，请稍后再试；如仍不行，请联系管理员。"
    en = "The media node refused the request. Please try again; ask an administrator if it goes on."


_REFUSALS: tuple[type[Refusal], ...] = (
    SdpInvalid,
    MediaFull,
    ParticipantUnknown,
    SessionFull,
    CamerasFull,
    RecordingUnknown,
    RecordingNotClosed,
)


def refused(identifier: int, refusal: Refusal) -> Refused:
    """The refusal as it is sent."""
    parameters = {name: str(value)[:500] for name, value in refusal.parameters.items()}
    return Refused(id=identifier, code=refusal.code, parameters=parameters)


def refusal_of(answer: Refused) -> Refusal:
    """The refusal as it was raised."""
    for kind in _REFUSALS:
        if kind.code == answer.code:
            return kind(**answer.parameters)
    problem = answer.parameters.get("problem", "")
    # For whoever runs the nodes; people at a counter are told what they can do.
    _log.warning("node_refused", code=answer.code, problem=problem)
    return NodeRefused(problem=problem or answer.code)


def encode(message: AnyCommand | AnyMessage) -> str:
    """A command or a message as JSON."""
    return msgspec.json.encode(message, enc_hook=str).decode()


def path_hook(kind: type, value: object) -> object:
    """What JSON does not know: paths; for msgspec's `dec_hook`."""
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError(kind)
