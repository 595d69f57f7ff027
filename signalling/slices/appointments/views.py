"""Appointments as pages show them."""

from __future__ import annotations

from typing import cast

from directory.errors import NoSuchStaff, NoSuchWindow
from directory.principal import Permission, Principal, permits
from foundation.vault import SealBroken
from scheduler.queue_core.slots import person_of
from scheduler.records import Appointment
from signalling.slices.appointments.messages import AppointmentState, AppointmentsView, AppointmentView
from signalling.slices.appointments.parts import Parts
from signalling.slices.appointments.ports import hidden_phone, wall_text
from signalling.slices.tickets.ports import Said
from signalling.wire.values import Bilingual


async def show_appointments(parts: Parts, principal: Principal, _key: str) -> AppointmentsView:
    """Those of the worker's point from today on, or of the clerk's departments today."""
    parts.readers.note(principal.person_id, principal.site_id)
    at_point = permits(principal, Permission.BOOK_APPOINTMENTS)
    found = await (
        parts.appointments.of_site(principal.site_id) if at_point else parts.appointments.of_clerk(principal)
    )
    return AppointmentsView(appointments=[await _view(parts, one) for one in found])


async def window_name(parts: Parts, appointment: Appointment) -> Bilingual:
    """The window, or the person, that is kept for it; empty for one that is there no longer."""
    try:
        if (person_id := person_of(appointment.unit_id)) is not None:
            name = await parts.catalogue.staff_name(person_id)
            return Bilingual(zh=name, en=name)
        return Bilingual.name(parts.catalogue.window(appointment.unit_id))
    except (NoSuchStaff, NoSuchWindow):
        return Bilingual(zh="", en="")


async def _view(parts: Parts, one: Appointment) -> AppointmentView:
    applicant, phone = _who(parts, one)
    opens, closes = parts.appointments.checks_in(one)
    return AppointmentView(
        appointment_id=one.id,
        number=one.number,
        state=cast(AppointmentState, one.state.value),
        item_id=one.item_id,
        item_name=Bilingual.name(parts.catalogue.item(one.item_id)),
        applicant_name=applicant,
        phone=phone,
        site_name=Bilingual.name(parts.catalogue.site(one.site_id)),
        home_name=Bilingual.name(parts.catalogue.site(one.home_id)),
        window_name=await window_name(parts, one),
        starts=wall_text(one.starts),
        at=one.at,
        minutes=one.minutes,
        checks_in_from=opens,
        checks_in_until=closes,
        by_link=one.visitor_id is not None,
        with_id=await parts.appointments.moves_with(one),
    )


def _who(parts: Parts, one: Appointment) -> tuple[str, str]:
    try:
        details = parts.appointments.details(one)
    except SealBroken:
        # One damaged appointment does not take the list away from everybody; who checks it in is told.
        return "", ""
    return Said.of(details.answers).applicant, hidden_phone(details.phone)
