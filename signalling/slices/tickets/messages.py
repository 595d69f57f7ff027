"""Taking a ticket and waiting with it, at the point."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from signalling.wire.commands import Command
from signalling.wire.values import (
    Acting,
    Applicant,
    Bilingual,
    FieldText,
    FilledField,
    Identifier,
    Moment,
    Place,
    SaidText,
    StaffView,
    Value,
)
from signalling.wire.views import HallView, SessionView, TicketView, View


class TakeTicket(Command, frozen=True, kw_only=True):
    """Takes a ticket for an item with the answers to its situation questions; answers `TicketTaken`.

    `fields` are those of the application form that hold something. A visitor says in `wish` what they want.
    """

    item_id: Identifier
    options: Annotated[list[Identifier], Meta(max_length=40)]
    applicant: Applicant
    consent_to_recording: bool
    fields: Annotated[list[FilledField], Meta(max_length=40)] = msgspec.field(default_factory=list)
    wish: FieldText = ""
    acting: Acting | None = None
    """Who acts for the applicant, where it is somebody else; the case begins with their mandate as a draft."""


class TicketTaken(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `take_ticket`."""

    ticket_id: str
    number: str


class CancelTicket(Command, frozen=True, kw_only=True):
    """Gives the ticket back before a clerk has taken it."""

    ticket_id: Identifier


class ReinstateTicket(Command, frozen=True, kw_only=True):
    """Has a ticket wait again at its old place whose resident was not there when it was called."""

    ticket_id: Identifier


class EnterCall(Command, frozen=True, kw_only=True):
    """Says that the point's page is in the call: the ticket goes from called to serving."""

    ticket_id: Identifier


class EndCall(Command, frozen=True, kw_only=True):
    """Ends the call from the applicant's side: the ticket is completed, and its matter does not count as settled."""

    ticket_id: Identifier


class WaitBody(Value, frozen=True, kw_only=True):
    """The place that a ticket would have if it were taken now; without minutes while nobody on duty can serve it."""

    place: Place


class TellWaiting(Command, frozen=True, kw_only=True):
    """Writes to the resident of a ticket that waits in the clerk's queue, or that the clerk calls just now."""

    ticket_id: Identifier
    text: SaidText


class ToldView(Value, frozen=True, kw_only=True):
    """What a clerk wrote to who waits; `number` counts them from 1."""

    number: int
    name: str
    text: str
    at: Moment


class ClosedView(Value, frozen=True, kw_only=True):
    """No window is open that may serve the ticket."""

    opens_at: Moment | None
    """When the first of them opens by its hours; null while hours say that one is open already."""


class PointView(View, frozen=True, kw_only=True):
    """All that the point's page shows besides the case."""

    staff: StaffView
    ticket: TicketView | None
    session: SessionView | None
    case_id: str | None
    still_requested: str | None
    """The material that the clerk wants photographed now."""
    halls: list[HallView]
    told: list[ToldView]
    """The newest messages of clerks to the ticket's resident, the oldest first."""
    passed_on: Bilingual | None
    """Where a clerk gave the ticket on to, while it waits there."""
    closed: ClosedView | None
    """While the ticket waits and no window is open for it."""
