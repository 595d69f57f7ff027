"""Whose lists are stale, the resident who is told of the decision, and what goes back from people who are gone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import structlog

from directory.principal import Principal
from document_relay.case_core import hand_on_acts as acts
from document_relay.events import (
    CaseDecided,
    CaseEvent,
    ClerkAssigned,
    HandOnChanged,
    JointAcceptanceChanged,
    MaterialRequested,
    PageDelivered,
    SupplementChanged,
    VisitLeft,
)
from document_relay.hand_on_records import Reach
from foundation.database import DatabaseBusy
from foundation.notifying import Channel, Notice
from signalling.slices.handon.parts import Parts

_log = structlog.get_logger("signalling.handon")
_LOOK_SECONDS = 60
_USEFUL = timedelta(days=7)
"""How long a notice of the decision is worth sending."""
KIND = "hand_on_decided"


def follow(parts: Parts) -> None:
    """Follows the cases that are handed on, and who is gone."""

    async def changed(event: HandOnChanged) -> None:
        file = await parts.case_files.file(event.case_id)
        parts.registry.invalidate_with_case(event.case_id, "window", "hand_on")
        parts.registry.invalidate_departments(event.department_ids, "window", "inbox")
        parts.registry.invalidate_face("supervisor", "overdue")
        parts.registry.invalidate([file.worker_id], "handed_on")
        if event.act == acts.DECIDED:
            await _tell_resident(parts, event.case_id)

    async def assigned(event: ClerkAssigned) -> None:
        parts.registry.invalidate_with_case(event.case_id, "window", "hand_on")

    async def papers(event: MaterialRequested | PageDelivered) -> None:
        parts.registry.invalidate([(await parts.case_files.file(event.case_id)).worker_id], "handed_on")

    def gone(principal: Principal) -> None:
        parts.tasks.spawn(_release_gone(parts, {principal.person_id}), name="handed back")

    async def owned(_event: CaseEvent) -> None:
        parts.registry.invalidate_face("supervisor", "overdue")

    parts.bus.subscribe(HandOnChanged, changed)
    for kind in (CaseDecided, JointAcceptanceChanged, SupplementChanged, VisitLeft):
        parts.bus.subscribe(kind, owned)
    parts.bus.subscribe(ClerkAssigned, assigned)
    parts.bus.subscribe(MaterialRequested, papers)
    parts.bus.subscribe(PageDelivered, papers)
    parts.people.on_gone(gone)


async def watch(parts: Parts) -> None:
    """Gives back what people have who are gone, and looks at due dates when the day changes; for ever."""
    day = None
    while True:
        try:
            await _release_gone(parts, await parts.hand_ons.takers())
            if (now := parts.today()) != day:
                await _name_unowned(parts)
                day = now
                _show_anew(parts)
        except DatabaseBusy:
            _log.warning("takers_not_looked_at")
        await asyncio.sleep(_LOOK_SECONDS)


def _show_anew(parts: Parts) -> None:
    for topic in ("inbox", "asked_findings", "left_cases"):
        parts.registry.invalidate_face("window", topic)
    parts.registry.invalidate_face("supervisor", "overdue")


async def _name_unowned(parts: Parts) -> None:
    """Says in the log which cases nobody has after their visit: there are none, unless a fault left one."""
    for case_id in await parts.left.lying_between(parts.days()):
        _log.error("case_lies_between_desks", case_id=case_id)


async def _release_gone(parts: Parts, staff_ids: set[str] | frozenset[str]) -> None:
    """Who is disabled, or signed in nowhere, has nothing in hand."""
    if staff_ids:
        for staff_id in staff_ids - await parts.signed_in(staff_ids):
            await parts.hand_ons.release(staff_id)


async def _tell_resident(parts: Parts, case_id: str) -> None:
    told = await parts.results.whom_to_tell(case_id)
    if told is None:
        return
    file, _, reach = told
    chinese, now, secret = reach.language == "zh-CN", parts.clock.now(), parts.results.secret()
    site = parts.catalogue.site(file.site_id)
    values = {
        "number": file.number,
        "item": file.item_zh if chinese else file.item_en,
        "link": f"{parts.door}{secret}",
        "place": site.name_zh if chinese else site.name_en,
    }
    async with parts.database.write() as session:
        posted = False
        for channel, address in _addresses(reach):
            notice = Notice(
                # Heard again, it is the same notice.
                key=f"hand-on {case_id} {channel}",
                topic=f"hand-on {case_id}",
                kind=KIND,
                channel=channel,
                address=address,
                language=reach.language,
                values=values,
                due=now,
                useful_until=now + _USEFUL,
            )
            posted = await parts.notifier.post(session, notice) or posted
        if posted:
            await parts.results.keep(session, secret, file)


def _addresses(reach: Reach) -> Iterator[tuple[Channel, str]]:
    if reach.phone:
        yield "sms", reach.phone
    if reach.email:
        yield "email", reach.email
