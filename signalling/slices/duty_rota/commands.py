"""Who keeps the duty rota."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType

from directory.duty_errors import (
    DutyDayInvalid,
    NoSuchDutyException,
    NoSuchDutyTurn,
    NotOfDepartment,
    NotOnRota,
    StandInThemselves,
    TooManyDutyExceptions,
    TooManyDutyTurns,
)
from directory.duty_keeping import ExceptionWish, TurnWish
from directory.errors import HoursInvalid, NoSuchDepartment, NoSuchSite, NoSuchStaff
from directory.principal import Permission, Principal
from foundation.database import DatabaseBusy
from foundation.errors import Forbidden, Refusal
from signalling.slices.duty_rota.messages import (
    AddDutyException,
    AddDutyTurn,
    ChangeDutyTurn,
    DutyExceptionAdded,
    DutyTurnAdded,
    RemoveDutyException,
    RemoveDutyTurn,
)
from signalling.slices.duty_rota.parts import Parts
from signalling.transport.slice import CommandRow
from signalling.wire.commands import Command


async def add_turn(parts: Parts, principal: Principal, command: AddDutyTurn) -> DutyTurnAdded:
    """Puts a colleague on duty."""
    return DutyTurnAdded(turn_id=await parts.keeping.add_turn(principal, command.department_id, _wish(command)))


async def change_turn(parts: Parts, principal: Principal, command: ChangeDutyTurn) -> None:
    """Says a turn anew."""
    await parts.keeping.change_turn(principal, command.department_id, command.turn_id, _wish(command))


async def remove_turn(parts: Parts, principal: Principal, command: RemoveDutyTurn) -> None:
    """Takes a turn off the rota."""
    await parts.keeping.remove_turn(principal, command.department_id, command.turn_id)


async def add_exception(parts: Parts, principal: Principal, command: AddDutyException) -> DutyExceptionAdded:
    """Says that somebody is away on a date, or who stands in."""
    wish = ExceptionWish(day=day_of(command.day), staff_id=command.staff_id, stand_in_id=command.stand_in_id)
    added = await parts.keeping.add_exception(principal, command.department_id, wish)
    return DutyExceptionAdded(exception_id=added)


async def remove_exception(parts: Parts, principal: Principal, command: RemoveDutyException) -> None:
    """Lets the date be as its week says."""
    await parts.keeping.remove_exception(principal, command.department_id, command.exception_id)


def day_of(text: str) -> date:
    """The day of this text; raises `DutyDayInvalid`, such as for the thirtieth of February."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DutyDayInvalid(day=text) from error


def _wish(command: AddDutyTurn | ChangeDutyTurn) -> TurnWish:
    return TurnWish(
        staff_id=command.staff_id,
        weekdays=command.weekdays,
        begins=time.fromisoformat(command.begins),
        ends=time.fromisoformat(command.ends),
        place=command.place,
    )


_KEPT: frozenset[type[Refusal]] = frozenset({DatabaseBusy, Forbidden, NoSuchSite, NoSuchStaff})
_COLLEAGUE = _KEPT | {NoSuchDepartment, NotOfDepartment}

COMMANDS: Mapping[type[Command], CommandRow[Parts]] = MappingProxyType(
    {
        AddDutyTurn: CommandRow(
            Permission.KEEP_ROTA,
            add_turn,
            _COLLEAGUE | {HoursInvalid, TooManyDutyTurns},
            result=DutyTurnAdded,
            access="duty_turn_added",
        ),
        ChangeDutyTurn: CommandRow(
            Permission.KEEP_ROTA,
            change_turn,
            _COLLEAGUE | {HoursInvalid, NoSuchDutyTurn},
            access="duty_turn_changed",
        ),
        RemoveDutyTurn: CommandRow(
            Permission.KEEP_ROTA, remove_turn, _KEPT | {NoSuchDutyTurn}, access="duty_turn_removed"
        ),
        AddDutyException: CommandRow(
            Permission.KEEP_ROTA,
            add_exception,
            _COLLEAGUE | {DutyDayInvalid, NotOnRota, StandInThemselves, TooManyDutyExceptions},
            result=DutyExceptionAdded,
            access="duty_exception_added",
        ),
        RemoveDutyException: CommandRow(
            Permission.KEEP_ROTA, remove_exception, _KEPT | {NoSuchDutyException}, access="duty_exception_removed"
        ),
    }
)
