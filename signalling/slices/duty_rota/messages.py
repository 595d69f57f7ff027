"""Who is on duty for a department: as it is kept, and as a week looks."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, Clock, Day, Identifier, Value, WeekDay

DutyPlace = Annotated[int, Meta(ge=1, le=40)]
"""When somebody is asked: 1 is first."""
WeekDays = Annotated[list[WeekDay], Meta(min_length=1, max_length=7)]


class AddDutyTurn(Command, frozen=True, kw_only=True):
    """Puts a colleague on duty for a department; answers `DutyTurnAdded`.

    Those who stand at the place or behind it are asked one later. `ends` is not in the hours; 00:00 there is the end of
    the day.
    """

    department_id: Identifier
    staff_id: Identifier
    weekdays: WeekDays
    begins: Clock
    ends: Clock
    place: DutyPlace


class ChangeDutyTurn(Command, frozen=True, kw_only=True):
    """Says a turn anew: who, when, and at which place of the order."""

    department_id: Identifier
    turn_id: Identifier
    staff_id: Identifier
    weekdays: WeekDays
    begins: Clock
    ends: Clock
    place: DutyPlace


class RemoveDutyTurn(Command, frozen=True, kw_only=True):
    """Takes a turn off the rota."""

    department_id: Identifier
    turn_id: Identifier


class AddDutyException(Command, frozen=True, kw_only=True):
    """Says that somebody is away on a date, or who takes their turns of it; answers `DutyExceptionAdded`.

    It comes in place of what was said of the person and the date before.
    """

    department_id: Identifier
    day: Day
    staff_id: Identifier
    stand_in_id: Identifier | None


class RemoveDutyException(Command, frozen=True, kw_only=True):
    """Lets the date be as its week says."""

    department_id: Identifier
    exception_id: Identifier


class DutyTurnAdded(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `add_duty_turn`."""

    turn_id: str


class DutyExceptionAdded(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `add_duty_exception`."""

    exception_id: str


class DutyPerson(Value, frozen=True, kw_only=True):
    """A colleague."""

    staff_id: str
    name: str
    site_name: Bilingual


class DutyTurnBody(Value, frozen=True, kw_only=True):
    """A turn; `ends` is 00:00 at the end of the day."""

    turn_id: str
    person: DutyPerson
    weekdays: list[int]
    begins: str
    ends: str
    place: int
    may_change: bool
    """Whether the person is of a site of the caller's."""


class DutyExceptionBody(Value, frozen=True, kw_only=True):
    """A date on which somebody's turns are somebody else's, or nobody's."""

    exception_id: str
    day: str
    person: DutyPerson
    stand_in: DutyPerson | None
    may_change: bool


class DutyShiftBody(Value, frozen=True, kw_only=True):
    """A turn as it is on one day."""

    turn_id: str
    begins: str
    ends: str
    name: str
    """Whose turn it is by the week."""
    asked: str | None
    """Who is asked: another one where they stand in, nobody where the person is away."""


class DutyDayBody(Value, frozen=True, kw_only=True):
    """A day of the week that is shown; who is asked first comes first."""

    day: str
    shifts: list[DutyShiftBody]


class DutyDepartmentBody(Value, frozen=True, kw_only=True):
    """A department and how many turns it has."""

    department_id: str
    name: Bilingual
    turns: int


class DutyRotaBody(Value, frozen=True, kw_only=True):
    """The rota of one department, and which others there are."""

    departments: list[DutyDepartmentBody]
    department_id: str
    today: str
    on_duty: list[DutyPerson]
    """Now, in the order in which they are asked."""
    week: list[DutyDayBody]
    """From Monday."""
    turns: list[DutyTurnBody]
    exceptions: list[DutyExceptionBody]
    """From today on."""
    people: list[DutyPerson]
    """Who of the caller's sites can be put on duty for the department."""
