"""Recordings to be played."""

from __future__ import annotations

from typing import Literal

from signalling.wire.values import Identifier, Moment, SourceKind, Value


class SpanBody(Value, frozen=True, kw_only=True):
    """A part of a recording, in its seconds."""

    start: float
    end: float


class ThumbnailBody(Value, frozen=True, kw_only=True):
    """A small picture of a moment of a recording, in its seconds."""

    at: float
    url: str


ReplayRole = Literal["point", "window", "supervisor", "guest"]
"""The faces of those who are recorded; guests from outside are not named."""


class ReplayTrackBody(Value, frozen=True, kw_only=True):
    """One camera, microphone, document camera or screen; second 0 of its file is second `start` of the recording.

    Its source sent between the seconds of `sent`. The file is served with ranges, to the cookie of the sign-in. A
    device that joined by WHIP has neither name nor role.
    """

    kind: SourceKind
    name: str | None
    role: ReplayRole | None
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
