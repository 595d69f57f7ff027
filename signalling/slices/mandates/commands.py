"""What the point, the clerk and the supervisor do with mandates."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.principal import Permission, Principal
from document_relay.errors import CaseFull, CharactersNotPrintable, NoSuchDocument
from document_relay.mandate_errors import (
    ActingChanged,
    MandateIncomplete,
    MandateStands,
    NoSuchMandate,
    NotThePaper,
    NotThisFormNow,
    ResumeDayWrong,
    TooManyActingForms,
    TooManyMandates,
)
from foundation.errors import NotFound
from signalling.slices.mandates.messages import (
    AcceptContinuation,
    AcceptPaperMandate,
    ActInPerson,
    AskForMandate,
    AskToContinueActing,
    CompleteActing,
    ConfirmFormerMandate,
    DraftMandate,
    MandateDrafted,
    MandatePaper,
    MarkHomeVisit,
    RefuseMandate,
    RevokeMandate,
    SuspendActing,
    TerminateActing,
)
from signalling.slices.mandates.parts import Parts
from signalling.slices.mandates.ports import draft_of
from signalling.transport.declared_refusals import CASE_CHANGED, PAPER_KEPT, PAPER_MADE, Refusals
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def draft_mandate(parts: Parts, principal: Principal, command: DraftMandate) -> MandateDrafted:
    """Drafts a mandate in the call."""
    draft = draft_of(command.acting, command.principal_name, parts.clock.now(), parts.zone)
    return MandateDrafted(mandate_id=await parts.mandates.draft(principal, command.case_id, draft))


async def ask_for_mandate(parts: Parts, principal: Principal, command: AskForMandate) -> MandatePaper:
    """Asks for the principal's signature."""
    return MandatePaper(document_id=await parts.making.ask_to_sign(principal, command.mandate_id))


async def accept_paper(parts: Parts, principal: Principal, command: AcceptPaperMandate) -> MandatePaper:
    """Accepts the mandate on paper."""
    made = await parts.making.accept_paper(principal, command.mandate_id, command.page_id)
    return MandatePaper(document_id=made)


async def confirm_former(parts: Parts, principal: Principal, command: ConfirmFormerMandate) -> MandatePaper:
    """Confirms one of an earlier case."""
    made = await parts.making.confirm_former(principal, command.mandate_id, command.former_id)
    return MandatePaper(document_id=made)


async def refuse_mandate(parts: Parts, principal: Principal, command: RefuseMandate) -> None:
    """Does not take a draft."""
    await parts.mandates.refuse(principal, command.mandate_id, command.reason.strip())


async def revoke_mandate(parts: Parts, principal: Principal, command: RevokeMandate) -> None:
    """Ends one in force."""
    await parts.mandates.revoke(principal, command.mandate_id, command.reason.strip())


async def act_in_person(parts: Parts, principal: Principal, command: ActInPerson) -> None:
    """Says that nobody acts for the applicant any more."""
    await parts.mandates.act_in_person(principal, command.case_id, command.reason.strip())


async def suspend_acting(parts: Parts, principal: Principal, command: SuspendActing) -> MandatePaper:
    """Suspends the acting."""
    days = (command.until, parts.clock.now().astimezone(parts.zone).date())
    made = await parts.acting_forms.suspend(principal, command.case_id, command.reason.strip(), days)
    return MandatePaper(document_id=made)


async def ask_to_continue(parts: Parts, principal: Principal, command: AskToContinueActing) -> MandatePaper:
    """Asks for the signature by which it goes on."""
    made = await parts.acting_forms.ask_to_continue(principal, command.case_id, command.reason.strip())
    return MandatePaper(document_id=made)


async def accept_continuation(parts: Parts, principal: Principal, command: AcceptContinuation) -> MandatePaper:
    """Accepts on paper that it goes on."""
    said = (command.page_id, command.reason.strip())
    return MandatePaper(document_id=await parts.acting_forms.accept_continuation(principal, command.case_id, *said))


async def complete_acting(parts: Parts, principal: Principal, command: CompleteActing) -> MandatePaper:
    """Says what was handed over."""
    made = await parts.acting_forms.complete(principal, command.case_id, command.handed_over.strip())
    return MandatePaper(document_id=made)


async def terminate_acting(parts: Parts, principal: Principal, command: TerminateActing) -> MandatePaper:
    """Ends the acting without a result."""
    made = await parts.acting_forms.terminate(principal, command.case_id, command.reason.strip())
    return MandatePaper(document_id=made)


async def mark_home_visit(parts: Parts, principal: Principal, command: MarkHomeVisit) -> None:
    """Says where the applicant is visited."""
    await parts.home_visits.mark(principal, command.case_id, command.place.strip())


_ANY: Refusals = CASE_CHANGED | {NoSuchMandate}
_SEALED: Refusals = PAPER_MADE | {NoSuchMandate, NotFound}
_FORM: Refusals = PAPER_MADE | {ActingChanged, CharactersNotPrintable, NotFound, NotThisFormNow}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        DraftMandate: CommandRow(
            Permission.READ_CASE,
            draft_mandate,
            CASE_CHANGED | {CharactersNotPrintable, MandateIncomplete, MandateStands, TooManyMandates},
            result=MandateDrafted,
        ),
        AskForMandate: CommandRow(
            Permission.SERVE,
            ask_for_mandate,
            PAPER_KEPT | {NoSuchDocument, NoSuchMandate, NotFound},
            result=MandatePaper,
        ),
        AcceptPaperMandate: CommandRow(Permission.SERVE, accept_paper, _SEALED | {NotThePaper}, result=MandatePaper),
        ConfirmFormerMandate: CommandRow(Permission.SERVE, confirm_former, _SEALED, result=MandatePaper),
        RefuseMandate: CommandRow(Permission.READ_CASE, refuse_mandate, _ANY),
        # A supervisor's as well: of whoever it is, the audit log holds it beside the case's.
        RevokeMandate: CommandRow(Permission.READ_CASE, revoke_mandate, _ANY, access="mandate_revoked"),
        ActInPerson: CommandRow(Permission.SERVE, act_in_person, CASE_CHANGED | {MandateStands}),
        SuspendActing: CommandRow(
            Permission.SERVE, suspend_acting, _FORM | {ResumeDayWrong, TooManyActingForms}, result=MandatePaper
        ),
        AskToContinueActing: CommandRow(
            Permission.SERVE,
            ask_to_continue,
            _FORM | {CaseFull, NoSuchDocument, TooManyActingForms},
            result=MandatePaper,
        ),
        AcceptContinuation: CommandRow(
            Permission.SERVE, accept_continuation, _FORM | {NotThePaper, TooManyActingForms}, result=MandatePaper
        ),
        CompleteActing: CommandRow(Permission.SERVE, complete_acting, _FORM, result=MandatePaper),
        TerminateActing: CommandRow(Permission.SERVE, terminate_acting, _FORM, result=MandatePaper),
        MarkHomeVisit: CommandRow(Permission.SHOW_PAPERS, mark_home_visit, CASE_CHANGED),
    }
)
