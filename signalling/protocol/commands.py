"""What a page may ask for over its WebSocket; `type` is the class name in snake case.

A page sends `{"type": "take_ticket", "id": 7, …}` and gets `done` or `refused` with the same id.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signalling.protocol.values import (
    ClerkStatus,
    Identifier,
    LongText,
    Mark,
    Name,
    Outcome,
    RatingLevel,
    Share,
    ShortText,
)


def snake_case(name: str) -> str:
    """`TakeTicket` becomes `take_ticket`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag=snake_case):
    """The base of all commands; `id` is the page's own counter and comes back with the answer."""

    id: Annotated[int, Meta(ge=0, le=2**53)]


class Authenticate(Command, frozen=True, kw_only=True):
    """The first message of every connection: says who the page acts for."""

    token: Annotated[str, Meta(max_length=4096)]
    language: Literal["zh-CN", "en"]


class Watch(Command, frozen=True, kw_only=True):
    """Asks for the events of a case; the topics `point`, `desk` and `slots` come without asking."""

    case_id: Identifier


class Unwatch(Command, frozen=True, kw_only=True):
    """Ends a `watch`."""

    case_id: Identifier


class Applicant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The resident beside the worker; the two flags grant waiting credit."""

    name: Name
    over_70: bool
    disabled: bool

    def __post_init__(self) -> None:
        """The same name, typed anywhere, is the same text: composed (NFC), without space around it."""
        msgspec.structs.force_setattr(self, "name", unicodedata.normalize("NFC", self.name).strip())


# The point's commands.


class TakeTicket(Command, frozen=True, kw_only=True):
    """Takes a ticket for an item with the answers to its situation questions; answers `TicketTaken`."""

    item_id: Identifier
    options: Annotated[list[Identifier], Meta(max_length=40)]
    applicant: Applicant
    consent_to_recording: bool


class CancelTicket(Command, frozen=True, kw_only=True):
    """Gives the ticket back before a clerk has taken it."""

    ticket_id: Identifier


class ReinstateTicket(Command, frozen=True, kw_only=True):
    """Has a ticket wait again at its old place whose resident was not there when it was called."""

    ticket_id: Identifier


class EnterCall(Command, frozen=True, kw_only=True):
    """Says that the point's page is in the call: the ticket goes from called to serving."""

    ticket_id: Identifier


class RateCase(Command, frozen=True, kw_only=True):
    """Gives the five-level rating after the decision."""

    case_id: Identifier
    level: RatingLevel
    remark: ShortText


class ShowDocument(Command, frozen=True, kw_only=True):
    """Says that the pushed document is on the point's screen, exactly as it will be sealed."""

    document_id: Identifier


class DeclineSignature(Command, frozen=True, kw_only=True):
    """Says that the resident does not sign."""

    document_id: Identifier
    reason: ShortText


class FinishVisit(Command, frozen=True, kw_only=True):
    """Leaves the finished ticket: the point's page is wiped and free for the next resident."""

    ticket_id: Identifier


class SetOnlySound(Command, frozen=True, kw_only=True):
    """Asks for no pictures of others in this session, or for pictures again: both faces may."""

    only_sound: bool


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
    """Of pictures."""
    frozen: Seconds
    """How long all of them lasted together."""
    concealed: Share
    """Of sound that did not come in time and was made up."""


class WatchHall(Command, frozen=True, kw_only=True):
    """Shows a hall's camera in the page's first face slot while it waits; null ends it."""

    camera_id: Identifier | None


class AllowRoomCamera(Command, frozen=True, kw_only=True):
    """Lets the clerk look into the point's room from now on, or ends that and refuses it for this call."""

    allowed: bool


# The supervisor's command.


class ListenTo(Command, frozen=True, kw_only=True):
    """Lets the supervisor's page see and hear the call of a ticket, which both sides are told; null ends it."""

    ticket_id: Identifier | None


# The window's commands.


class OpenWindow(Command, frozen=True, kw_only=True):
    """Opens a window and sits the clerk down at it."""

    window_id: Identifier


class CloseWindow(Command, frozen=True, kw_only=True):
    """Closes the clerk's window."""


class SetStatus(Command, frozen=True, kw_only=True):
    """Sets the clerk's own status."""

    status: ClerkStatus


class CallNext(Command, frozen=True, kw_only=True):
    """Calls the best ticket at once, without ringing; answers `Called`, with no ticket when nobody waits."""


