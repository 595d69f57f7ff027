"""Whoever watches a case is shown its findings anew, and the departments concerned the cases that wait for them."""

from __future__ import annotations

from directory.principal import Principal
from document_relay.events import (
    CaseClosed,
    CaseDecided,
    CaseEvent,
    ClerkAssigned,
    HandOnChanged,
    JointAcceptanceChanged,
    PageDelivered,
    PageRemoved,
    SupplementChanged,
    VisitLeft,
)
from signalling.slices.findings.parts import Parts


def follow(parts: Parts) -> None:
    """Follows the joint acceptances, and who has a case in hand."""

    async def changed(event: JointAcceptanceChanged) -> None:
        parts.registry.invalidate_with_case(event.case_id, "window", "findings")
        parts.registry.invalidate_with_case(event.case_id, "point", "told_findings")
        _show_answerers(parts, event.case_id)
        parts.registry.invalidate_departments(event.department_ids, "window", "asked_findings")
        parts.registry.invalidate([(await parts.case_files.file(event.case_id)).worker_id], "supplements")
        await left(event)

    async def assigned(event: ClerkAssigned) -> None:
        # Another one leads from now on.
        parts.registry.invalidate_with_case(event.case_id, "window", "findings")

    async def shown(event: CaseEvent) -> None:
        _show_answerers(parts, event.case_id)

    async def left(event: CaseEvent) -> None:
        department = (await parts.case_files.file(event.case_id)).department_id
        parts.registry.invalidate_departments([department], "window", "left_cases")

    def gone(principal: Principal) -> None:
        parts.registry.invalidate_site(principal.site_id, "window", "left_cases")

    parts.bus.subscribe(JointAcceptanceChanged, changed)
    parts.bus.subscribe(ClerkAssigned, assigned)
    for kind in (VisitLeft, CaseDecided, HandOnChanged, SupplementChanged):
        parts.bus.subscribe(kind, left)
    for other in (PageDelivered, PageRemoved, CaseDecided, CaseClosed):
        parts.bus.subscribe(other, shown)
    parts.on_gone(gone)


def _show_answerers(parts: Parts, case_id: str) -> None:
    parts.registry.invalidate(parts.senders.of_case(case_id), "findings_to_answer")
