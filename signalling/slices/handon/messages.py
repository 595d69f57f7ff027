"""A case that is handed on: what the offices do with it, and what each of them, the point and supervisors see."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, EmailText, Identifier, Moment, Outcome, SaidText, ShortText, Value
from signalling.wire.views import View

HandOnState = Literal["handed_on", "taken", "asked_back", "answered", "returned", "decided"]
Nearness = Literal["in_time", "due_soon", "overdue"]
"""How near a due date is: today or the next working day is soon."""
Turn = Literal["ours", "away", "decided"]
"""Whose turn it is: of the department of who looks, of another one, nobody's any more."""
_Phone = Annotated[str, Meta(max_length=30)]


class HandOn(Command, frozen=True, kw_only=True):
    """Hands the case in hand on to a department at a centre, which decides it in as many working days as the item says.

    `note` is for the department. The decision is told to `phone` and `email`, where they are not empty.
    """

    case_id: Identifier
    site_id: Identifier
    department_id: Identifier
    note: ShortText = ""
    phone: _Phone = ""
    email: EmailText = ""
    language: Literal["zh-CN", "en"] = "zh-CN"


class TakeHandedOn(Command, frozen=True, kw_only=True):
    """Takes a case that lies with a department of the person's; of two the first has it."""

    case_id: Identifier


class AskBack(Command, frozen=True, kw_only=True):
    """Asks the department that handed the case on; it answers in as many working days as the item has to supplement."""

    case_id: Identifier
    question: SaidText


class AnswerAskBack(Command, frozen=True, kw_only=True):
    """Answers what was asked back; the working days that it took are added to the due date."""

    case_id: Identifier
    text: SaidText


class ReturnHandedOn(Command, frozen=True, kw_only=True):
    """Returns the case to the department that handed it on, and says why."""

    case_id: Identifier
    reason: SaidText


class MakeResultLink(Command, frozen=True, kw_only=True):
    """Makes one more link to the result of a decided case, to show or print at the point; answers `ResultLinkMade`."""

    case_id: Identifier


class ResultLinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """The link from the service's own address, and what of it can be typed at `/visit`; told this once."""

    link: str
    result_code: str
    ends_at: Moment


class ResultLinkBody(Value, frozen=True, kw_only=True):
    """The secret of a link to a result, as it was copied or typed."""

    result_link: Annotated[str, Meta(min_length=1, max_length=60)]


class ResultBody(Value, frozen=True, kw_only=True):
    """All that a link to a result shows; `desk` is the department that decided."""

    number: str
    item_name: Bilingual
    site_name: Bilingual
    """Where it was taken, and the notice is printed."""
    desk: Bilingual
    outcome: Outcome
    notice: str
    notice_en: str
    """Empty where there is none."""
    decided_at: Moment
    ends_at: Moment
    """Until when the link is good."""


class InboxCaseView(Value, frozen=True, kw_only=True):
    """A case in the inbox; `days_left` are working days, negative once it is overdue, null beyond the calendar."""

    case_id: str
    number: str
    item_name: Bilingual
    applicant_name: str
    site_name: str
    state: HandOnState
    place: Turn
    sender: Bilingual
    receiver: Bilingual
    owner: str | None
    """Who has it; null while the department has."""
    yours: bool
    """Whether who looks has it."""
    due_on: str
    days_left: int | None
    near: Nearness
    handed_at: Moment
    outcome: Outcome | None


class InboxView(View, frozen=True, kw_only=True):
    """A change of the inbox: what lies with the person's departments, what they handed on, what came of it lately.

    As in `QueueView`, with `gone` by case. It has the first due; `total` says how many there are.
    """

    version: int
    whole: bool
    changed: list[InboxCaseView]
    gone: list[str]
    total: int


class ExchangeView(Value, frozen=True, kw_only=True):
    """A question of the department and the answer, empty while there is none."""

    question: str
    asked_by: str
    asked_at: Moment
    answer: str
    answered_by: str
    answered_at: Moment | None


class HandOnDetails(Value, frozen=True, kw_only=True):
    """How the case is handed on."""

    case: InboxCaseView
    sender_name: str
    note: str
    decide_by: str
    exchanges: list[ExchangeView]
    returned: str


class HandOnView(View, frozen=True, kw_only=True):
    """How a case is handed on, null where it is not, and what who looks may do with it now."""

    case_id: str
    handed: HandOnDetails | None
    may: list[Literal["hand_on", "take", "ask_back", "answer", "return", "decide"]]


class HandedOnRow(Value, frozen=True, kw_only=True):
    """A case of the point that another department decides; `wanted` papers are asked for meanwhile."""

    case_id: str
    number: str
    item_name: Bilingual
    applicant_name: str
    desk: Bilingual
    due_on: str
    wanted: int
    outcome: Outcome | None
    notice_url: str | None


class HandedOnView(View, frozen=True, kw_only=True):
    """The cases that were taken here and are handed on, and what came of them lately; the newest first."""

    cases: list[HandedOnRow]


class OverdueRow(Value, frozen=True, kw_only=True):
    """Of a department at a centre: the cases that it owns now, and those of them that are overdue."""

    site_name: Bilingual
    department_name: Bilingual
    open: int
    overdue: int
    first_due: str


class OverdueView(View, frozen=True, kw_only=True):
    """The departments at the supervisor's site and below that own cases after their visits; the most overdue first."""

    departments: list[OverdueRow]


class HandOnDepartment(Value, frozen=True, kw_only=True):
    """A department that a case can be handed on to."""

    department_id: str
    name: Bilingual


class HandOnSite(Value, frozen=True, kw_only=True):
    """A centre, and the departments that somebody decides for there."""

    site_id: str
    name: Bilingual
    department_ids: list[str]


class HandOnTargetsBody(Value, frozen=True, kw_only=True):
    """Where the case can be handed on to, the next level first, and by when it would be decided."""

    days: int
    due_on: str
    department_id: str
    """The case's own."""
    sites: list[HandOnSite]
    departments: list[HandOnDepartment]
