"""Who acts for the applicant of a case, as both sides see it."""

from __future__ import annotations

from directory.principal import Principal
from document_relay.access import may_serve
from document_relay.acting_records import ActingFormRecord
from document_relay.case_core.acting import ActingForm
from document_relay.case_core.lives import CaseState
from document_relay.case_core.mandates import MandateState
from document_relay.errors import NotYourCase
from document_relay.mandate_records import MandateRecord
from document_relay.mandates import Former, may_end
from document_relay.records import Case
from signalling.slices.mandates.messages import ActingFormView, FormerMandateView, MandatesView, MandateView
from signalling.slices.mandates.parts import Parts


async def show_mandates(parts: Parts, principal: Principal, case_id: str) -> MandatesView:
    """Whether somebody acts for the applicant, and under what; raises as reading the case does."""
    case = await parts.case_files.view(principal, case_id)
    standing = parts.acting_forms.standing(case)
    mine = _serves(principal, case)
    return MandatesView(
        case_id=case_id,
        acting=case.file.acting,
        mandates=[_mandate(parts, one) for one in case.mandates],
        former=[_former(one) for one in await _offered(parts, principal, case)],
        yours=_may_end(principal, case),
        standing=standing.state.value,
        forms=[_form(one) for one in case.acting_forms],
        may_make=[one.value for one in ActingForm if mine and standing.allows(one)],
        home_place=case.file.home_place,
    )


async def _offered(parts: Parts, principal: Principal, case: Case) -> list[Former]:
    """What may be used for the draft; for nobody but the clerk who confirms it."""
    drafts = [one for one in case.mandates if one.state is MandateState.DRAFTED]
    in_hand = case.file.clerk_id == principal.person_id and case.file.state is CaseState.OPEN
    return await parts.mandates.former(case, drafts[0]) if drafts and in_hand else []


def _serves(principal: Principal, case: Case) -> bool:
    try:
        may_serve(principal, case.file)
    except NotYourCase:
        return False
    return True


def _may_end(principal: Principal, case: Case) -> bool:
    try:
        may_end(principal, case.file)
    except NotYourCase:
        return False
    return True


def _mandate(parts: Parts, one: MandateRecord) -> MandateView:
    over = one.state is MandateState.IN_FORCE and not one.holds(parts.clock.now())
    return MandateView(
        mandate_id=one.id,
        number=one.number,
        state="expired" if over else one.state.value,
        way=one.way,
        principal_name=one.principal_name,
        principal_number=one.principal_number,
        actor_name=one.actor_name,
        relation=one.relation,
        scope=one.scope,
        until=one.until,
        document_id=one.document_id,
        page_id=one.page_id,
        begun_at=one.begun_at,
        ended_by=one.ended_by,
        ended_at=one.ended_at,
        reason=one.reason,
    )


def _form(one: ActingFormRecord) -> ActingFormView:
    return ActingFormView(
        form=one.form.value,
        number=one.number,
        reason=one.reason,
        until=one.until,
        document_id=one.document_id,
        made_by=one.made_by,
        done_at=one.done_at,
    )


def _former(one: Former) -> FormerMandateView:
    mandate = one.mandate
    return FormerMandateView(
        mandate_id=mandate.id,
        number=mandate.number,
        case_number=one.case_number,
        scope=mandate.scope,
        until=mandate.until,
    )
