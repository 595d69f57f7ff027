"""Who may do what with a case file: the people of the case; those who answer for its place, when they say why."""

from __future__ import annotations

from directory.principal import Permission, Principal, Role, Sender, Visitor, permits
from document_relay.case_core.lives import CaseState
from document_relay.errors import NotYourCase, ReasonNeeded, WrongCaseState
from document_relay.records import CaseRecord


def is_of_case(principal: Principal, case: CaseRecord) -> bool:
    """Whether the person took the case, or has or had it in hand."""
    return principal.person_id in (case.worker_id, case.clerk_id)


def may_ask_for(principal: Principal, case: CaseRecord) -> None:
    """Raises `NotYourCase` unless the person works on the case or answers for its site, or site and department."""
    if is_of_case(principal, case):
        return
    of_department = case.department_id in principal.department_ids
    of_place = bool(principal.roles & {Role.COMMUNITY_WORKER, Role.SUPERVISOR})
    if not (permits(principal, Permission.READ_CASE, case.site_path) and (of_department or of_place)):
        raise NotYourCase


def may_read(principal: Principal, case: CaseRecord, *, granted: bool) -> None:
    """Raises `NotYourCase` as `may_ask_for`, `ReasonNeeded` unless it is the person's own case or granted to them."""
    may_ask_for(principal, case)
    if not (granted or is_of_case(principal, case)):
        raise ReasonNeeded


def may_show(principal: Principal, case: CaseRecord) -> None:
    """Raises `NotYourCase` unless the person shows papers at the case's point, or is its visitor."""
    if not _shows(principal, case):
        raise NotYourCase


def may_deliver(principal: Principal, case: CaseRecord) -> None:
    """Raises `NotYourCase` unless the person shows papers at the point, serves the case, or sends what is missing."""
    if isinstance(principal, Sender):
        if principal.case_id != case.id:
            raise NotYourCase
    elif not _shows(principal, case):
        may_serve(principal, case)


def may_serve(principal: Principal, case: CaseRecord) -> None:
    """Raises `NotYourCase` unless the person is the clerk who has the case in hand."""
    if case.clerk_id != principal.person_id or not permits(principal, Permission.SERVE):
        raise NotYourCase


def may_work(principal: Principal, case: CaseRecord) -> None:
    """Raises `NotYourCase` unless the clerk has the case in hand, `WrongCaseState` unless it is open."""
    may_serve(principal, case)
    if case.state is not CaseState.OPEN:
        raise WrongCaseState(former=case.state, wanted=CaseState.OPEN)


def may_decide(principal: Principal, case: CaseRecord) -> None:
    """Raises `NotYourCase` unless the clerk who has the case in hand may also decide."""
    may_serve(principal, case)
    if not permits(principal, Permission.DECIDE):
        raise NotYourCase


def _shows(principal: Principal, case: CaseRecord) -> bool:
    own = not isinstance(principal, Visitor) or principal.speaks_for(case.site_id, case.worker_id)
    return own and permits(principal, Permission.SHOW_PAPERS, case.site_path)
