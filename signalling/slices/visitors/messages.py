"""Inviting visitors, and how they come in."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, Identifier, Moment, Name, ShortText, TicketState, Value
from signalling.wire.views import View

KeptState = Literal["held", "released", "booked", "checked_in", "cancelled", "missed"]


class InviteVisitor(Command, frozen=True, kw_only=True):
    """Makes a link for somebody without an account, for one item of the clerk's business; answers `VisitorInvited`."""

    name: Name
    organisation: ShortText
    wish: ShortText
    item_id: Identifier
    days: Annotated[int, Meta(ge=1, le=30)]
    """How long the link is good."""

    def __post_init__(self) -> None:
        """The same name, typed anywhere, is the same text: composed (NFC), without space around it."""
        msgspec.structs.force_setattr(self, "name", unicodedata.normalize("NFC", self.name).strip())


class VisitorInvited(msgspec.Struct, frozen=True, kw_only=True):
    """The link, from the service's own address, and a code to type instead; both are told this once."""

    visitor_id: str
    link: str
    ends_at: Moment
    visit_code: str
    visit_code_ends_at: Moment


class MakeVisitCode(Command, frozen=True, kw_only=True):
    """Makes a new code for a visitor of one's own, in place of the former one; answers `VisitCodeMade`."""

    visitor_id: Identifier


class VisitCodeMade(msgspec.Struct, frozen=True, kw_only=True):
    """A code that is good once, until then."""

    visit_code: str
    ends_at: Moment


class EndInvitation(Command, frozen=True, kw_only=True):
    """Ends a link of one's own; who came by it is out at once."""

    visitor_id: Identifier


class InvitationView(Value, frozen=True, kw_only=True):
    """An invitation that has not ended, and the ticket that the visitor has or had last."""

    visitor_id: str
    name: str
    organisation: str
    wish: str
    item_name: Bilingual
    made_at: Moment
    ends_at: Moment
    ticket_number: str | None
    ticket_state: TicketState | None


class InvitationsView(View, frozen=True, kw_only=True):
    """The clerk's own invitations, the newest first."""

    invitations: list[InvitationView]


class EntranceBody(Value, frozen=True, kw_only=True):
    """The secret of a link."""

    link: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]


class VisitCodeBody(Value, frozen=True, kw_only=True):
    """A code as somebody types it, perhaps with spaces and in small letters."""

    visit_code: Annotated[str, Meta(min_length=1, max_length=30)]


class VisitLinkBody(Value, frozen=True, kw_only=True):
    """The secret of a link, for `visit-entrance`."""

    link: str


class KeptAppointmentBody(Value, frozen=True, kw_only=True):
    """The appointment that a visit is for; `starts` is on the wall of the hall, at the site of `place_name`.

    One that is `held` is offered to the visitor until `answer_by`.
    """

    number: str
    state: KeptState
    starts: str
    at: Moment
    minutes: int
    place_name: Bilingual
    by_link: bool
    """Kept by video, from wherever the visitor is."""
    answer_by: Moment | None
    last_offer: bool
    """Who lets the time pass that is held is off the waiting list."""
    moves: bool
    """Whether it can be given another time by the link."""
    checks_in_from: Moment
    checks_in_until: Moment


class VisitBody(Value, frozen=True, kw_only=True):
    """What the visitor is invited for."""

    name: str
    organisation: str
    wish: str
    item_id: str
    item_name: Bilingual
    site_name: Bilingual
    ends_at: Moment
    appointment: KeptAppointmentBody | None
    begun: bool
    """Whether the visitor has taken a ticket today, or one that is not over: the page then waits for what it is at."""
