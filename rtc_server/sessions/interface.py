"""What the media server is told and what it tells: values, events, and the port of a recorder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from foundation.events import Event
from rtc_server.cameras.values import Camera, CameraState
from rtc_server.media_core.packet import Packet
from rtc_server.sessions.media_statistics import MediaStatistics


class SourceKind(StrEnum):
    """What a participant sends."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    DOCUMENT = "document"
    SCREEN = "screen"
    HALL = "hall"
    """A camera of the service's own over a hall, which no participant sends."""
    ROOM = "room"
    """The same in the room of a party."""


class SlotKind(StrEnum):
    """What a participant's receive slot is for."""

    VOICE = "voice"
    FACE = "face"
    DOCUMENT = "document"
    SCREEN = "screen"


MEMBERS = 16
"""Of a session at most, without the watchers."""
WATCHERS = 8
"""Of a session at most: four supervisors who listen, and four who receive by WHEP; they take no party's place."""


class MemberRole(StrEnum):
    """What a member of a session may do."""

    PARTY = "party"
    """Sends and receives."""
    ASIDE = "aside"
    """Sends and receives as a party does, and nothing of it is recorded."""
    WATCHER = "watcher"
    """Receives only: it takes nobody's seat, and nothing of it is forwarded or recorded, but what it whispers.

    Who may watch, and that the parties are told, is the service's affair.
    """


@dataclass(frozen=True, kw_only=True)
class MediaSettings:
    """Where the media port is and what a single peer may take; port 0 lets the system choose."""

    host: str = "::"
    """IPv4 and IPv6; "0.0.0.0" for IPv4 alone."""
    port: int = 8189
    advertised: tuple[str, ...] = ()
    """Addresses told to browsers; empty means every address of this machine."""
    participants: int = 1000
    """Peer connections held at once; one more is refused with `media_full`."""
    packets_per_second: int = 10_000
    """From one address; what is over is dropped unread."""
    silence_seconds: float = 5.0
    """Without a packet for so long a participant counts as disconnected."""
    consent_seconds: float = 30.0
    """Without a check for so long nothing is sent any more (RFC 7675)."""
    keep_seconds: float = 90.0
    """Without a check for so long the transport is given up; a peer that is back earlier goes on with it."""


@dataclass(frozen=True, kw_only=True)
class MediaOffer:
    """A browser's offer, and what its media lines are for, by mid."""

    sdp: str
    sources: Mapping[str, SourceKind]
    slots: Mapping[str, SlotKind]


@dataclass(frozen=True, kw_only=True)
class MediaAnswer:
    """The server's answer, complete: there are no candidates to trickle."""

    sdp: str


@dataclass(frozen=True, kw_only=True)
class IceRestart:
    """New credentials for a connection, and the candidate lines of its answer."""

    ufrag: str
    password: str
    candidates: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SlotView:
    """What a receive slot shows now; both None when it shows nothing."""

    mid: str
    kind: SlotKind
    participant_id: str | None
    source: SourceKind | None


class VideoLevel(StrEnum):
    """How much of others' video a participant is sent, over and above their sound."""

    ALL = "all"
    SMALLER = "smaller"
    """Faces in fewer points than they are sent in."""
    PAPERS = "papers"
    """Papers and screens, no faces."""
    NONE = "none"


@dataclass(frozen=True, kw_only=True)
class LiveView:
    """The camera that a participant watches, and how that does."""

    camera_id: str
    state: CameraState


