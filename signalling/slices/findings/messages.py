"""Joint acceptance: several departments' findings on one case, told to the applicant at once."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from document_relay.joint_acceptance import MOST_DEPARTMENTS
from signalling.wire.commands import Command
from signalling.wire.values import (
    Bilingual,
    DueView,
    EmailText,
    Identifier,
    Mark,
    Moment,
    SaidText,
    SentPage,
    ShortText,
    Value,
)
from signalling.wire.views import View

_MOST_PAGES = 20
Severity = Literal["must", "should", "note"]
"""What must be mended, what ought to be, and what is only said."""
Opinion = Literal["agreed", "conditional", "refused"]
JointState = Literal["collecting", "told", "concluded"]
PartyState = Literal["asked", "said", "decided", "left"]
FindingState = Literal["draft", "told", "answered", "struck", "withdrawn"]


class OpenJointAcceptance(Command, frozen=True, kw_only=True):
    """Begins a joint acceptance of the case in hand; the case's own department takes part unasked."""

    case_id: Identifier
    department_ids: Annotated[list[Identifier], Meta(max_length=MOST_DEPARTMENTS)]


class AskDepartment(Command, frozen=True, kw_only=True):
    """Asks one more department before the applicant is told, or once more one that has left."""

    case_id: Identifier
    department_id: Identifier


class ReleaseDepartment(Command, frozen=True, kw_only=True):
    """Lets a department go: its own people say so, or the case's clerk, who answers for its findings from then on."""

    case_id: Identifier
    department_id: Identifier


class AddFinding(Command, frozen=True, kw_only=True):
    """Adds a finding of a department; `mark` needs the material that the page is of. Answers `FindingAdded`."""

    case_id: Identifier
    department_id: Identifier
    severity: Severity
    text: SaidText
    todo: ShortText
    """What the applicant is to do."""
    material_id: Identifier | None
    mark: Mark | None


