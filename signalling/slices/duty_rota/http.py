"""The rota of a department, as a supervisor reads it."""

from __future__ import annotations

from datetime import date, time, timedelta

from directory.duty import Rota, shifts
from directory.duty_errors import DutyDayInvalid
from directory.duty_keeping import in_reach, monday
from directory.errors import NoSuchDepartment, NoSuchSite, NoSuchStaff
from directory.principal import Permission, Principal, permits
from directory.records import StaffMember
from foundation.database import DatabaseBusy
from signalling.slices.duty_rota.commands import day_of
from signalling.slices.duty_rota.messages import (
    DutyDayBody,
    DutyDepartmentBody,
    DutyExceptionBody,
    DutyPerson,
    DutyRotaBody,
    DutyShiftBody,
    DutyTurnBody,
)
from signalling.slices.duty_rota.parts import Parts
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.values import Bilingual


async def read_rota(parts: Parts, call: Call) -> DutyRotaBody:
    """The rota of a department in the week of a day; of the first with a rota, this week, where nothing is named."""
    today = parts.keeping.today
    day = day_of(call.query("day")) if call.query("day") else today
    if not in_reach(day, today):
        raise DutyDayInvalid(day=day.isoformat())
    counts = await parts.keeping.counts()
    known = sorted((one.id for one in parts.catalogue.departments), key=lambda one: one not in counts)
    wanted = call.query("department") or next(iter(known), "")
    if wanted not in parts.catalogue.department_ids:
        raise NoSuchDepartment(department=wanted)
    rota = await parts.keeping.rota(wanted)
    people = await _people(parts, rota)
    return DutyRotaBody(
        departments=[
            DutyDepartmentBody(department_id=one.id, name=Bilingual.name(one), turns=counts.get(one.id, 0))
            for one in parts.catalogue.departments
        ],
        department_id=wanted,
        today=today.isoformat(),
        on_duty=[_person(parts, people[one]) for one in await parts.keeping.now(wanted, rota)],
        week=_week(rota, people, monday(day)),
        turns=_turns(parts, call.principal, rota, people),
        exceptions=_exceptions(parts, call.principal, rota, people),
        people=await _able(parts, call.principal, wanted),
    )


async def _people(parts: Parts, rota: Rota) -> dict[str, StaffMember]:
    named = {one.staff_id for one in rota.turns}
    for one in rota.exceptions:
        named |= {one.staff_id} if one.stand_in_id is None else {one.staff_id, one.stand_in_id}
    return {one: await parts.catalogue.staff(one) for one in sorted(named)}


def _week(rota: Rota, people: dict[str, StaffMember], begins: date) -> list[DutyDayBody]:
    return [
        DutyDayBody(
            day=day.isoformat(),
            shifts=[
                DutyShiftBody(
                    turn_id=one.turn.id,
                    begins=_clock(one.turn.begins),
                    ends=_clock(one.turn.ends),
                    name=people[one.turn.staff_id].name,
                    asked=None if one.staff_id is None else people[one.staff_id].name,
                )
                for one in shifts(rota, day)
            ],
        )
        for day in (begins + timedelta(days=ahead) for ahead in range(7))
    ]


def _turns(parts: Parts, by: Principal, rota: Rota, people: dict[str, StaffMember]) -> list[DutyTurnBody]:
    return [
        DutyTurnBody(
            turn_id=one.id,
            person=_person(parts, people[one.staff_id]),
            weekdays=one.weekdays,
            begins=_clock(one.begins),
            ends=_clock(one.ends),
            place=one.place,
            may_change=_may(parts, by, people[one.staff_id]),
        )
        for one in rota.turns
    ]


def _exceptions(parts: Parts, by: Principal, rota: Rota, people: dict[str, StaffMember]) -> list[DutyExceptionBody]:
    return [
        DutyExceptionBody(
            exception_id=one.id,
            day=one.day.isoformat(),
            person=_person(parts, people[one.staff_id]),
            stand_in=None if one.stand_in_id is None else _person(parts, people[one.stand_in_id]),
            may_change=_may(parts, by, people[one.staff_id]),
        )
        for one in rota.exceptions
        if one.day >= parts.keeping.today
    ]


async def _able(parts: Parts, by: Principal, department_id: str) -> list[DutyPerson]:
    """Experts first, since they are whom a rota is for."""
    found = [one for one in await parts.catalogue.colleagues() if department_id in one.skills and _may(parts, by, one)]
    found.sort(key=lambda one: ("expert" not in one.roles, one.site_id, one.account))
    return [_person(parts, one) for one in found]


def _may(parts: Parts, by: Principal, person: StaffMember) -> bool:
    return permits(by, Permission.KEEP_ROTA, parts.catalogue.site(person.site_id).path)


def _person(parts: Parts, one: StaffMember) -> DutyPerson:
    return DutyPerson(staff_id=one.id, name=one.name, site_name=Bilingual.name(parts.catalogue.site(one.site_id)))


def _clock(at: time) -> str:
    return f"{at:%H:%M}"


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/duty-rota",
        "Read who is on duty for a department",
        read_rota,
        answer=DutyRotaBody,
        permission=Permission.KEEP_ROTA,
        details=Details(
            parameters=(
                Parameter("department", "query", "The department's identifier; without it the first that has a rota"),
                Parameter("day", "query", "A day of the week that is shown, as 2026-12-07; without it today"),
            ),
            refusals=frozenset({DatabaseBusy, DutyDayInvalid, NoSuchDepartment, NoSuchSite, NoSuchStaff}),
        ),
    ),
)
