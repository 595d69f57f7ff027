"""Appointments and the cells that they take: every statement on them.

A change is conditional on the version that was read: who comes second gets `MovedMeanwhile` and changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast

import msgspec
from sqlalchemy import RowMapping, Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from foundation.database import ReadSession, WriteSession, readable
from scheduler.errors import MovedMeanwhile, NoSuchAppointment, NotInThisState
from scheduler.queue_core import appointment_life
from scheduler.queue_core.appointment_life import AppointmentState
from scheduler.queue_core.life import IllegalTransition
from scheduler.queue_core.slots import Cell
from scheduler.records import Appointment
from scheduler.store.tables import AppointmentRow, AppointmentUnitRow

_appointments = cast(Table, AppointmentRow.__table__)
_units = cast(Table, AppointmentUnitRow.__table__)
_DAY = timedelta(days=1)
_LISTED_AT_MOST = 200
_OF_PEOPLE = [one for one in AppointmentState if one not in (AppointmentState.HELD, AppointmentState.RELEASED)]


async def add(session: WriteSession, appointment: Appointment) -> None:
    """Stores a new appointment, without its cells."""
    await session.execute(insert(_appointments), asdict(appointment))


async def appointment(session: ReadSession, appointment_id: str) -> Appointment:
    """The appointment; raises `NoSuchAppointment`."""
    wanted = select(_appointments).where(_appointments.c.id == appointment_id)
    row = (await session.execute(wanted)).mappings().one_or_none()
    if row is None:
        raise NoSuchAppointment
    return _appointment(row)


async def named(session: ReadSession, appointment_ids: Collection[str]) -> list[Appointment]:
    """Those of these identifiers, the earliest first; 200 at most."""
    return await _listed(session, _appointments.c.id.in_(appointment_ids))


async def if_readable(session: ReadSession, appointment_id: str) -> Appointment | None:
    """The appointment; None where it is damaged, which is told."""
    return next(iter(await named(session, [appointment_id])), None)


async def take(session: WriteSession, appointment_id: str, cells: Iterable[Cell]) -> None:
    """Takes the cells; raises `MovedMeanwhile` when somebody has one of them."""
    rows = [{"unit_id": unit, "starts": starts, "appointment_id": appointment_id} for unit, starts in cells]
    try:
        await session.execute(insert(_units), rows)
    except IntegrityError as error:
        raise MovedMeanwhile from error


async def release(session: WriteSession, appointment_id: str) -> None:
    """Gives the appointment's cells back."""
    await session.execute(delete(_units).where(_units.c.appointment_id == appointment_id))


async def taken(session: ReadSession, unit_ids: Collection[str], first: date, days: int) -> set[Cell]:
    """The cells of these units that are taken on so many days, and on the one after them for what crosses midnight."""
    since = datetime.combine(first, time())
    wanted = select(_units.c.unit_id, _units.c.starts).where(
        _units.c.unit_id.in_(unit_ids), _units.c.starts >= since, _units.c.starts < since + _DAY * (days + 1)
    )
    return {(row.unit_id, row.starts) for row in await session.execute(wanted)}


async def move(
    session: WriteSession, former: Appointment, state: AppointmentState, at: datetime, changes: Mapping[str, Any]
) -> Appointment:
    """Changes the appointment and returns it as it is now; raises `NotInThisState`, `MovedMeanwhile`."""
    try:
        appointment_life.check(former.state, state)
    except IllegalTransition as illegal:
        raise NotInThisState(former=illegal.former, state=illegal.state) from illegal
    of = (_appointments.c.id == former.id, _appointments.c.version == former.version)
    values = {**changes, "state": state, "state_since": at, "version": former.version + 1}
    changed = update(_appointments).where(*of).values(values).returning(*_appointments.c)
    row = (await session.execute(changed)).mappings().one_or_none()
    if row is None:
        raise MovedMeanwhile
    return _appointment(row)


