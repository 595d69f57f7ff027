"""Who says when somebody can be booked, and how much of a department's windows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType

from directory.errors import HoursInvalid, HoursOverlap, NoSuchDepartment, NoSuchSite, NoSuchStaff, NotAClerk
from directory.principal import Permission, Principal, permits
from directory.records import OpeningException, OpeningHours, PersonHours
from foundation.database import DatabaseBusy
from foundation.errors import Forbidden
from signalling.slices.bookable_hours.messages import KeepBookableHours, KeepBookedShare
from signalling.slices.bookable_hours.parts import Parts
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def keep_bookable_hours(parts: Parts, principal: Principal, command: KeepBookableHours) -> None:
    """Keeps them; raises `Forbidden` for somebody of another site, or anybody else where a clerk asks."""
    person = await parts.catalogue.staff(command.staff_id)
    supervises = permits(principal, Permission.WATCH_QUEUE, parts.catalogue.site(person.site_id).path)
    if person.id != principal.person_id and not supervises:
        raise Forbidden
    week = [
        OpeningHours(weekday=one.weekday, opens=_time(one.opens), closes=_time(one.closes)) for one in command.hours
    ]
    differing = [
        OpeningException(day=_day(one.day), opens=_maybe(one.opens), closes=_maybe(one.closes))
        for one in command.exceptions
    ]
    await parts.keeping.keep(PersonHours(id=person.id, hours=week, exceptions=differing, capacity=command.capacity))


async def keep_booked_share(parts: Parts, principal: Principal, command: KeepBookedShare) -> None:
    """Keeps it; raises `Forbidden` for who does not supervise the whole district."""
    await parts.shares.keep(principal, command.department_id, command.percent)


def _time(text: str) -> time:
    return time.fromisoformat(text)


def _maybe(text: str | None) -> time | None:
    return None if text is None else _time(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        # Such as the thirtieth of February.
        raise HoursInvalid(clock=text) from error


COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        KeepBookableHours: CommandRow(
            Permission.KEEP_HOURS,
            keep_bookable_hours,
            frozenset({DatabaseBusy, Forbidden, HoursInvalid, HoursOverlap, NoSuchSite, NoSuchStaff, NotAClerk}),
            access="bookable_hours_kept",
        ),
        KeepBookedShare: CommandRow(
            Permission.KEEP_ROTA,
            keep_booked_share,
            frozenset({DatabaseBusy, Forbidden, NoSuchDepartment, NoSuchSite}),
            access="booked_share_kept",
        ),
    }
)
