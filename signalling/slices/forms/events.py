"""Whoever watches a case is shown its form anew when it begins, ends, or asks for other things."""

from __future__ import annotations

from document_relay.events import CaseClosed, CaseDecided, CaseEvent, ClerkAssigned, FormEvent
from signalling.slices.forms.parts import Parts
from signalling.slices.forms.showing import show_whole


def follow(parts: Parts) -> None:
    """Follows the forms, and who may write in them."""

    async def changed(event: CaseEvent) -> None:
        show_whole(parts, event.case_id)

    async def in_other_hands(event: ClerkAssigned) -> None:
        parts.presence.close_eyes(event.case_id)
        show_whole(parts, event.case_id)

    parts.bus.subscribe(ClerkAssigned, in_other_hands)
    for kind in (FormEvent, CaseDecided, CaseClosed):
        parts.bus.subscribe(kind, changed)
