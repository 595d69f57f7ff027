"""Supplements: what is missing of a case, until when, who sends it, and what came."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from document_relay.case_core.supplements import MOST_DAYS, MOST_MISSING
from signalling.wire.commands import Command
from signalling.wire.values import (
    Bilingual,
    DueView,
    EmailText,
    Identifier,
    Moment,
    SaidText,
    SentPage,
    ShortText,
    Value,
)
from signalling.wire.views import View

Days = Annotated[int, Meta(ge=1, le=MOST_DAYS)]
"""Working days."""
MobileText = Annotated[str, Meta(max_length=30, pattern=r"^(1[3-9][0-9]{9})?$")]
"""A number that gets text messages; or nothing."""
SupplementState = Literal["parked", "answered", "accepted", "ended", "withdrawn"]


class MissingPaper(Value, frozen=True, kw_only=True):
    """A paper that is missing: one of the case's, or in the clerk's own words (`name`); and what to do."""

    material_id: Identifier | None
    name: ShortText
    todo: ShortText


class AskSupplement(Command, frozen=True, kw_only=True):
    """Parks the case in hand for what is missing; the visit may end, and the case goes on. Answers `SupplementAsked`.

    Without `days` it is as many working days as the item says. Who has a mobile number or an address is told, and
    reminded.
    """

    case_id: Identifier
    missing: Annotated[list[MissingPaper], Meta(min_length=1, max_length=MOST_MISSING)]
    days: Days | None
    phone: MobileText
    email: EmailText
    language: Literal["zh-CN", "en"]


class SupplementAsked(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `ask_supplement`: a link from the service's own address, told this once."""

    supplement_id: str
    link: str
    supplement_code: str
    due_on: str


class MakeSupplementLink(Command, frozen=True, kw_only=True):
    """Makes one more link to show or print, at the window or the point; answers `SupplementLinkMade`."""

    supplement_id: Identifier


class SupplementLinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """The link from the service's own address, and what of it can be typed at `/visit`; told this once."""

    link: str
    supplement_code: str


class AnswerSupplement(Command, frozen=True, kw_only=True):
    """Says for the applicant that all that is missing was sent; by who has the link, or at the point."""

    supplement_id: Identifier


class AcceptSupplement(Command, frozen=True, kw_only=True):
    """Says that what was sent is enough; the case is decided then."""

    supplement_id: Identifier


class AskSupplementAgain(Command, frozen=True, kw_only=True):
    """Says why what was sent is not enough, and which of it is asked for once more."""

    supplement_id: Identifier
    material_ids: Annotated[list[Identifier], Meta(min_length=1, max_length=MOST_MISSING)]
    text: SaidText
    days: Days | None


class WithdrawSupplement(Command, frozen=True, kw_only=True):
    """Takes the request for missing papers back; its links open nothing more."""

    supplement_id: Identifier


class TakeSupplement(Command, frozen=True, kw_only=True):
    """Takes a case over whose clerk is not there: its missing papers were sent, or its visit is over."""

    supplement_id: Identifier


class MissingView(Value, frozen=True, kw_only=True):
    """A paper that is missing; not `open` once it was enough, `pages` came since it was asked for."""

    material_id: str
    name: Bilingual
    todo: str
    open: bool
    pages: int


class CaseSupplement(Value, frozen=True, kw_only=True):
    """The last supplement of a case; `days_left` are working days, today excepted; `returned` why it was not enough."""

    supplement_id: str
    state: SupplementState
    asked_by: str
    asked_at: Moment
    due_on: str
    days_left: int
    missing: list[MissingView]
    returned: str
    answered_at: Moment | None
    ended_at: Moment | None


class CaseSupplementView(View, frozen=True, kw_only=True):
    """What is missing of a case; `days` are the item's working days to supplement.

    `channels` are those over which an applicant can be told.
    """

    case_id: str
    leads: bool
    """Whether who looks is the clerk of the open case."""
    may_ask: bool
    """Whether they can ask for what is missing now."""
    days: int
    channels: list[Literal["sms", "email"]]
    supplement: CaseSupplement | None


class ReceivedSupplement(Value, frozen=True, kw_only=True):
    """A case whose missing papers wait, for the applicant or for a clerk; `yours` is the person's own."""

    supplement_id: str
    case_id: str
    number: str
    item_name: Bilingual
    applicant_name: str
    state: SupplementState
    due_on: str
    answered_at: Moment | None
    asked_by: str
    due: DueView
    """Whose turn it is."""
    yours: bool


class ReceivedSupplementsView(View, frozen=True, kw_only=True):
    """The clerk's own, and those of colleagues who are not there; what was sent comes first, of `total` in all."""

    total: int
    supplements: list[ReceivedSupplement]


class WantedPaper(Value, frozen=True, kw_only=True):
    """A paper as who sends it sees it; not `open` once it was enough."""

    material_id: str
    name: Bilingual
    todo: str
    open: bool
    pages: list[SentPage]


class WantedPapersView(View, frozen=True, kw_only=True):
    """All that a link shows: what is missing, until when, and what came of it."""

    supplement_id: str
    case_id: str
    item_name: Bilingual
    state: SupplementState
    due_on: str
    days_left: int
    returned: str
    papers: list[WantedPaper]


class FoundSupplement(Value, frozen=True, kw_only=True):
    """What is missing of a case that was found by its number: as the applicant's own link shows it."""

    number: str
    applicant_name: str
    supplement_id: str
    case_id: str
    item_name: Bilingual
    state: SupplementState
    due_on: str
    days_left: int
    returned: str
    papers: list[WantedPaper]


class FoundSupplementsView(View, frozen=True, kw_only=True):
    """Those that the worker has found lately, the last one first; they are shown for two hours."""

    supplements: list[FoundSupplement]


class SupplementSearchBody(Value, frozen=True, kw_only=True):
    """The case's number as the slip has it, and the applicant's name."""

    number: Annotated[str, Meta(min_length=1, max_length=40)]
    applicant_name: Annotated[str, Meta(min_length=1, max_length=100)]


class SupplementFoundBody(Value, frozen=True, kw_only=True):
    """What was found; `found_supplements` shows it."""

    supplement_id: str


class SupplementEntranceBody(Value, frozen=True, kw_only=True):
    """The secret of a link, as it was copied or typed."""

    link: Annotated[str, Meta(min_length=1, max_length=40)]