@dataclass(frozen=True, kw_only=True)
class ParticipantView:
    """A participant that has a connection."""

    participant_id: str
    up: bool
    """Whether media can reach it."""
    slots: tuple[SlotView, ...]
    video_level: VideoLevel
    live_view: LiveView | None = None
    unheard: tuple[str, ...] = ()
    """Who speaks and is in none of its slots, since others are."""


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Everybody who has a connection, and who is admitted into each open session, in order of admission."""

    participants: tuple[ParticipantView, ...]
    sessions: Mapping[str, Mapping[str, MemberRole]]


CodecName = Literal["opus", "VP8", "H264", "VP9"]


@dataclass(frozen=True, kw_only=True)
class SourceInfo:
    """One stream that a participant sends, as a recorder needs it; a new connection makes a new one."""

    session_id: str
    participant_id: str
    kind: SourceKind
    codec: CodecName
    clock_rate: int
    """Timestamp units in a second: 48000 or 90000."""
    channels: int
    """2 for opus, 0 for video."""
    payload_type: int
    ssrc: int


class PacketSink(Protocol):
    """A subscriber to everything admitted into a session; called on the loop, must neither block nor keep a queue."""

    def packet(self, source: SourceInfo, packet: Packet, arrival: float) -> None:
        """One plain RTP packet as it came, retransmissions unwrapped; `arrival` in monotonic seconds.

        Its memory is the sink's for this call only: what is kept is copied.
        """
        ...

    def sender_report(self, source: SourceInfo, ntp: float, timestamp: int, arrival: float) -> None:
        """The source's own clock: its NTP time in seconds since 1900 at an RTP timestamp (RFC 3550 §6.4.1)."""
        ...

    def ended(self, source: SourceInfo) -> None:
        """The source sends no more in this session: it stopped, left, or was replaced by a new connection."""
        ...


class Attachment(Protocol):
    """A sink's place in a session."""

    def request_key_frame(self, source: SourceInfo) -> None:
        """Asks the sender for a key frame, at most one in 300 ms for each source, repeated until it comes."""
        ...

    def detach(self) -> None:
        """Ends the subscription; calling it again does nothing."""
        ...


class MediaEvent(Event, frozen=True, kw_only=True):
    """Something that happened on the media plane."""

    participant_id: str


class ParticipantConnected(MediaEvent, frozen=True, kw_only=True):
    """The participant's transport is up: the first time, or again after `ParticipantDisconnected`."""


DisconnectReason = Literal["silent", "expired", "closed", "replaced", "handshake_failed", "moved", "node_lost"]


class ParticipantDisconnected(MediaEvent, frozen=True, kw_only=True):
    """No media can reach the participant.

    silent: nothing came for `silence_seconds`, it may come back by itself; expired: it did not in `keep_seconds`;
    closed: the browser or the service closed it; replaced: it connected anew; moved: its session lives on another node,
    so it is to connect anew; node_lost: the node that it was connected to is gone.
    """

    reason: DisconnectReason


class SlotsChanged(MediaEvent, frozen=True, kw_only=True):
    """A slot of the participant shows something else, its link carries more or less, or its camera does otherwise.

    Or others speak whom it does not hear. `slots`, `unheard`, `video_level` and `live_view` of `MediaPlane` have what.
    """


class SourceStarted(MediaEvent, frozen=True, kw_only=True):
    """The first packet of a source came."""

    source: SourceKind


class SourceStopped(MediaEvent, frozen=True, kw_only=True):
    """A source sent nothing for three seconds, or its connection ended."""

    source: SourceKind


class QualityChanged(MediaEvent, frozen=True, kw_only=True):
    """How the participant's link does, at most every two seconds and only when it differs."""

    loss_up: float
    """Share of packets lost on the way to the server, 0..1, of the worst stream."""
    loss_down: float
    """The same on the way to the participant, by its own reports."""
    rtt: float | None
    """Seconds; None until a report came back."""
    jitter: float
    """Seconds, of what arrives at the server (RFC 3550 §6.4.1)."""

    @property
    def loss(self) -> float:
        """The worse of both directions."""
        return max(self.loss_up, self.loss_down)


