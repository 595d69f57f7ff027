"""The times that are free, and an appointment for somebody's own calendar."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from directory.errors import NoSuchItem, NoSuchSite, NoSuchStaff
from directory.principal import Permission
from foundation.database import DatabaseBusy
from foundation.errors import Forbidden
from scheduler.errors import NoSuchAppointment, NotYourAppointment
from scheduler.invitation import Invitation, as_ics
from scheduler.queue_core.appointment_life import AppointmentState
from scheduler.records import Appointment
from signalling.slices.appointments.messages import AppointmentSlotsBody
from signalling.slices.appointments.parts import Parts
from signalling.slices.appointments.ports import day_or, holder, slots_body
from signalling.slices.appointments.views import window_name
from signalling.transport.http.details import Details, Parameter
from signalling.transport.http.endpoint import Call, Endpoint
from signalling.transport.http.reading import language_of
from signalling.transport.http.sealed_files import private_bytes

_CALENDAR = "text/calendar"
_DAYS = 7


async def read_slots(parts: Parts, call: Call) -> AppointmentSlotsBody:
    """The free times of a week for an item at the caller's site, or `with` a person, from a day on."""
    item = parts.catalogue.item(call.query("item"))
    first, person = day_or(call.query("from"), parts.today), call.query("with") or None
    days = await parts.appointments.slots(call.principal.site_id, item.id, first, _DAYS, person)
    return slots_body(parts.channels, item.expected_minutes, days)


async def read_slots_of_mine(parts: Parts, call: Call) -> AppointmentSlotsBody:
    """The free times of a week for the appointment that the caller's link is for, from a day on."""
    visitor = holder(call.principal)
    minutes = parts.catalogue.item(visitor.item_id).expected_minutes
    days = await parts.appointments.slots_of_mine(visitor, day_or(call.query("from"), parts.today), _DAYS)
    return slots_body(parts.channels, minutes, days)


async def read_calendar(parts: Parts, call: Call) -> web.StreamResponse:
    """The appointment for a calendar: as it is now, or that it is cancelled."""
    return await _calendar(
        parts, call, await parts.appointments.appointment(call.principal, call.path("appointment_id"))
    )


async def read_calendar_of_mine(parts: Parts, call: Call) -> web.StreamResponse:
    """The same of the one that the caller's link is for; raises `NoSuchAppointment` while it is nobody's yet."""
    appointment = await parts.appointments.of_visitor(holder(call.principal))
    if appointment is None or appointment.state in (AppointmentState.HELD, AppointmentState.RELEASED):
        raise NoSuchAppointment
    return await _calendar(parts, call, appointment)


async def _calendar(parts: Parts, call: Call, appointment: Appointment) -> web.StreamResponse:
    return private_bytes(as_ics(await _invitation(parts, appointment, language_of(call.request) == "zh-CN")), _CALENDAR)


async def _invitation(parts: Parts, one: Appointment, chinese: bool) -> Invitation:
    item, site = parts.catalogue.item(one.item_id), parts.catalogue.site(one.site_id)
    home, window = parts.catalogue.site(one.home_id), await window_name(parts, one)
    return Invitation(
        appointment_id=one.id,
        sequence=one.version - 1,
        changed_at=one.state_since,
        at=one.at,
        lasts=timedelta(minutes=one.minutes),
        cancelled=one.state is AppointmentState.CANCELLED,
        summary=f"预约 {one.number}：{item.name_zh}" if chinese else f"Appointment {one.number}: {item.name_en}",
        place=site.name_zh if chinese else site.name_en,
        note=f"{home.name_zh} {window.zh}" if chinese else f"{window.en}, {home.name_en}",
        organiser=home.name_zh if chinese else home.name_en,
    )


ENDPOINTS: tuple[Endpoint[Parts], ...] = (
    Endpoint(
        "GET",
        "/api/v1/appointment-slots",
        "Read the times that can be booked",
        read_slots,
        answer=AppointmentSlotsBody,
        permission=Permission.KEEP_APPOINTMENTS,
        details=Details(
            parameters=(
                Parameter("item", "query", "The item's identifier", required=True),
                Parameter("from", "query", "The first day, as 2026-03-02; today where it names none"),
                Parameter("with", "query", "The identifier of who is to be booked; the windows where it names nobody"),
            ),
            refusals=frozenset({DatabaseBusy, NoSuchItem, NoSuchSite, NoSuchStaff}),
        ),
    ),
    Endpoint(
        "GET",
        "/api/v1/appointments/{appointment_id}/calendar.ics",
        "Read an appointment for a calendar",
        read_calendar,
        content=_CALENDAR,
        permission=Permission.KEEP_APPOINTMENTS,
        details=Details(
            refusals=frozenset({DatabaseBusy, NoSuchAppointment, NoSuchItem, NoSuchSite, NotYourAppointment})
        ),
    ),
    Endpoint(
        "GET",
        "/api/v1/visit/appointment-slots",
        "Read the times to which one's own appointment can be moved",
        read_slots_of_mine,
        answer=AppointmentSlotsBody,
        permission=Permission.KEEP_OWN_APPOINTMENT,
        details=Details(
            parameters=(Parameter("from", "query", "The first day, as 2026-03-02; today where it names none"),),
            refusals=frozenset({DatabaseBusy, Forbidden, NoSuchAppointment, NoSuchItem, NoSuchSite, NoSuchStaff}),
        ),
    ),
    Endpoint(
        "GET",
        "/api/v1/visit/calendar.ics",
        "Read one's own appointment for a calendar",
        read_calendar_of_mine,
        content=_CALENDAR,
        permission=Permission.KEEP_OWN_APPOINTMENT,
        details=Details(refusals=frozenset({DatabaseBusy, Forbidden, NoSuchAppointment, NoSuchItem, NoSuchSite})),
    ),
)
