"""A case that is handed on, as the two departments, the point and supervisors see it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal

from directory.errors import CalendarTooShort
from directory.principal import Permission, Principal, permits
from document_relay.case_core.hand_on_life import AT_SENDER, HELD, HandOnState, nearness
from document_relay.case_core.lives import CaseState
from document_relay.hand_on_records import Desk, HandOnRecord
from document_relay.records import Case, CaseRecord
from document_relay.store.hand_on_reading import OverdueRow as OwnedRow
from signalling.slices.handon.messages import (
    ExchangeView,
    HandedOnRow,
    HandedOnView,
    HandOnDetails,
    HandOnView,
    InboxCaseView,
    InboxView,
    OverdueRow,
    OverdueView,
    Turn,
)
from signalling.slices.handon.parts import Parts
from signalling.transport.listing import Listing
from signalling.wire.values import Bilingual

_May = Literal["hand_on", "take", "ask_back", "answer", "return", "decide"]


async def show_inbox(parts: Parts, principal: Principal, _key: str) -> Listing:
    """What lies with the person's departments, what they handed on, and what came of it."""
    found, total = await parts.hand_ons.inbox(principal)
    rows = {one.file.id: _row(parts, principal, one.file, one.hand_on) for one in found}
    return Listing(rows=rows, make=InboxView, beside={"total": total})


async def show_hand_on(parts: Parts, principal: Principal, case_id: str) -> HandOnView:
    """How a case is handed on; raises as reading the case does."""
    case = await parts.case_files.view(principal, case_id)
    details = None if case.hand_on is None else _details(parts, principal, case, case.hand_on)
    return HandOnView(case_id=case_id, handed=details, may=_may(principal, case))


async def show_handed_on(parts: Parts, principal: Principal, _key: str) -> HandedOnView:
    """The cases of who looks that others decide, and what came of them."""
    return HandedOnView(
        cases=[
            HandedOnRow(
                case_id=file.id,
                number=file.number,
                item_name=Bilingual.item(file),
                applicant_name=file.applicant_name,
                desk=_named(hand_on.receiver),
                due_on=hand_on.decide_by,
                wanted=0 if file.outcome else wanted,
                outcome=file.outcome,  # type: ignore[arg-type]
                notice_url=f"/api/v1/documents/{file.notice_document_id}/pdf" if file.notice_document_id else None,
            )
            for file, hand_on, wanted in await parts.hand_ons.results(principal)
        ]
    )


async def show_overdue(parts: Parts, principal: Principal, _key: str) -> OverdueView:
    """The departments at the supervisor's site and below that own cases after their visits."""
    handed = await parts.hand_ons.overdue(principal.site_path, parts.today())
    rows = _together([*handed, *await parts.left.overdue(principal.site_path, parts.days())])
    return OverdueView(
        departments=[
            OverdueRow(
                site_name=Bilingual.name(parts.catalogue.site(one.site_id)),
                department_name=Bilingual.name(parts.catalogue.department(one.department_id)),
                open=one.open,
                overdue=one.overdue,
                first_due=one.first_due,
            )
            for one in rows
        ]
    )


def _together(rows: Iterable[OwnedRow]) -> list[OwnedRow]:
    """One row a department; those with the most overdue first."""
    found: dict[tuple[str, str], OwnedRow] = {}
    for one in rows:
        place = one.site_id, one.department_id
        former = found.get(place, OwnedRow(*place, 0, 0, one.first_due))
        first = min(former.first_due, one.first_due)
        found[place] = OwnedRow(*place, former.open + one.open, former.overdue + one.overdue, first)
    return sorted(found.values(), key=lambda one: (-one.overdue, one.site_id, one.department_id))


def _row(parts: Parts, principal: Principal, file: CaseRecord, hand_on: HandOnRecord) -> InboxCaseView:
    left = _days_left(parts, hand_on.due_on)
    at_sender = hand_on.state in AT_SENDER
    owner = (hand_on.sender_id, hand_on.sender_name) if at_sender else (hand_on.taker_id, hand_on.taker_name)
    decided = hand_on.state is HandOnState.DECIDED
    return InboxCaseView(
        case_id=file.id,
        number=file.number,
        item_name=Bilingual.item(file),
        applicant_name=file.applicant_name,
        site_name=file.site_zh,
        state=hand_on.state.value,
        place=_place(principal, hand_on),
        sender=_named(hand_on.sender),
        receiver=_named(hand_on.receiver),
        owner=owner[1],
        yours=not decided and owner[0] == principal.person_id,
        due_on=hand_on.due_on,
        days_left=left,
        near="in_time" if decided else nearness(hand_on.due_on, parts.today().isoformat(), left),
        handed_at=hand_on.handed_at,
        outcome=file.outcome,  # type: ignore[arg-type]
    )


def _details(parts: Parts, principal: Principal, case: Case, hand_on: HandOnRecord) -> HandOnDetails:
    return HandOnDetails(
        case=_row(parts, principal, case.file, hand_on),
        sender_name=hand_on.sender_name,
        note=hand_on.note,
        decide_by=hand_on.decide_by,
        exchanges=[
            ExchangeView(
                question=one.question,
                asked_by=one.asked_by,
                asked_at=one.asked_at,
                answer=one.answer,
                answered_by=one.answered_by,
                answered_at=one.answered_at,
            )
            for one in hand_on.exchanges
        ],
        returned=hand_on.returned,
    )


def _may(principal: Principal, case: Case) -> list[_May]:
    """What the page offers; the commands ask once more."""
    hand_on = case.hand_on
    if case.file.state is not CaseState.OPEN:
        return []
    serves = case.file.clerk_id == principal.person_id and permits(principal, Permission.SERVE)
    if hand_on is None:
        return ["hand_on"] if serves else []
    if hand_on.state in HELD:
        if hand_on.taker_id != principal.person_id:
            return []
        return ["ask_back", "return", "decide" if serves else "take"]
    if not _is_of(principal, hand_on.desk):
        return []
    if hand_on.state is HandOnState.HANDED_ON:
        return ["take"] if permits(principal, Permission.DECIDE) else []
    has = hand_on.sender_id == principal.person_id == case.file.clerk_id
    took: list[_May] = [] if has else ["take"]
    if hand_on.state is HandOnState.ASKED_BACK:
        return ["answer", *took]
    return ["hand_on", "decide"] if serves else took


def _place(principal: Principal, hand_on: HandOnRecord) -> Turn:
    if hand_on.state is HandOnState.DECIDED:
        return "decided"
    return "ours" if _is_of(principal, hand_on.desk) else "away"


def _is_of(principal: Principal, desk: Desk) -> bool:
    return principal.site_id == desk.site_id and desk.department_id in principal.department_ids


def _days_left(parts: Parts, due_on: str) -> int | None:
    """None where the calendar does not reach: the date itself says then whether it is over."""
    try:
        return parts.catalogue.calendar.between(parts.today(), date.fromisoformat(due_on))
    except CalendarTooShort:
        return None


def _named(desk: Desk) -> Bilingual:
    return Bilingual(zh=desk.zh, en=desk.en)
