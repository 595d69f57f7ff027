"""What workers do with the waiting list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from directory.errors import FieldInvalid, NoSuchItem, NoSuchSite, NoSuchStaff
from directory.forms import written
from directory.principal import Permission, Principal
from foundation.database import DatabaseBusy
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
from scheduler.queue_core.wish_life import PartOfDay
from scheduler.views import JoinList
from signalling.slices.appointments.ports import AppointmentBooked, grants_of, is_mobile, phone_of
from signalling.slices.tickets.ports import Said
from signalling.slices.waiting_list.messages import (
    JoinWaitingList,
    LeaveWaitingList,
    PassOfferedTime,
    TakeOfferedTime,
    WaitingListJoined,
)
from signalling.slices.waiting_list.parts import Parts
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def join_waiting_list(parts: Parts, principal: Principal, command: JoinWaitingList) -> WaitingListJoined:
    """Puts the applicant beside the worker on the list."""
    applicant = command.applicant
    fields = written(parts.catalogue.item(command.item_id), {one.field_id: one.value for one in command.fields})
    said = Said(applicant.name, tuple(command.options), command.consent_to_recording, fields)
    request = JoinList(
        item_id=command.item_id,
        days=tuple(map(_day, command.days)),
        part=PartOfDay(command.part),
        phone=(phone := phone_of(command.phone)),
        name=applicant.name,
        answers=said.as_answers(),
        grants=grants_of(applicant),
        text_messages=command.text_messages and is_mobile(phone),
        email=command.email,
        language=command.language,
        by_link=command.by_link,
    )
    listed = await parts.waiting_list.join(principal, request)
    return WaitingListJoined(wish_id=listed.wish.id, place=listed.place)


async def take_offered_time(parts: Parts, principal: Principal, command: TakeOfferedTime) -> AppointmentBooked:
    """Books the time that is held."""
    booked, link = await parts.waiting_list.take(principal, command.wish_id)
    return AppointmentBooked(appointment_id=booked.id, number=booked.number, link=link or None)


async def pass_offered_time(parts: Parts, principal: Principal, command: PassOfferedTime) -> None:
    """Gives it to the next."""
    await parts.waiting_list.let_pass(principal, command.wish_id)


async def leave_waiting_list(parts: Parts, principal: Principal, command: LeaveWaitingList) -> None:
    """Waits no longer."""
    await parts.waiting_list.leave(principal, command.wish_id)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        # Such as the thirtieth of February.
        raise NotBookable from error


_ANSWERED = frozenset(
    {DatabaseBusy, MovedMeanwhile, NoSuchAppointment, NoSuchItem, NoSuchSite, NoSuchWish, NotInThisState}
) | {NotYourAppointment, SealBroken}
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
        LeaveWaitingList: CommandRow(
            Permission.BOOK_APPOINTMENTS, leave_waiting_list, _ANSWERED, access="waiting_list_left"
        ),
    }
)
