"""What a page shows: each event carries one whole view, so a page redraws from it and never adds up changes."""

from __future__ import annotations

from typing import Literal

import msgspec

from signalling.protocol.commands import snake_case
from signalling.protocol.values import (
    Bilingual,
    CameraState,
    Capture,
    ClerkState,
    ClerkStatus,
    CreditReason,
    DocumentState,
    Mark,
    MaterialState,
    Moment,
    Outcome,
    Place,
    SlotKind,
    SlotSource,
    StaffView,
    TicketState,
    Value,
    WindowState,
)


class TicketView(Value, frozen=True, kw_only=True):
    """A ticket; `place` is null once it is called."""

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
    room: Literal["off", "on", "refused"] | None
    """The camera in the point's room; null where there is none."""


class HallView(Value, frozen=True, kw_only=True):
    """A hall that the point may look into while it waits."""

    camera_id: str
    name: Bilingual


class PointView(Value, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """All that the point's page shows besides the case."""

    staff: StaffView
    ticket: TicketView | None
    session: SessionView | None
    case_id: str | None
    still_requested: str | None
    """The material that the clerk wants photographed now."""
    halls: list[HallView]


class WindowView(Value, frozen=True, kw_only=True):
    """A window that the clerk may open."""

    window_id: str
    name: Bilingual
    state: WindowState
    within_hours: bool


class OfferView(Value, frozen=True, kw_only=True):
    """A ticket that rings at the clerk's desk until `until`."""

    offer_id: str
    until: Moment
    ticket: TicketView


class WaitingView(Value, frozen=True, kw_only=True):
    """One card of the queue; `credit_from`, and then `ticket_id`, orders it."""

    ticket_id: str
    number: str
    item_name: Bilingual
    site_name: Bilingual
    taken_at: Moment
    credit_from: Moment
    credit_reasons: list[CreditReason]


class DeskView(Value, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """All that the clerk's page shows besides the queue and the case."""

    staff: StaffView
    windows: list[WindowView]
    window_id: str | None
    status: ClerkStatus
    state: ClerkState
    wrap_up_until: Moment | None
    offer: OfferView | None
    ticket: TicketView | None
    session: SessionView | None
    case_id: str | None
    served_today: int


class QueueView(Value, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """A change of the queue that the clerk may serve: its first cards.

    With `whole` it is all of `changed`; else `changed` are cards that are new or others, and `gone` those that are
    there no longer, by ticket. `version` counts the changes from 1; who misses one connects anew.
    """

    version: int
    whole: bool
    changed: list[WaitingView]
    gone: list[str]
    waiting: int
    """How many wait, cards or not."""
    longest_since: Moment | None
    """When the first of them took the ticket."""


class CallView(Value, frozen=True, kw_only=True):
    """A ticket that a clerk has in hand, and its session."""

    ticket: TicketView
    session: SessionView


class FloorView(Value, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """A supervisor's own state."""

    staff: StaffView
    listening_to: str | None
    """The ticket whose call the page is in."""


class CallsView(Value, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """A change of the list of calls at the supervisor's sites; as in `QueueView`, with `gone` by ticket."""

    version: int
    whole: bool
    changed: list[CallView]
    gone: list[str]


CaseState = Literal["open", "decided", "closed", "held", "destroyed"]
DocumentKind = Literal["form", "uploaded", "notice", "receipt"]
Verdict = Literal["good", "usable", "poor"]


class Finding(Value, frozen=True, kw_only=True):
    """What the imaging noticed about a page, and what to do about it."""

    code: str
    text: Bilingual


class PageView(Value, frozen=True, kw_only=True):
    """One page; the addresses are for this origin and ask for the access token."""

    page_id: str
    number: int
    image_url: str
    thumbnail_url: str
    width: int
    height: int
    verdict: Verdict
    findings: list[Finding]
    capture: Capture
    delivered_at: Moment
    replaced: bool


class ReviewView(Value, frozen=True, kw_only=True):
    """The clerk's last word on a material."""

    verdict: Literal["accepted", "rejected"]
    reason: str | None
    reason_text: Bilingual | None
    note: str
    mark: Mark | None
    by: str
    at: Moment


class MaterialView(Value, frozen=True, kw_only=True):
    """A material of the case; `held_by` names the department that holds it already, so it need not be brought."""

    material_id: str
    name: Bilingual
    state: MaterialState
    held_by: Bilingual | None
    note: str
    asked_now: bool
    pages: list[PageView]
    review: ReviewView | None


class DocumentView(Value, frozen=True, kw_only=True):
    """A document of the case: a form, an uploaded PDF or the notice; `page_urls` are pictures of its pages."""

    document_id: str
    kind: DocumentKind
    title: Bilingual
    state: DocumentState
    pdf_url: str
    page_urls: list[str]
    page_hashes: list[str]
    signed_by: str | None
    sealed_at: Moment | None


class DecisionView(Value, frozen=True, kw_only=True):
    """The clerk's decision."""

    outcome: Outcome
    notice: str
    notice_url: str
    by: str
    at: Moment


class AnswerView(Value, frozen=True, kw_only=True):
    """A situation question and the answer given."""

    question: Bilingual
    answer: Bilingual


class HistoryView(Value, frozen=True, kw_only=True):
    """One entry of the case's log, in words."""

    at: Moment
    who: str
    what: Bilingual


class CaseView(Value, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """A whole case file."""

    case_id: str
    number: str
    state: CaseState
    in_hand: bool
    """Whether who looks is the clerk of the case; others read it."""
    item_name: Bilingual
    applicant_name: str
    answers: list[AnswerView]
    materials: list[MaterialView]
    documents: list[DocumentView]
    decision: DecisionView | None
    rating: int | None
    pdf_url: str
    recording_url: str | None
    replay_url: str | None
    evidence_url: str | None
    history: list[HistoryView]


class SlotView(Value, frozen=True, kw_only=True):
    """What a receive slot of the page's peer connection shows now."""

    mid: str
    kind: SlotKind
    participant_name: str | None
    participant_role: Literal["point", "window"] | None
    source: SlotSource | None


class CameraShown(Value, frozen=True, kw_only=True):
    """A camera of the house's own that the page looks through, and how it does."""

    camera_id: str
    state: CameraState


class SlotsView(Value, frozen=True, kw_only=True, tag_field="type", tag=snake_case):
    """The page's slots and how the other side is doing."""

    admitted: bool
    slots: list[SlotView]
    other_side: Literal["absent", "connected", "weak", "lost"]
    pictures: Literal["all", "smaller", "papers", "none"]
    """What the page's own link carries over and above sound: papers and screens last longer than faces."""
    only_sound: bool
    """The page has asked for no pictures."""
    camera: CameraShown | None


View = PointView | DeskView | QueueView | FloorView | CallsView | CaseView | SlotsView


class Done(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="done"):
    """A command was carried out."""

    id: int
    result: object


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="refused"):
    """A command was not carried out, and nothing has changed.

    Only with the code `internal_error` part of it may have been done; `reference` finds what happened in the log then.
    """

    id: int
    code: str
    message: str
    reference: str | None = None


class ViewFailed(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="failed"):
    """A topic's view cannot be made, by a fault of the server; it is tried again when the view changes."""

    topic: str
    code: str
    message: str
    reference: str


class ViewEvent(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="event"):
    """A view has changed; `sequence` grows by one for each event of a connection."""

    topic: str
    sequence: int
    data: View


ServerMessage = Done | Refused | ViewEvent | ViewFailed
