"""Inviting somebody from outside into a call, and letting them in."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, Identifier, Moment, Name, TicketState, Value
from signalling.wire.views import SessionView, View

LINK = "/guest#"
"""Where a link leads; its secret follows. What is behind `#` is sent to no server and stands in no log."""

GuestPart = Literal["interpreter", "sign_interpreter", "relative", "helper"]
"""As what somebody from outside takes part."""
_Secret = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$")]


class InviteGuest(Command, frozen=True, kw_only=True):
    """Makes a link into the call of the ticket in hand for one person from outside; answers `GuestInvited`."""

    ticket_id: Identifier
    name: Name
    part: GuestPart

    def __post_init__(self) -> None:
        """The same name, typed anywhere, is the same text: composed (NFC), without space around it."""
        msgspec.structs.force_setattr(self, "name", unicodedata.normalize("NFC", self.name).strip())


class GuestInvited(msgspec.Struct, frozen=True, kw_only=True):
    """The link, from the service's own address; it is told this once."""

    guest_id: str
    link: str
    ends_at: Moment


class AdmitGuest(Command, frozen=True, kw_only=True):
    """Lets a guest who waits into the call."""

    guest_id: Identifier


class RemoveGuest(Command, frozen=True, kw_only=True):
    """Ends a link; who came by it is out at once."""

    guest_id: Identifier


class AskToJoin(Command, frozen=True, kw_only=True):
    """Says that the guest is ready; from now on the link is good in this browser alone."""


class LeaveCall(Command, frozen=True, kw_only=True):
    """Leaves the call, or the lobby; to come back the guest asks again."""


class InviteeView(Value, frozen=True, kw_only=True):
    """Somebody from outside for whom there is a link into the call in hand."""

    guest_id: str
    name: str
    part: GuestPart
    state: Literal["invited", "waiting", "admitted"]
    ends_at: Moment


class InviteesView(View, frozen=True, kw_only=True):
    """The guests from outside of the call in hand, the oldest first."""

    guests: list[InviteeView]


class OutsideView(View, frozen=True, kw_only=True):
    """What a guest from outside is shown: nothing of the case. What is of the call is null until they are let in."""

    name: str
    part: GuestPart
    state: Literal["invited", "waiting", "admitted"]
    clerk_name: str
    site_name: Bilingual
    ends_at: Moment
    ticket_state: TicketState | None
    session: SessionView | None


class GuestEntranceBody(Value, frozen=True, kw_only=True):
    """The secret of a link, and a key by which the browser tells itself from others."""

    link: _Secret
    browser: _Secret
