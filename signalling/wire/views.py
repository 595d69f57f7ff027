"""What pages show of tickets and sessions, wherever they show it."""

from __future__ import annotations

from typing import Literal

from signalling.wire.commands import snake_case
from signalling.wire.values import Bilingual, GuestKind, Moment, Place, TicketState, Value


class View(Value, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """All of what a topic carries: a page redraws from it and never adds up changes."""


class VisitorView(Value, frozen=True, kw_only=True):
    """From where a visitor comes, and what they said that they want; either may be empty."""

    organisation: str
    wish: str


class TicketView(Value, frozen=True, kw_only=True):
    """A ticket; `place` is null once it is called, `visitor` where the ticket was taken at a point."""

    ticket_id: str
    number: str
    state: TicketState
    item_id: str
    item_name: Bilingual
    applicant_name: str
    site_name: Bilingual
    taken_at: Moment
    place: Place | None
    window_name: Bilingual | None
    clerk_name: str | None
    visitor: VisitorView | None


class GuestView(Value, frozen=True, kw_only=True):
    """Somebody who is in the call beside its parties, seen and heard by everybody."""

    name: str
    kind: GuestKind


class SessionView(Value, frozen=True, kw_only=True):
    """The video session of a ticket; `recording` tells what happens now, `consent` what the resident said."""

    session_id: str
    consent: bool
    recording: bool
    recording_paused: Literal["disk_full", "disk_failed", "disk_slow"] | None
    """Why nothing is stored just now; the call goes on."""
    recording_missing_seconds: int
    """What former pauses have left out."""
    listeners: list[str]
    """Names of the supervisors who listen now."""
    guests: list[GuestView]
    room: Literal["off", "on", "refused"] | None
    """The camera in the point's room; null where there is none."""


class HallView(Value, frozen=True, kw_only=True):
    """A hall that the point may look into while it waits."""

    camera_id: str
    name: Bilingual
