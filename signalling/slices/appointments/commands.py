"""What staff do with appointments."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import FieldInvalid, NoSuchItem, NoSuchSite, NoSuchStaff
from directory.principal import Permission, Principal
from foundation.database import DatabaseBusy
from foundation.errors import Forbidden
from foundation.vault import SealBroken
from scheduler.errors import (
    AppointmentOver,
    BookedThatDay,
    BookedTooOften,
    ChangedTooOften,
    MovedMeanwhile,
    NoSuchAppointment,
    NoSuchVisit,
    NotBookable,
    NotInThisState,
    NotYourAppointment,
    SlotTaken,
    TooEarly,
    UnknownGrant,
)
from signalling.slices.appointments.messages import (
    AppointmentBooked,
    AppointmentCheckedIn,
    BookAppointment,
    CancelAppointment,
    CancelMyAppointment,
    CheckInAppointment,
    CheckInVisit,
    MoveAppointment,
    MoveMyAppointment,
    OwnAppointmentChanged,
)
from signalling.slices.appointments.parts import Parts
from signalling.slices.appointments.ports import asked, holder, on_the_wall
from signalling.slices.tickets.ports import Said
from signalling.transport.declared_refusals import DESK
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def book_appointment(parts: Parts, principal: Principal, command: BookAppointment) -> AppointmentBooked:
    """Books for the applicant beside the worker."""
    request = asked(parts.catalogue, command).at(on_the_wall(command.starts), command.with_id)
    booked, link = await parts.appointments.book(principal, request)
    return AppointmentBooked(appointment_id=booked.id, number=booked.number, link=link or None)


async def move_appointment(parts: Parts, principal: Principal, command: MoveAppointment) -> None:
    """Gives it another time."""
    await parts.appointments.move(principal, command.appointment_id, on_the_wall(command.starts))


async def cancel_appointment(parts: Parts, principal: Principal, command: CancelAppointment) -> None:
    """Gives it up."""
    await parts.appointments.cancel(principal, command.appointment_id)


async def move_my_appointment(parts: Parts, principal: Principal, command: MoveMyAppointment) -> OwnAppointmentChanged:
    """Gives the visitor's own another time."""
    moved = await parts.appointments.move_mine(holder(principal), on_the_wall(command.starts))
    return OwnAppointmentChanged(appointment_id=moved.id)


async def cancel_my_appointment(
    parts: Parts, principal: Principal, _command: CancelMyAppointment
) -> OwnAppointmentChanged:
    """Gives the visitor's own up."""
    return OwnAppointmentChanged(appointment_id=(await parts.appointments.cancel_mine(holder(principal))).id)


async def check_in_appointment(parts: Parts, principal: Principal, command: CheckInAppointment) -> AppointmentCheckedIn:
    """Takes its ticket."""
    ticket = await parts.appointments.check_in(principal, command.appointment_id)
    return AppointmentCheckedIn(ticket_id=ticket.id, number=ticket.number)


async def check_in_visit(parts: Parts, principal: Principal, command: CheckInVisit) -> AppointmentCheckedIn:
    """Takes the ticket of the visitor's appointment; raises `Forbidden` for who has none."""
    visitor = holder(principal)
    said = Said("", (), command.consent_to_recording, wish=command.wish.strip()).as_answers()
    answers = {name: said[name] for name in ("consent", "wish")}
    ticket = await parts.appointments.check_in_by_link(visitor, answers)
    return AppointmentCheckedIn(ticket_id=ticket.id, number=ticket.number)


_CHANGED = frozenset({DatabaseBusy, MovedMeanwhile, NoSuchAppointment, NotInThisState, NotYourAppointment})
_CHANGED_OWN = _CHANGED - {NotYourAppointment} | {Forbidden}
_TIMED = frozenset({BookedThatDay, BookedTooOften, NoSuchItem, NoSuchSite, NoSuchStaff, NotBookable, SlotTaken})
_BOOKED = _TIMED | {DatabaseBusy, FieldInvalid, MovedMeanwhile, NotInThisState, SealBroken}
_CHECKED_IN = (
    DESK
    | _CHANGED
    | {AppointmentOver, NoSuchItem, NoSuchSite, NoSuchStaff, NoSuchVisit, SealBroken, TooEarly, UnknownGrant}
)

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        BookAppointment: CommandRow(
            Permission.BOOK_APPOINTMENTS, book_appointment, _BOOKED, AppointmentBooked, "appointment_booked"
        ),
        MoveAppointment: CommandRow(
            Permission.KEEP_APPOINTMENTS, move_appointment, _CHANGED | _TIMED | {SealBroken}, access="appointment_moved"
        ),
        CancelAppointment: CommandRow(
            Permission.KEEP_APPOINTMENTS,
            cancel_appointment,
            _CHANGED | {NoSuchItem, NoSuchSite, SealBroken},
            access="appointment_cancelled",
        ),
        MoveMyAppointment: CommandRow(
            Permission.KEEP_OWN_APPOINTMENT,
            move_my_appointment,
            _CHANGED_OWN | _TIMED | {ChangedTooOften, SealBroken},
            OwnAppointmentChanged,
            "appointment_moved",
        ),
        CancelMyAppointment: CommandRow(
            Permission.KEEP_OWN_APPOINTMENT,
            cancel_my_appointment,
            _CHANGED_OWN | {NoSuchItem, NoSuchSite, SealBroken},
            OwnAppointmentChanged,
            "appointment_cancelled",
        ),
        CheckInAppointment: CommandRow(
            Permission.BOOK_APPOINTMENTS,
            check_in_appointment,
            _CHECKED_IN,
            AppointmentCheckedIn,
            "appointment_checked_in",
        ),
        CheckInVisit: CommandRow(
            Permission.TAKE_TICKET,
            check_in_visit,
            _CHECKED_IN | {Forbidden},
            AppointmentCheckedIn,
            "appointment_checked_in",
        ),
    }
)