class FindingAdded(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `add_finding`."""

    finding_id: str


class WithdrawFinding(Command, frozen=True, kw_only=True):
    """Takes a finding back before the applicant is told."""

    finding_id: Identifier


class FinishFindings(Command, frozen=True, kw_only=True):
    """Says that the department has no more findings."""

    case_id: Identifier
    department_id: Identifier


class TellFindings(Command, frozen=True, kw_only=True):
    """Tells the applicant all findings at once; the due date is as many working days ahead as the item says.

    Who has a mobile number or an address is sent a notice, too, and is reminded. Answers `FindingsListTold`.
    """

    case_id: Identifier
    phone: Annotated[str, Meta(max_length=30, pattern=r"^(1[3-9][0-9]{9})?$")] = ""
    email: EmailText = ""
    language: Literal["zh-CN", "en"] = "zh-CN"


class FindingsListTold(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `tell_findings`: the last day, and a link to answer by, as a code too; "" where nothing was found.

    The link is told once.
    """

    due_on: str
    link: str
    supplement_code: str


class MakeFindingsLink(Command, frozen=True, kw_only=True):
    """Makes one more link by which the applicant answers the findings. Answers `FindingsLinkMade`."""

    case_id: Identifier


class FindingsLinkMade(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `make_findings_link`: the link, and its code to be typed; told once."""

    link: str
    supplement_code: str


class AnswerFinding(Command, frozen=True, kw_only=True):
    """Answers a finding of the list for the applicant, with pages of the case."""

    case_id: Identifier
    number: Annotated[int, Meta(ge=1, le=1000)]
    text: SaidText
    page_ids: Annotated[list[Identifier], Meta(max_length=_MOST_PAGES)]


class ReturnFinding(Command, frozen=True, kw_only=True):
    """Says until the due date that the answer is not enough, and why; by who made the finding."""

    finding_id: Identifier
    text: SaidText


class StrikeFinding(Command, frozen=True, kw_only=True):
    """Strikes a finding out; by who made it, or for a department that has left by the case's clerk."""

    finding_id: Identifier


class DecideForDepartment(Command, frozen=True, kw_only=True):
    """Says what the department decides; it agrees only when nothing stands that it says must be mended."""

    case_id: Identifier
    department_id: Identifier
    opinion: Opinion
    text: ShortText


class ConcludeJointAcceptance(Command, frozen=True, kw_only=True):
    """Makes the consolidated answer, sealed for each department that decided; answers `JointAcceptanceConcluded`."""

    case_id: Identifier


class JointAcceptanceConcluded(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `conclude_joint_acceptance`."""

    document_id: str


class TakeLeftCase(Command, frozen=True, kw_only=True):
    """Takes over a case with a joint acceptance whose visit is over and whose clerk is not there."""

    case_id: Identifier


class PartyView(Value, frozen=True, kw_only=True):
    """A department that takes part, and what it has decided."""

    department_id: str
    name: Bilingual
    state: PartyState
    opinion: Opinion | None
    words: str
    by: str | None
    at: Moment | None
    yours: bool
    """Whether who looks speaks for it."""


class FindingView(Value, frozen=True, kw_only=True):
    """A finding of a department; `number` is its place in the list that was told, which others may share."""

    finding_id: str
    number: int | None
    department_id: str
    severity: Severity
    text: str
    todo: str
    material_id: str | None
    mark: Mark | None
    state: FindingState
    made_by: str
    made_at: Moment
    answer: str
    answer_page_ids: list[str]
    answered_at: Moment | None
    returned: str
    """Why the answer before was not enough."""
    ended_by: str | None
    yours: bool
    """Whether who looks may withdraw it, send its answer back, or strike it out."""


class JointView(Value, frozen=True, kw_only=True):
    """A joint acceptance; `days` are working days, `due_on` the last of them, as 2026-03-02."""

    state: JointState
    days: int
    due_on: str | None
    document_id: str | None
    departments: list[PartyView]
    findings: list[FindingView]


class FindingsView(View, frozen=True, kw_only=True):
    """The joint acceptance of a case as the offices see it; null where there is none."""

    case_id: str
    leads: bool
    """Whether who looks is the clerk of the open case."""
    joint: JointView | None


class ToldFinding(Value, frozen=True, kw_only=True):
    """One number of the list: the same words of several departments stand once."""

    number: int
    severity: Severity
    text: str
    todo: list[str]
    departments: list[Bilingual]
    material_id: str | None
    mark: Mark | None
    state: Literal["open", "answered", "struck"]
    """`struck` when every department that asks has struck it out."""
    answer: str
    answer_page_ids: list[str]
    returned: list[str]
    """Why an answer was not enough; empty once there is another."""


class ToldFindingsView(View, frozen=True, kw_only=True):
    """What the applicant is told; empty before that. `days_left` are working days, today excepted."""

    case_id: str
    due_on: str | None
    days_left: int
    overdue: bool
    findings: list[ToldFinding]
    answer_url: str | None
    """The consolidated answer."""


class FindingToAnswer(Value, frozen=True, kw_only=True):
    """One number of the list as who has the link sees it; `material_id` takes the pages that answer it.

    `pages` came since the list was told.
    """

    number: int
    severity: Severity
    text: str
    todo: list[str]
    departments: list[Bilingual]
    material: Bilingual | None
    material_id: str
    state: Literal["open", "answered", "struck"]
    answer: str
    answer_page_ids: list[str]
    returned: list[str]
    pages: list[SentPage]


class FindingsToAnswerView(View, frozen=True, kw_only=True):
    """All that a link to findings shows: the one list, until when, and what came of it.

    It is `open` until the due date, unless the answer is there or the case is decided.
    """

    case_id: str
    item_name: Bilingual
    due_on: str
    days_left: int
    state: Literal["open", "overdue", "concluded"]
    findings: list[FindingToAnswer]


class AskedCaseView(Value, frozen=True, kw_only=True):
    """A case that waits for a department of the person's."""

    case_id: str
    number: str
    item_name: Bilingual
    site_name: str
    told: bool
    departments: list[Bilingual]
    due: DueView


class AskedFindingsView(View, frozen=True, kw_only=True):
    """The cases of others whose joint acceptance waits for a department of the person's; the longest first."""

    cases: list[AskedCaseView]


class LeftCaseView(Value, frozen=True, kw_only=True):
    """A case with a joint acceptance whose visit is over."""

    case_id: str
    number: str
    item_name: Bilingual
    applicant_name: str
    yours: bool
    """Whether who looks has it; else it can be taken over, or was."""
    taken_by: str | None
    """The colleague who has taken it from who looks, for a week."""
    deserted: list[Bilingual]
    """The departments that have left: their findings that stand are the clerk's."""
    due: DueView


class LeftCasesView(View, frozen=True, kw_only=True):
    """The person's cases with a joint acceptance whose visit is over, and those of colleagues who are not there.

    The first due first.
    """

    cases: list[LeftCaseView]


class SupplementView(Value, frozen=True, kw_only=True):
    """A case of which `waiting` findings or papers are to come by `due_on`, as 2026-03-02.

    `waiting` is 0 once all was sent; `overdue` is told until the case is decided or something is asked anew.
    """

    case_id: str
    number: str
    item_name: Bilingual
    applicant_name: str
    due_on: str
    overdue: bool
    waiting: int


class SupplementsView(View, frozen=True, kw_only=True):
    """The cases taken here that wait for an answer or for papers, with or without a ticket; the first due first."""

    cases: list[SupplementView]
