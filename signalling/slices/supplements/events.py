"""Whose lists are stale, and the clock that ends what was not sent in time."""

from __future__ import annotations

import asyncio

import structlog

from document_relay.case_core.joint_acts import CONCLUDED, OPENED
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
)
from document_relay.records import CaseRecord
from foundation.database import DatabaseBusy
from scheduler.queue_core.window_life import STAFFED
from signalling.slices.supplements.parts import Parts

_log = structlog.get_logger("signalling.supplements")
_LOOK_SECONDS = 2.0
_ROUNDS = 15
"""The deadlines are looked at every so many looks: half a minute."""


def follow(parts: Parts) -> None:
    """Follows what is missing, what comes, whether it can be asked for, and who is at a window."""

    async def changed(event: SupplementChanged) -> None:
        case = await parts.case_files.file(event.case_id)
        _show_case(parts, event.case_id)
        parts.registry.invalidate([case.worker_id], "supplements")
        parts.registry.invalidate([event.asked_by], "received_supplements")
        _show_desk(parts, case)

    async def of_case(event: CaseEvent) -> None:
        _show_case(parts, event.case_id)

    async def joint(event: JointAcceptanceChanged) -> None:
        # While it stands nothing else is asked for; its findings change nothing here.
        if event.act in (OPENED, CONCLUDED):
            _show_case(parts, event.case_id)

    async def clerk(event: CaseEvent) -> None:
        # Another one leads, or nobody.
        _show_case(parts, event.case_id)
        # Every case has a clerk and ends; few were ever waited for, and only those stand in the desks' lists.
        if await parts.supplements.was_asked(event.case_id):
            _show_desk(parts, await parts.case_files.file(event.case_id))

    parts.bus.subscribe(SupplementChanged, changed)
    for kind in (PageDelivered, PageRemoved, HandOnChanged):
        parts.bus.subscribe(kind, of_case)
    parts.bus.subscribe(JointAcceptanceChanged, joint)
    parts.bus.subscribe(ClerkAssigned, clerk)
    parts.bus.subscribe(CaseDecided, clerk)
    parts.bus.subscribe(CaseClosed, clerk)
    parts.senders.on_end(lambda sender: parts.registry.end_session(sender.person_id))
    _follow_desks(parts)


def _follow_desks(parts: Parts) -> None:
    """Follows who is at a window, and who is gone."""

    def show_colleagues(site_id: str) -> None:
        parts.registry.invalidate_site(site_id, "window", "received_supplements")

    staffed: set[str] = set()

    def at_desk(clerk_id: str) -> None:
        desk = parts.board.desk(clerk_id)
        there = desk is not None and desk.window_state in STAFFED
        if desk is None or there == (clerk_id in staffed):
            return
        (staffed.add if there else staffed.discard)(clerk_id)
        # What was sent to a clerk concerns colleagues while that one is away.
        show_colleagues(desk.site_id)

    parts.board.on_desk(at_desk)
    parts.people.on_gone(lambda person: show_colleagues(person.site_id))


def _show_case(parts: Parts, case_id: str) -> None:
    for face in ("window", "point"):
        parts.registry.invalidate_with_case(case_id, face, "supplement")
    parts.registry.invalidate(parts.senders.of_case(case_id), "wanted_papers")
    parts.registry.invalidate(parts.finders.of_case(case_id), "found_supplements")


def _show_desk(parts: Parts, case: CaseRecord) -> None:
    """To the case's department, and to who has it: of another department where it is handed on."""
    parts.registry.invalidate_departments([case.department_id], "window", "received_supplements")
    parts.registry.invalidate([case.clerk_id], "received_supplements")


async def keep_deadlines(parts: Parts) -> None:
    """Ends for ever what was not sent in time, and the pages of those whose links are over."""
    rounds, day = 0, parts.today()
    while True:
        try:
            await parts.senders.follow()
            if rounds % _ROUNDS == 0:
                await parts.supplements.end_due()
                # What was found is shown for a while only.
                parts.registry.invalidate(parts.finders.everybody(), "found_supplements")
        except DatabaseBusy:
            _log.warning("deadlines_not_looked_at")
        if (now := parts.today()) != day:
            # Another day has begun: colleagues may see more.
            day = now
            parts.registry.invalidate_face("window", "received_supplements")
        rounds += 1
        await asyncio.sleep(_LOOK_SECONDS)
