"""The media of a call."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, field

from signalling.slices.calls.sendings import Paused
from signalling.wire.commands import Command
from signalling.wire.values import CameraState, GuestKind, Share, SlotKind, SlotSource, SourceKind, Value
from signalling.wire.views import View


class SetOnlySound(Command, frozen=True, kw_only=True):
    """Asks for no video of others in this session, or for video again: both faces may."""

    only_sound: bool


Ended = Literal["document", "screen"]


class TellSending(Command, frozen=True, kw_only=True):
    """Says what the page's person keeps back, of which the other side is told, and what the page has ended."""

    paused: Annotated[list[Paused], Meta(max_length=2)]
    ended: Annotated[list[Ended], Meta(max_length=2)] = field(default_factory=list)
    """Pictures that are shown at times, and no longer are: their tiles are free at once, whatever still comes."""


class Tile(Value, frozen=True, kw_only=True):
    """A receive slot on the page's screen."""

    mid: Annotated[str, Meta(max_length=16)]
    width: Annotated[int, Meta(ge=0, le=16_384)]
    """Pixels of the screen that its picture is wide; 0 while it is hidden."""


class TellTiles(Command, frozen=True, kw_only=True):
    """Says how large the page shows what it receives: less is sent of what is small, nothing of what is hidden.

    What is not named is sent as large as it can be, and so is what a slot shows anew.
    """

    tiles: Annotated[list[Tile], Meta(max_length=16)]


class PinPerson(Command, frozen=True, kw_only=True):
    """Keeps somebody in view for the page's person, whoever speaks, as long as the call lasts; null ends it."""

    member: Annotated[str, Meta(max_length=40)] | None


Seconds = Annotated[float, Meta(ge=0, le=60)]


class ReportReception(Command, frozen=True, kw_only=True):
    """Tells how the page's browser fared in the last ten seconds of a call; only sums over pages are kept."""

    round_trip: Seconds | None
    """Null until the browser knows it; this and the next three are worst values."""
    loss_up: Share
    """Of packets, on the way to the server."""
    loss_down: Share
    jitter: Seconds
    freezes: Annotated[int, Meta(ge=0, le=1000)]
    """Of video."""
    frozen: Seconds
    """How long all of them lasted together."""
    concealed: Share
    """Of sound that did not come in time and was made up."""


PartyFace = Literal["point", "window"]
"""The faces of those whose ticket it is."""


class SlotView(Value, frozen=True, kw_only=True):
    """What a receive slot of the page's peer connection shows now."""

    mid: str
    kind: SlotKind
    participant_name: str | None
    participant_role: PartyFace | None
    guest: GuestKind | None
    """As what whom it shows is in the call, where they are none of its parties."""
    member: str | None
    """What whom it shows is called in the session, as in `PersonView`; null for cameras and standard clients."""
    source: SlotSource | None
    paused: list[Paused]
    """What whom it shows keeps back by their own choice."""
    surface: str | None
    """What the picture is called where it is drawn on; null for what nobody's page sends."""


class CameraShown(Value, frozen=True, kw_only=True):
    """A camera of the service's own that the page looks through, and how it does."""

    camera_id: str
    state: CameraState


class PersonView(Value, frozen=True, kw_only=True):
    """Somebody else who takes part in the call, whether or not a slot of the page shows them."""

    member: str
    """What they are called in the session."""
    name: str | None
    role: PartyFace | None
    guest: GuestKind | None
    """As in `SlotView`."""
    paused: list[Paused]
    """What they keep back by their own choice."""
    unheard: bool
    """Whether they speak now and the page does not hear them, since others speak and its slots are few."""
    pinned: bool
    """Whether the page's person keeps them in view."""


class SlotsView(View, frozen=True, kw_only=True):
    """The page's slots, who is in the call, and how the other side is doing."""

    admitted: bool
    slots: list[SlotView]
    people: list[PersonView]
    """Everybody else who takes part: the parties, then the others in the order in which they came."""
    other_side: Literal["absent", "connected", "weak", "lost"]
    other_paused: list[Paused]
    """What the other side keeps back by its own choice."""
    whispering: list[str]
    """Names of the supervisors whom the page's person alone hears."""
    video: Literal["all", "smaller", "papers", "none"]
    """What the page's own link carries over and above sound: papers and screens last longer than faces."""
    only_sound: bool
    """The page has asked for no video."""
    sizes: bool
    """The page is to send its camera in two sizes: three or more are seen in the call."""
    camera: CameraShown | None


class MediaOfferBody(Value, frozen=True, kw_only=True):
    """The page's offer: which m-line sends what, and which receives what."""

    sdp: Annotated[str, Meta(max_length=120_000)]
    sources: dict[str, SourceKind]
    slots: dict[str, SlotKind]


class IceServer(Value, frozen=True, kw_only=True):
    """A STUN or TURN server to use."""

    urls: list[str]
    username: str
    credential: str


class MediaAnswerBody(Value, frozen=True, kw_only=True):
    """The media server's answer, and what to set before looking for paths."""

    sdp: str
    ice_servers: list[IceServer]
    relay_only: bool
