"""Finding a colleague to ask into the call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from directory.catalogue import serves
from directory.errors import NoSuchSite
from directory.opening import is_open, next_opening
from directory.principal import Permission
from directory.records import StaffMember
from foundation.errors import Invalid, Words
from signalling.slices.consultations.colleagues import Somebody, find
from signalling.slices.consultations.consulting import pages_open, presence_of
from signalling.slices.consultations.messages import ColleaguesBody, DutyNowView, Only
from signalling.slices.consultations.parts import Parts
from signalling.transport.declared_refusals import TOKEN
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.values import Bilingual

_ONLY: Mapping[str, Only] = {known: known for known in get_args(Only)}


async def find_colleagues(parts: Parts, call: Call) -> ColleaguesBody:
    """Clerks and experts by name, site, department or item, with who is there, on duty, and can be booked now."""
    if (only := _ONLY.get(call.query("only"))) is None:
        raise Invalid(path="only", problem=Words("没有这种筛选", "there is no such filter"))
    known = await parts.catalogue.colleagues()
    on_duty = await parts.duty.everywhere(known)
    pages = pages_open(parts)
    own = call.principal.person_id
    people = [_somebody(parts, one, pages, on_duty) for one in known if one.id != own]
    return ColleaguesBody(
        colleagues=find(parts.catalogue, people, call.query("query"), only), on_duty=_rotas(parts, known, on_duty)
    )


def _somebody(parts: Parts, one: StaffMember, pages: frozenset[str], on_duty: Mapping[str, list[str]]) -> Somebody:
    now, zone = parts.clock.now(), parts.duty.zone
    hours = parts.catalogue.person_hours(one.id) if serves(one) else None
    return Somebody(
        one,
        presence_of(parts, one.id, pages),
        on_duty=tuple(department_id for department_id, there in on_duty.items() if one.id in there),
        bookable_now=hours is not None and is_open(hours, now, zone),
        bookable_next=None if hours is None else next_opening([hours], now, zone),
    )


def _rotas(parts: Parts, known: list[StaffMember], on_duty: Mapping[str, list[str]]) -> list[DutyNowView]:
    names = {one.id: one.name for one in known}
    return [
        DutyNowView(department_id=one.id, name=Bilingual.name(one), names=[names[who] for who in on_duty[one.id]])
        for one in parts.catalogue.departments
        if one.id in on_duty
    ]


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/colleagues",
        "Colleagues who may be asked into a call, by name, site, department or item",
        find_colleagues,
        answer=ColleaguesBody,
        permission=Permission.SERVE,
        details=Details(
            parameters=(
                Parameter("query", "query", "What is looked for; empty for everybody"),
                Parameter("only", "query", "`on_duty` or `bookable_now` for those alone; empty for everybody"),
            ),
            refusals=TOKEN | {Invalid, NoSuchSite},
        ),
    ),
)
