"""Whoever watches a case is shown at once that a mandate is another; those whose day is over end by themselves."""

from __future__ import annotations

import asyncio

import structlog

from document_relay.events import CaseClosed, CaseDecided, ClerkAssigned, MandateChanged
from foundation.database import DatabaseBusy
from signalling.identity.faces import Face
from signalling.slices.mandates.parts import Parts

_EXPIRE_SECONDS = 10.0
"""A mandate that has ended is refused at once; this is how long it may take until people are shown so."""
_FACES: tuple[Face, ...] = ("point", "window", "supervisor")
_log = structlog.get_logger("signalling.mandates")


def follow(parts: Parts) -> None:
    """Follows the mandates, who has a case in hand, and what it has come to."""

    async def changed(event: MandateChanged | ClerkAssigned | CaseDecided | CaseClosed) -> None:
        for face in _FACES:
            parts.registry.invalidate_with_case(event.case_id, face, "mandates")

    parts.bus.subscribe(MandateChanged, changed)
    parts.bus.subscribe(ClerkAssigned, changed)
    # What the acting has come to, and which forms may follow.
    parts.bus.subscribe(CaseDecided, changed)
    parts.bus.subscribe(CaseClosed, changed)


async def expire_for_ever(parts: Parts) -> None:
    """Ends the mandates whose day is over, again and again."""
    while True:
        try:
            await parts.mandates.expire()
        except DatabaseBusy:
            _log.warning("mandates_not_ended")
        await asyncio.sleep(_EXPIRE_SECONDS)
