"""Mandates: drafted, signed or accepted, used again, revoked; and the forms of what is done under them."""

from __future__ import annotations

from typing import Literal

import msgspec

from signalling.wire.commands import Command
from signalling.wire.values import (
    Acting,
    Identifier,
    MandateRelation,
    MandateScope,
    Moment,
    Name,
    SaidText,
    ShortText,
    Value,
)
from signalling.wire.views import View

ActingForm = Literal["suspension", "continuation", "completion", "termination"]
State = Literal["drafted", "in_force", "revoked", "expired", "refused"]


class DraftMandate(Command, frozen=True, kw_only=True):
    """Says that somebody acts for the applicant, who is the principal, in the call; answers `MandateDrafted`."""

    case_id: Identifier
    principal_name: Name
    acting: Acting


class MandateDrafted(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `draft_mandate`."""

    mandate_id: str


class AskForMandate(Command, frozen=True, kw_only=True):
    """Sets a drafted mandate and asks at the point for the principal's signature; answers `MandatePaper`."""

    mandate_id: Identifier


class AcceptPaperMandate(Command, frozen=True, kw_only=True):
    """Accepts the mandate that a page of the case shows; answers `MandatePaper`."""

    mandate_id: Identifier
    page_id: Identifier


class ConfirmFormerMandate(Command, frozen=True, kw_only=True):
    """Confirms that a mandate of an earlier case holds in this one; answers `MandatePaper`."""

    mandate_id: Identifier
    former_id: Identifier


class MandatePaper(msgspec.Struct, frozen=True, kw_only=True):
    """The document of a mandate, the result of what brings it into force."""

    document_id: str


class RefuseMandate(Command, frozen=True, kw_only=True):
    """Does not take a drafted mandate, and says why."""

    mandate_id: Identifier
    reason: SaidText


class RevokeMandate(Command, frozen=True, kw_only=True):
    """Revokes a mandate at once, in every case where it is used, and says why."""

    mandate_id: Identifier
    reason: SaidText


class ActInPerson(Command, frozen=True, kw_only=True):
    """Notes as the clerk that the applicant is there and acts in person from now on, and why that is known."""

    case_id: Identifier
    reason: SaidText


class MarkHomeVisit(Command, frozen=True, kw_only=True):
    """Says as the worker that the applicant is visited, and where, in words; empty takes it back."""

    case_id: Identifier
    place: ShortText


class SuspendActing(Command, frozen=True, kw_only=True):
    """Suspends the acting, which waits for something: why, and by which day, as 2026-03-02; answers `MandatePaper`."""

    case_id: Identifier
    reason: SaidText
    until: ShortText


class AskToContinueActing(Command, frozen=True, kw_only=True):
    """Asks at the point for the principal's signature by which a suspended acting goes on; answers `MandatePaper`."""

    case_id: Identifier
    reason: SaidText


class AcceptContinuation(Command, frozen=True, kw_only=True):
    """Accepts the mandate to continue that a page of the case shows; answers `MandatePaper`."""

    case_id: Identifier
    page_id: Identifier
    reason: SaidText


class CompleteActing(Command, frozen=True, kw_only=True):
    """Says of a decided case what was handed over to who acted; answers `MandatePaper`."""

    case_id: Identifier
    handed_over: SaidText


class TerminateActing(Command, frozen=True, kw_only=True):
    """Ends the acting without a result, its mandate in this case with it, and says why; answers `MandatePaper`."""

    case_id: Identifier
    reason: SaidText


class ActingFormView(Value, frozen=True, kw_only=True):
    """A form of acting; `done_at` is None while the principal's signature is waited for.

    `reason` is what was handed over in a completion, `until` the day by which a suspended acting goes on.
    """

    form: ActingForm
    number: str
    reason: str
    until: str | None
    document_id: str
    made_by: str
    done_at: Moment | None


class MandateView(Value, frozen=True, kw_only=True):
    """A mandate; `principal_number` is masked, `until` its last day, as 2026-03-02."""

    mandate_id: str
    number: str
    state: State
    way: Literal["signed", "paper", "former"] | None
    principal_name: str
    principal_number: str
    actor_name: str
    relation: MandateRelation
    scope: list[MandateScope]
    until: str
    document_id: str | None
    page_id: str | None
    begun_at: Moment | None
    ended_by: str | None
    ended_at: Moment | None
    reason: str


class FormerMandateView(Value, frozen=True, kw_only=True):
    """A mandate of an earlier case that may hold in this one."""

    mandate_id: str
    number: str
    case_number: str
    scope: list[MandateScope]
    until: str


class MandatesView(View, frozen=True, kw_only=True):
    """Whether somebody acts for the applicant of a case, and under what; the last mandate is the one that counts."""

    case_id: str
    acting: bool
    mandates: list[MandateView]
    former: list[FormerMandateView]
    """For the clerk, while the last one is a draft."""
    yours: bool
    """Whether who looks may revoke."""
    standing: Literal["none", "going", "suspended", "lapsed", "done", "completed", "terminated"]
    """Where the acting stands, as its forms, the mandate and the case say."""
    forms: list[ActingFormView]
    """The oldest first."""
    may_make: list[ActingForm]
    """The forms that may follow; empty but for the clerk who has the case in hand."""
    home_place: str
    """Where the worker visits the applicant; empty at the point."""