class AcceptOffer(Command, frozen=True, kw_only=True):
    """Takes the ticket that was offered."""

    offer_id: Identifier


class RejectOffer(Command, frozen=True, kw_only=True):
    """Lets the offered ticket go back to its place."""

    offer_id: Identifier
    reason: ShortText


class RecallTicket(Command, frozen=True, kw_only=True):
    """Calls once more a resident who has not come to the screen."""

    ticket_id: Identifier


class MarkNoShow(Command, frozen=True, kw_only=True):
    """Ends the call of a resident who does not come."""

    ticket_id: Identifier


class HoldTicket(Command, frozen=True, kw_only=True):
    """Puts the session on hold: neither side sees or hears the other."""

    ticket_id: Identifier


class ResumeTicket(Command, frozen=True, kw_only=True):
    """Ends the hold."""

    ticket_id: Identifier


class FinishTicket(Command, frozen=True, kw_only=True):
    """Completes the ticket and begins the clerk's wrap-up."""

    ticket_id: Identifier


class EndWrapUp(Command, frozen=True, kw_only=True):
    """Ends the wrap-up before its time."""


# Papers, signature and decision.


class RequestMaterial(Command, frozen=True, kw_only=True):
    """Asks the point for a material: one of the item's (by id) or another one (by name)."""

    case_id: Identifier
    material_id: Identifier | None
    name: ShortText
    note: ShortText


class LookIntoRoom(Command, frozen=True, kw_only=True):
    """Switches the camera in the point's room on, in a free face slot of the clerk's page, or off; not recorded."""

    on: bool


class RequestStill(Command, frozen=True, kw_only=True):
    """Has the point's page photograph what lies under the document camera, for this material."""

    case_id: Identifier
    material_id: Identifier


class AcceptMaterial(Command, frozen=True, kw_only=True):
    """Accepts a delivered material."""

    material_id: Identifier


class RejectMaterial(Command, frozen=True, kw_only=True):
    """Rejects a delivered material with a reason, a note and a mark on the page."""

    material_id: Identifier
    reason: Literal["unreadable", "incomplete", "wrong_paper", "expired", "does_not_match", "other"]
    note: ShortText
    mark: Mark | None


class UndoReview(Command, frozen=True, kw_only=True):
    """Takes the last review of a material back."""

    material_id: Identifier


class MakeForm(Command, frozen=True, kw_only=True):
    """Makes the item's application form from the case; answers `DocumentMade`."""

    case_id: Identifier


class MakeReceipt(Command, frozen=True, kw_only=True):
    """Makes the receipt for the papers delivered so far; answers `DocumentMade`."""

    case_id: Identifier


class RequestSignature(Command, frozen=True, kw_only=True):
    """Pushes a document to the point to be signed."""

    document_id: Identifier


class DecideCase(Command, frozen=True, kw_only=True):
    """Decides the case and makes the notice to print; answers `DocumentMade`."""

    case_id: Identifier
    outcome: Outcome
    notice: LongText


AnyCommand = (
    Authenticate
    | Watch
    | Unwatch
    | TakeTicket
    | CancelTicket
    | ReinstateTicket
    | EnterCall
    | RateCase
    | ShowDocument
    | DeclineSignature
    | FinishVisit
    | SetOnlySound
    | ReportReception
    | WatchHall
    | AllowRoomCamera
    | LookIntoRoom
    | ListenTo
    | OpenWindow
    | CloseWindow
    | SetStatus
    | CallNext
    | AcceptOffer
    | RejectOffer
    | RecallTicket
    | MarkNoShow
    | HoldTicket
    | ResumeTicket
    | FinishTicket
    | EndWrapUp
    | RequestMaterial
    | RequestStill
    | AcceptMaterial
    | RejectMaterial
    | UndoReview
    | MakeForm
    | MakeReceipt
    | RequestSignature
    | DecideCase
)


class TicketTaken(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `take_ticket`."""

    ticket_id: str
    number: str


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `call_next`."""

    ticket_id: str | None


class DocumentMade(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `make_form`, `make_receipt` and `decide_case`: the form, the receipt, the notice."""

    document_id: str


Result = TicketTaken | Called | DocumentMade | None

RESULTS: dict[type[Command], type] = {
    TakeTicket: TicketTaken,
    CallNext: Called,
    MakeForm: DocumentMade,
    MakeReceipt: DocumentMade,
    DecideCase: DocumentMade,
}
"""The type of a command's result; a command that is not named here answers null."""
