"""Whoever watches a case is shown its findings anew, and the departments concerned the cases that wait for them."""

from __future__ import annotations

from document_relay.events import ClerkAssigned, JointAcceptanceChanged
from signalling.slices.findings.parts import Parts


def follow(parts: Parts) -> None:
    """Follows the joint acceptances, and who has a case in hand."""

    async def changed(event: JointAcceptanceChanged) -> None:
        parts.registry.invalidate_with_case(event.case_id, "window", "findings")
        parts.registry.invalidate_with_case(event.case_id, "point", "told_findings")
        parts.registry.invalidate_departments(event.department_ids, "window", "asked_findings")
        parts.registry.invalidate([(await parts.case_files.file(event.case_id)).worker_id], "supplements")

    async def assigned(event: ClerkAssigned) -> None:
        # Another one leads from now on.
        parts.registry.invalidate_with_case(event.case_id, "window", "findings")

    parts.bus.subscribe(JointAcceptanceChanged, changed)
    parts.bus.subscribe(ClerkAssigned, assigned)