class MediaPlane(Protocol):
    """The media server as the service uses it: in this process (`MediaServer`) or in others (`MediaNodes`).

    What is told to it takes effect in the order told; what follows from it comes as events.
    """

    async def start(self) -> None:
        """Begins to serve; raises OSError when a port is taken."""
        ...

    async def close(self) -> None:
        """Ends what this process holds of it."""
        ...

    @property
    def serving(self) -> bool:
        """Whether a new participant would be taken."""
        ...

    async def connect(self, participant_id: str, offer: MediaOffer) -> MediaAnswer:
        """Answers an offer; again for the same participant it is a reconnect or an ICE restart.

        Raises `SdpInvalid`, `MediaFull`, `MediaUnavailable`.
        """
        ...

    async def restart_ice(self, participant_id: str) -> IceRestart:
        """New credentials for a connection whose client restarts ICE without an offer; raises `ParticipantUnknown`."""
        ...

    def disconnect(self, participant_id: str) -> None:
        """Closes the participant's transport; its place in a session stays until `release`."""
        ...

    def open_session(self, session_id: str) -> None:
        """Opens a session; opening it again does nothing."""
        ...

    def close_session(self, session_id: str) -> None:
        """Releases everybody; an unknown session is already closed."""
        ...

    def admit(self, session_id: str, participant_id: str, role: MemberRole = MemberRole.PARTY) -> None:
        """Forwards between this participant and the others admitted; may be called before `connect`.

        Raises `SessionFull` at the seventeenth, and at the ninth watcher.
        """
        ...

    def pin(self, participant_id: str, others: Sequence[str]) -> None:
        """Keeps these in voice and face slots of the participant, whoever speaks: the first of them in the first ones.

        On a weak link their faces last as long as papers. Of who is admitted; being released ends it.
        """
        ...

    def hold(self, participant_id: str, *, held: bool) -> None:
        """Keeps the participant in slots of everybody else's, whoever speaks, as far as two are left to who does.

        Of who is admitted; being released ends it.
        """
        ...

    def whisper(self, participant_id: str, to: str | None) -> None:
        """Lets one of the others alone hear this watcher's microphone, or nobody; it is not recorded.

        Of who is admitted; being released ends it.
        """
        ...

    def release(self, session_id: str, participant_id: str) -> None:
        """Stops forwarding to and from the participant; the transport stays up."""
        ...

    def gather(self, session_id: str, participant_ids: Iterable[str]) -> None:
        """Says who will be in the session soon, so that they are connected where it will live; admits nobody."""
        ...

    def slots(self, participant_id: str) -> tuple[SlotView, ...]:
        """What each receive slot shows, in the offer's order; empty when not connected."""
        ...

    def unheard(self, participant_id: str) -> Sequence[str]:
        """Who speaks and is in none of the participant's slots; `SlotsChanged` tells of each change."""
        ...

    def video_level(self, participant_id: str) -> VideoLevel:
        """How much of others' video the participant's link carries; `SlotsChanged` tells of each change."""
        ...

    def set_only_sound(self, participant_id: str, only_sound: bool) -> None:
        """Sends the participant no video, or again, while its session lasts; raises `ParticipantUnknown` in none."""
        ...

    def only_sound(self, participant_id: str) -> bool:
        """Whether the participant has asked for no video."""
        ...

    def set_tiles(self, participant_id: str, widths: Mapping[str, int]) -> None:
        """Says how many pixels wide the participant's page shows each slot, by mid; 0 is hidden, and not sent.

        What is not named, or is shown anew, is sent as large as it can be.
        """
        ...

    def set_ended(self, participant_id: str, kinds: Collection[SourceKind]) -> None:
        """Says all that the participant's page has ended: it counts as silent, whatever packets still come of it."""
        ...

    async def watch(self, participant_id: str, camera: Camera | None) -> None:
        """Shows a participant a camera, or no longer: a hall's outside of sessions, in the first face slot.

        A room's is shown within a session, in the last face slot that nobody sits in. The camera is read while somebody
        watches it. Entering or leaving a session ends it. Raises `ParticipantUnknown`, `CamerasFull`,
        `MediaUnavailable`.
        """
        ...

    def live_view(self, participant_id: str) -> LiveView | None:
        """What the participant watches; `SlotsChanged` tells of each change."""
        ...

    def subscribe(self, listener: Callable[[MediaEvent], None]) -> Callable[[], None]:
        """Calls `listener` on the loop for every event; returns the way to stop it."""
        ...

    def statistics(self) -> MediaStatistics:
        """Counts and numbers of now."""
        ...
