"""Who speaks for a department in a joint acceptance: its own people, and for one that has left the case's clerk.

Somebody may belong to several departments; in one case they speak for one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from directory.principal import Permission, Principal, permits
from document_relay.access import is_of_case
from document_relay.case_core.findings import PartyState
from document_relay.joint_errors import NotYourDepartment, NotYourFinding
from document_relay.lent_cases import LentCases
from document_relay.records import CaseRecord
from document_relay.store.joint import JointFolder
from document_relay.store.joint_tables import FindingRow, PartyRow


class Department(Protocol):
    """A department in a joint acceptance."""

    @property
    def department_id(self) -> str:
        """Which."""
        ...

    @property
    def state(self) -> str:
        """A `PartyState`."""
        ...

    @property
    def speaker_id(self) -> str | None:
        """Who spoke for it last."""
        ...


def speaks_for(
    principal: Principal, lent: LentCases, case: CaseRecord, department: Department, parties: Iterable[Department]
) -> bool:
    """Whether the person speaks for the department: who has the case lent to them, too, wherever it is."""
    if department.state == PartyState.LEFT:
        return case.clerk_id == principal.person_id and permits(principal, Permission.SERVE)
    near = (
        is_of_case(principal, case)
        or lent.is_lent(case.id, principal.person_id)
        or permits(principal, Permission.READ_CASE, case.site_path)
    )
    elsewhere = any(
        one.speaker_id == principal.person_id and one.department_id != department.department_id for one in parties
    )
    return near and not elsewhere and department.department_id in principal.department_ids


def of_department(joint: JointFolder, lent: LentCases, principal: Principal, department_id: str) -> PartyRow:
    """The department, for which the person speaks; raises `NotYourDepartment`."""
    party = joint.party(department_id)
    if not speaks_for(principal, lent, joint.case.record(), party, joint.parties):
        raise NotYourDepartment
    return party


def of_finding(joint: JointFolder, lent: LentCases, principal: Principal, finding: FindingRow) -> PartyRow:
    """The department that made the finding, for which the person speaks; raises `NotYourFinding`."""
    try:
        return of_department(joint, lent, principal, finding.department_id)
    except NotYourDepartment as refused:
        raise NotYourFinding from refused
