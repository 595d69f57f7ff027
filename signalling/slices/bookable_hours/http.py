"""Whose hours the caller may keep, and who can be booked for an item."""

from __future__ import annotations

from datetime import time

from directory.errors import NoSuchItem, NoSuchSite, NoSuchStaff
from directory.principal import Permission, permits
from directory.records import StaffMember
from foundation.database import DatabaseBusy
from signalling.slices.bookable_hours.messages import (
    BookableClerksBody,
    BookableHoursBody,
    BookablePeopleBody,
    BookablePersonBody,
    BookedShareBody,
    DifferingHours,
    WeeklyHours,
)
from signalling.slices.bookable_hours.parts import Parts
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.wire.values import Bilingual


async def read_hours(parts: Parts, call: Call) -> BookableClerksBody:
    """The caller, or the clerks of the sites that a supervisor watches; the departments for who supervises all."""
    mine = [
        one
        for one in await parts.catalogue.clerks()
        if one.id == call.principal.person_id
        or permits(call.principal, Permission.WATCH_QUEUE, parts.catalogue.site(one.site_id).path)
    ]
    mine.sort(key=lambda one: (not _has_hours(parts, one), one.site_id, one.account))
    shares = parts.catalogue.departments if parts.shares.may_keep(call.principal) else []
    return BookableClerksBody(
        people=[_hours(parts, one) for one in mine],
        departments=[
            BookedShareBody(department_id=one.id, name=Bilingual.name(one), percent=one.booked_percent)
            for one in shares
        ],
    )


async def read_people(parts: Parts, call: Call) -> BookablePeopleBody:
    """Who can be booked for the item, where there is anybody."""
    item = parts.catalogue.item(call.query("item"))
    found = await parts.catalogue.bookable_people(item.department_id)
    return BookablePeopleBody(
        people=[BookablePersonBody(staff_id=one.id, name=one.name, site_name=_site(parts, one)) for one in found]
    )


def _has_hours(parts: Parts, one: StaffMember) -> bool:
    kept = parts.catalogue.stored_hours(one.id)
    return kept is not None and bool(kept.hours)


def _hours(parts: Parts, one: StaffMember) -> BookableHoursBody:
    kept = parts.catalogue.stored_hours(one.id)
    week, differing = (kept.hours, kept.exceptions) if kept else ([], [])
    return BookableHoursBody(
        staff_id=one.id,
        name=one.name,
        site_name=_site(parts, one),
        hours=[
            WeeklyHours(weekday=day.weekday, opens=f"{day.opens:%H:%M}", closes=f"{day.closes:%H:%M}") for day in week
        ],
        exceptions=[
            DifferingHours(day=day.day.isoformat(), opens=_clock(day.opens), closes=_clock(day.closes))
            for day in differing
        ],
        capacity=kept.capacity if kept else 1,
    )


def _clock(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"


def _site(parts: Parts, one: StaffMember) -> Bilingual:
    return Bilingual.name(parts.catalogue.site(one.site_id))


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/bookable-hours",
        "Read when people can be booked",
        read_hours,
        answer=BookableClerksBody,
        permission=Permission.KEEP_HOURS,
        details=Details(refusals=frozenset({DatabaseBusy, NoSuchSite})),
    ),
    Endpoint(
        "GET",
        "/api/v1/bookable-people",
        "Read who can be booked for an item",
        read_people,
        answer=BookablePeopleBody,
        permission=Permission.KEEP_APPOINTMENTS,
        details=Details(
            parameters=(Parameter("item", "query", "The item's identifier", required=True),),
            refusals=frozenset({DatabaseBusy, NoSuchItem, NoSuchSite, NoSuchStaff}),
        ),
    ),
)