async def write_off(session: WriteSession, appointment_id: str, at: datetime) -> None:
    """Has what was held, and cannot be read any more, be nobody's."""
    values = {"state": AppointmentState.RELEASED, "state_since": at, "details": b"", "forgotten": True}
    held = (_appointments.c.id == appointment_id, _appointments.c.state == AppointmentState.HELD)
    await session.execute(update(_appointments).where(*held).values(values))


async def keep_visitor(session: WriteSession, booked: Appointment, visitor_id: str) -> Appointment:
    """Notes who keeps a new appointment by video; it is no change that anybody is told of."""
    await session.execute(update(_appointments).where(_appointments.c.id == booked.id).values(visitor_id=visitor_id))
    return replace(booked, visitor_id=visitor_id)


async def booked_days(session: ReadSession, person: bytes, besides: str, since: datetime) -> list[date]:
    """The days on which the person has an appointment that is not over, or one is held, `besides` the one named."""
    wanted = select(_appointments.c.starts).where(
        _appointments.c.person == person,
        _appointments.c.state.in_((AppointmentState.BOOKED, AppointmentState.HELD)),
        _appointments.c.id != besides,
        _appointments.c.starts >= since,
    )
    return [starts.date() for starts in await session.scalars(wanted)]


async def booked_before(session: ReadSession, wall: datetime) -> list[Appointment]:
    """Those that nobody has checked in for and that began before this time on the wall."""
    of = (_appointments.c.state == AppointmentState.BOOKED, _appointments.c.starts < wall)
    return await _listed(session, *of)


async def remembered(session: ReadSession, before: datetime) -> list[Appointment]:
    """Those that began before this time on the wall and of which it is still known how their people are reached."""
    return await _listed(session, _appointments.c.forgotten.is_(False), _appointments.c.starts < before)


async def forget(session: WriteSession, appointment_id: str, details: bytes) -> None:
    """Keeps of an appointment these details alone; who reads it meanwhile notices nothing."""
    changed = update(_appointments).where(_appointments.c.id == appointment_id)
    await session.execute(changed.values(details=details, forgotten=True))


async def of_site(session: ReadSession, site_id: str, since: datetime) -> list[Appointment]:
    """Those of a point that begin at this time on the wall or later, the earliest first; 200 at most."""
    return await _of_people(session, _appointments.c.site_id == site_id, _appointments.c.starts >= since)


async def of_home(session: ReadSession, home_id: str, department_ids: Collection[str], day: date) -> list[Appointment]:
    """Those of a centre's departments on a day, the earliest first; 200 at most."""
    since = datetime.combine(day, time())
    within = (_appointments.c.starts >= since, _appointments.c.starts < since + _DAY)
    mine = (_appointments.c.home_id == home_id, _appointments.c.department_id.in_(department_ids))
    return await _of_people(session, *mine, *within)


async def of_person(session: ReadSession, staff_id: str, day: date) -> list[Appointment]:
    """Those on a day that are with one of the staff, wherever they were booked, the earliest first; 200 at most."""
    since = datetime.combine(day, time())
    within = (_appointments.c.starts >= since, _appointments.c.starts < since + _DAY)
    # Said in full, so that the index of states and times is used.
    named = _appointments.c.state.in_(_OF_PEOPLE)
    return await _listed(session, named, *within, _appointments.c.unit_id.startswith(f"{staff_id}:", autoescape=True))


async def _of_people(session: ReadSession, *conditions: Any) -> list[Appointment]:
    """Those that people have: what is held for the waiting list stands there."""
    return await _listed(session, _appointments.c.state.in_(_OF_PEOPLE), *conditions)


async def _listed(session: ReadSession, *conditions: Any) -> list[Appointment]:
    wanted = select(_appointments).where(*conditions).order_by(_appointments.c.starts, _appointments.c.id)
    return await readable(session, wanted.limit(_LISTED_AT_MOST), _appointments.c.id, _appointment)


def _appointment(row: RowMapping) -> Appointment:
    # Checked, since SQLite keeps anything in any column.
    return msgspec.convert(dict(row), Appointment)
