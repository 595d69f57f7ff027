"""The bodies of HTTP requests and answers under `/api/v1`."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from document_relay.case_core.strokes import MOST_POINTS
from signalling.protocol.values import (
    AccessReason,
    Bilingual,
    Face,
    Identifier,
    Moment,
    Outcome,
    ShortText,
    SlotKind,
    SourceKind,
    StaffView,
    Value,
)


class Nothing(Value, frozen=True, kw_only=True):
    """An empty body."""


class ProblemBody(Value, frozen=True, kw_only=True):
    """A refusal: a stable code and a sentence in the language of `Accept-Language`.

    With the code `internal_error`, `reference` finds what happened in the log.
    """

    code: str
    message: str
    reference: str | None = None


class SignInBody(Value, frozen=True, kw_only=True):
    """Account and password."""

    account: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class ChangePasswordBody(Value, frozen=True, kw_only=True):
    """Account, the password so far, and the one from now on."""

    account: Annotated[str, Meta(min_length=1, max_length=100)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    new_password: Annotated[str, Meta(min_length=1, max_length=200)]


class SignedInBody(Value, frozen=True, kw_only=True):
    """Who is signed in, and the access token; the renewal token travels in a cookie."""

    access_token: str
    expires_at: Moment
    staff: StaffView
    face: Face


class ItemSummary(Value, frozen=True, kw_only=True):
    """An item in a list of results."""

    item_id: str
    name: Bilingual
    department: Bilingual
    expected_minutes: int


class ItemsBody(Value, frozen=True, kw_only=True):
    """Items found, best first; without words, the items most asked for."""

    items: list[ItemSummary]


class OptionBody(Value, frozen=True, kw_only=True):
    """One answer to a situation question."""

    option_id: str
    label: Bilingual


class SituationBody(Value, frozen=True, kw_only=True):
    """A question that decides which papers are needed."""

    situation_id: str
    question: Bilingual
    options: list[OptionBody]


class RequiredMaterialBody(Value, frozen=True, kw_only=True):
    """A paper of an item; one that a department holds already need not be brought."""

    material_id: str
    name: Bilingual
    held_by: Bilingual | None


class ItemBody(Value, frozen=True, kw_only=True):
    """An item with its questions."""

    item_id: str
    name: Bilingual
    department: Bilingual
    expected_minutes: int
    situations: list[SituationBody]


class MaterialsBody(Value, frozen=True, kw_only=True):
    """The papers of an item under the chosen answers."""

    materials: list[RequiredMaterialBody]


class MediaOfferBody(Value, frozen=True, kw_only=True):
    """The page's offer: which m-line sends what, and which receives what."""

    sdp: Annotated[str, Meta(max_length=60_000)]
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


class StrokePoint(Value, frozen=True, kw_only=True):
    """A pen point: shares of the pad's width and height, pressure 0 to 1, milliseconds from the first point."""

    x: float
    y: float
    p: float
    t: float


class StrokesBody(Value, frozen=True, kw_only=True):
    """A signature as it was drawn."""

    strokes: Annotated[list[Annotated[list[StrokePoint], Meta(max_length=MOST_POINTS)]], Meta(max_length=1000)]
    width: Annotated[float, Meta(gt=0, le=10_000)]
    height: Annotated[float, Meta(gt=0, le=10_000)]
    device: Literal["mouse", "pen", "touch"]
    shown_pages: Annotated[list[ShortText], Meta(max_length=100)]
    """SHA-256 of each page picture that was shown, in order."""


class CaseSummary(Value, frozen=True, kw_only=True):
    """A case file in a list."""

    case_id: Identifier
    number: str
    item_name: Bilingual
    applicant_name: str
    opened_at: Moment
    outcome: Outcome | None
    rating: int | None
    granted_until: Moment | None
    """When a case of others may no longer be read; null where it is the person's own."""


class CasesBody(Value, frozen=True, kw_only=True):
    """The case files that the person took or served, and those of others that may be read; newest first."""

    cases: list[CaseSummary]


class CaseAccessBody(Value, frozen=True, kw_only=True):
    """Asks to read a case of others, by its id or number, and says why; with `other` the note says it."""

    case: Identifier
    reason: AccessReason
    note: ShortText


class CaseAccessGrantedBody(Value, frozen=True, kw_only=True):
    """The case, and until when it may be read; null for the people of the case."""

    case_id: Identifier
    until: Moment | None


class DocumentMadeBody(Value, frozen=True, kw_only=True):
    """A PDF that joined the case."""

    document_id: Identifier


class SpanBody(Value, frozen=True, kw_only=True):
    """A part of a recording, in its seconds."""

    start: float
    end: float


class ThumbnailBody(Value, frozen=True, kw_only=True):
    """A small picture of a moment of a recording, in its seconds."""

    at: float
    url: str


class ReplayTrackBody(Value, frozen=True, kw_only=True):
    """One camera, microphone, document camera or screen; second 0 of its file is second `start` of the recording.

    Its source sent between the seconds of `sent`. The file is served with ranges, to the cookie of the sign-in. A
    device that joined by WHIP has neither name nor role.
    """

    kind: SourceKind
    name: str | None
    role: Literal["point", "window"] | None
    url: str
    media_type: str
    start: float
    end: float
    sent: list[SpanBody]
    thumbnails: list[ThumbnailBody]


class HoleBody(SpanBody, frozen=True, kw_only=True):
    """Where something of a track is missing; of all tracks where `track` is null."""

    track: int | None
    reason: Literal["lost", "disk_full", "disk_failed", "disk_slow"]


class ReplayBody(Value, frozen=True, kw_only=True):
    """One recording, to be played track beside track; times are seconds from `started`."""

    recording_id: Identifier
    started: Moment
    duration: float
    tracks: list[ReplayTrackBody]
    holes: list[HoleBody]


class ReplaysBody(Value, frozen=True, kw_only=True):
    """The recordings of a case in order: more than one when the service was restarted in mid-call."""

    recordings: list[ReplayBody]


class ReadyBody(msgspec.Struct, frozen=True, kw_only=True):
    """Whether new people should be sent to this process, and the reasons that `/healthz` gives."""

    ready: bool
    reasons: list[str]


class HealthBody(msgspec.Struct, frozen=True, kw_only=True):
    """How the service is."""

    status: Literal["ok", "degraded"]
    reasons: list[str]
    """Why it is degraded, as codes; empty when it is not."""
    warnings: list[str]
    """What will degrade it soon, as codes."""
    version: str
    database: Literal["ok", "down"]
    """What a real write says."""
    outbox_age_seconds: float
    """How long the first event that waits to be told has waited."""
    disk_free_bytes: int
    disk_reserve_bytes: int
    """With less free, uploads are refused."""
    set_aside: int
    """Rows and files that could not be used since the start; `cloud-window doctor` names them."""
    media: Literal["ok", "down"]
    recording: Literal["ok", "paused"]
    """paused: a disk is full, failed or too slow, so that of some session nothing is stored just now."""
    sessions: int
    participants: int
    resident_memory_bytes: int
