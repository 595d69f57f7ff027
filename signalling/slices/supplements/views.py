"""What is missing of a case, what was received, and all that a link shows."""

from __future__ import annotations

from datetime import date
from typing import Literal

from directory.errors import CalendarTooShort
from directory.principal import Principal, Sender
from document_relay.case_core.findings import JointState
from document_relay.case_core.hand_on_life import HandOnState
from document_relay.case_core.lives import CaseState
from document_relay.case_core.supplements import STANDING, SupplementState, colleagues_see
from document_relay.records import Case, PageRecord
from document_relay.supplement_errors import NoSuchSupplement
from document_relay.supplement_records import SupplementRecord
from document_relay.supplements import Listed
from scheduler.queue_core.window_life import STAFFED
from signalling.slices.supplements.messages import (
    CaseSupplement,
    CaseSupplementView,
    FoundSupplement,
    FoundSupplementsView,
    MissingView,
    ReceivedSupplement,
    ReceivedSupplementsView,
    WantedPaper,
    WantedPapersView,
)
from signalling.slices.supplements.parts import Parts
from signalling.wire.due import due_view
from signalling.wire.sent_pages import sent_page
from signalling.wire.values import Bilingual

_CHANNELS: tuple[Literal["sms", "email"], ...] = ("sms", "email")


async def show_of_case(parts: Parts, principal: Principal, case_id: str) -> CaseSupplementView:
    """What is missing of a case; raises as reading the case does."""
    case = await parts.case_files.view(principal, case_id)
    last = case.supplement
    leads = case.file.clerk_id == principal.person_id and case.file.state is CaseState.OPEN
    return CaseSupplementView(
        case_id=case_id,
        leads=leads,
        may_ask=leads and not _waits(case),
        days=parts.catalogue.item(case.file.item_id).supplement_days,
        channels=[one for one in _CHANNELS if one in parts.channels],
        supplement=None if last is None else _of_case(parts, case, last),
    )


def _waits(case: Case) -> bool:
    """Whether it waits for papers or for other departments, so that to ask would be refused."""
    asked, joint, handed = case.supplement, case.joint, case.hand_on
    return (
        (asked is not None and asked.state in STANDING)
        or (joint is not None and joint.file.state is not JointState.CONCLUDED)
        or (handed is not None and handed.state is HandOnState.HANDED_ON)
    )


def _of_case(parts: Parts, case: Case, last: SupplementRecord) -> CaseSupplement:
    return CaseSupplement(
        supplement_id=last.id,
        state=last.state.value,
        asked_by=last.asked_name,
        asked_at=last.asked_at,
        due_on=last.due_on,
        days_left=_days_left(parts, last),
        missing=[
            MissingView(
                material_id=one.material_id,
                name=Bilingual.name(case.material(one.material_id)),
                todo=one.todo,
                open=one.open,
                pages=len(_came(case, last, one.material_id)),
            )
            for one in last.missing
        ],
        returned=last.returned,
        answered_at=last.answered_at,
        ended_at=last.ended_at,
    )


async def received(parts: Parts, principal: Principal) -> tuple[list[Listed], int]:
    """The clerk's own, and those of colleagues that the person may see by now; what was sent first. And how many."""
    own, total = await parts.supplements.of_clerk(principal.person_id)
    others = [one for one in await _of_colleagues(parts, principal) if _has_waited(parts, one)]
    listed = sorted(own + others, key=lambda one: one.supplement.state is not SupplementState.ANSWERED)
    return listed, total + len(others)


async def _of_colleagues(parts: Parts, principal: Principal) -> list[Listed]:
    """What was sent while the clerk is at no window; the rest while that one is signed in nowhere."""
    clerks = await parts.supplements.clerks_beside(principal)
    if not clerks:
        return []
    at_window = [one for one in clerks if (desk := parts.board.desk(one)) and desk.window_state in STAFFED]
    return await parts.supplements.of_colleagues(principal, at_window, await parts.signed_in(clerks))


def _has_waited(parts: Parts, one: Listed) -> bool:
    since = one.supplement.answered_at or one.supplement.ended_at or one.supplement.since
    waited = _days_between(parts, parts.day_of(since), parts.today())
    return colleagues_see(clerk_there=False, days_waited=waited, wait=parts.colleagues_after_days)


async def show_received(parts: Parts, principal: Principal, _key: str) -> ReceivedSupplementsView:
    """Those that wait for the person."""
    (listed, total), days = await received(parts, principal), parts.days()
    due = await parts.left.act_by([one.case.id for one in listed], days)
    return ReceivedSupplementsView(
        total=total,
        supplements=[
            ReceivedSupplement(
                supplement_id=one.id,
                case_id=case.id,
                number=case.number,
                item_name=Bilingual.item(case),
                applicant_name=case.applicant_name,
                state=one.state.value,
                due_on=one.due_on,
                answered_at=one.answered_at,
                asked_by=one.asked_name,
                yours=case.clerk_id == principal.person_id,
                due=due_view(due[case.id], days),
            )
            for case, one in listed
            if case.id in due
        ],
    )


async def show_wanted(parts: Parts, principal: Principal, _key: str) -> WantedPapersView:
    """What the sender is asked for, and nothing else of the case; raises as reading it does, `NoSuchSupplement`."""
    found = await parts.supplements.of_sender(principal) if isinstance(principal, Sender) else None
    if found is None:
        raise NoSuchSupplement
    case, asked = found
    return WantedPapersView(
        supplement_id=asked.id,
        case_id=case.file.id,
        item_name=Bilingual.item(case.file),
        state=asked.state.value,
        due_on=asked.due_on,
        days_left=_days_left(parts, asked),
        returned=asked.returned,
        papers=_papers(case, asked),
    )


async def show_found(parts: Parts, principal: Principal, _key: str) -> FoundSupplementsView:
    """What is missing of the cases that the person has found, and nothing else of them."""
    cases = await parts.found.of(principal)
    parts.finders.show(principal.person_id, [case.file.id for case in cases])
    return FoundSupplementsView(supplements=[_found(parts, case, one) for case in cases if (one := case.supplement)])


def _found(parts: Parts, case: Case, asked: SupplementRecord) -> FoundSupplement:
    return FoundSupplement(
        number=case.file.number,
        applicant_name=case.file.applicant_name,
        supplement_id=asked.id,
        case_id=case.file.id,
        item_name=Bilingual.item(case.file),
        state=asked.state.value,
        due_on=asked.due_on,
        days_left=_days_left(parts, asked),
        returned=asked.returned,
        papers=_papers(case, asked),
    )


def _papers(case: Case, asked: SupplementRecord) -> list[WantedPaper]:
    return [
        WantedPaper(
            material_id=one.material_id,
            name=Bilingual.name(case.material(one.material_id)),
            todo=one.todo,
            open=one.open,
            pages=[sent_page(page) for page in _came(case, asked, one.material_id)],
        )
        for one in asked.missing
    ]


def _came(case: Case, asked: SupplementRecord, material_id: str) -> list[PageRecord]:
    return [page for page in case.pages_of(material_id) if page.delivered_at >= asked.since]


def _days_left(parts: Parts, one: SupplementRecord) -> int:
    return max(0, _days_between(parts, parts.today(), date.fromisoformat(one.due_on)))


def _days_between(parts: Parts, first: date, last: date) -> int:
    """Working days; plain ones where no table reaches that far, since a list must be shown all the same."""
    try:
        return parts.catalogue.calendar.between(first, last)
    except CalendarTooShort:
        return (last - first).days
