"""What workers do with the waiting list."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from directory.errors import FieldInvalid, NoSuchItem, NoSuchSite, NoSuchStaff
from directory.principal import Permission, Principal
from foundation.database import DatabaseBusy
from foundation.errors import Forbidden
from foundation.vault import SealBroken
from scheduler.errors import (
    BookedThatDay,
    BookedTooOften,
    ListFull,
    MovedMeanwhile,
    NoSuchAppointment,
    NoSuchWish,
    NotBookable,
    NotInThisState,
    NotYourAppointment,
    OfferedTimeOver,
    TimesFree,
    TooManyWishes,
)
from scheduler.queue_core.wish_life import OPEN, PartOfDay
from signalling.slices.appointments.ports import AppointmentBooked, asked, holder, on_the_wall
from signalling.slices.waiting_list.messages import (
    JoinWaitingList,
    LeaveWaitingList,
    OfferedTimePassed,
    PassMyOfferedTime,
    PassOfferedTime,
    TakeMyOfferedTime,
    TakeOfferedTime,
    WaitingListJoined,
)
from signalling.slices.waiting_list.parts import Parts
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def join_waiting_list(parts: Parts, principal: Principal, command: JoinWaitingList) -> WaitingListJoined:
    """Puts the applicant beside the worker on the list."""
    days = tuple(on_the_wall(day).date() for day in command.days)
    request = asked(parts.catalogue, command).on_one_of(days, PartOfDay(command.part))
    listed = await parts.waiting_list.join(principal, request)
    return WaitingListJoined(wish_id=listed.wish.id, place=listed.place)


async def take_offered_time(parts: Parts, principal: Principal, command: TakeOfferedTime) -> AppointmentBooked:
    """Books the time that is held."""
    booked, link = await parts.waiting_list.take(principal, command.wish_id)
    return AppointmentBooked(appointment_id=booked.id, number=booked.number, link=link or None)


async def pass_offered_time(parts: Parts, principal: Principal, command: PassOfferedTime) -> None:
    """Gives it to the next."""
    await parts.waiting_list.let_pass(principal, command.wish_id)


async def take_my_offered_time(parts: Parts, principal: Principal, _command: TakeMyOfferedTime) -> AppointmentBooked:
    """Books the time that is held for the visitor."""
    booked, link = await parts.waiting_list.take_mine(holder(principal))
    return AppointmentBooked(appointment_id=booked.id, number=booked.number, link=link or None)


async def pass_my_offered_time(parts: Parts, principal: Principal, _command: PassMyOfferedTime) -> OfferedTimePassed:
    """Gives it to the next."""
    passed = await parts.waiting_list.let_mine_pass(holder(principal))
    return OfferedTimePassed(wish_id=passed.id, waits=passed.state in OPEN)


async def leave_waiting_list(parts: Parts, principal: Principal, command: LeaveWaitingList) -> None:
    """Waits no longer."""
    await parts.waiting_list.leave(principal, command.wish_id)


_ANSWERED = frozenset(
    {DatabaseBusy, MovedMeanwhile, NoSuchAppointment, NoSuchItem, NoSuchSite, NoSuchWish, NotInThisState}
) | {NotYourAppointment, SealBroken}
_ANSWERED_OWN = _ANSWERED - {NotYourAppointment} | {Forbidden, OfferedTimeOver}
_JOINED = frozenset({DatabaseBusy, FieldInvalid, ListFull, MovedMeanwhile, NoSuchItem, NoSuchSite, NoSuchStaff})

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        JoinWaitingList: CommandRow(
            Permission.BOOK_APPOINTMENTS,
            join_waiting_list,
            _JOINED | {NotBookable, NotInThisState, SealBroken, TimesFree, TooManyWishes},
            WaitingListJoined,
            "waiting_list_joined",
        ),
        TakeOfferedTime: CommandRow(
            Permission.BOOK_APPOINTMENTS,
            take_offered_time,
            _ANSWERED | {BookedThatDay, BookedTooOften, OfferedTimeOver},
            AppointmentBooked,
            "offered_time_taken",
        ),
        PassOfferedTime: CommandRow(
            Permission.BOOK_APPOINTMENTS, pass_offered_time, _ANSWERED, access="offered_time_passed"
        ),
        TakeMyOfferedTime: CommandRow(
            Permission.KEEP_OWN_APPOINTMENT,
            take_my_offered_time,
            _ANSWERED_OWN | {BookedThatDay, BookedTooOften},
            AppointmentBooked,
            "offered_time_taken",
        ),
        PassMyOfferedTime: CommandRow(
            Permission.KEEP_OWN_APPOINTMENT,
            pass_my_offered_time,
            _ANSWERED_OWN,
            OfferedTimePassed,
            "offered_time_passed",
        ),
        LeaveWaitingList: CommandRow(
            Permission.BOOK_APPOINTMENTS, leave_waiting_list, _ANSWERED, access="waiting_list_left"
        ),
    }
)
