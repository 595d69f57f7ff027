"""When people of the staff can be booked, and how much of a department's windows: as it is kept, and chosen from."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from signalling.wire.commands import Command
from signalling.wire.values import Bilingual, Clock, Day, Identifier, Value, WeekDay


class WeeklyHours(Value, frozen=True, kw_only=True):
    """From when to when somebody can be booked on a day of the week."""

    weekday: WeekDay
    opens: Clock
    closes: Clock


class DifferingHours(Value, frozen=True, kw_only=True):
    """What a date has in place of its week's hours; both null where nobody can be booked."""

    day: Day
    opens: Clock | None
    closes: Clock | None


class KeepBookableHours(Command, frozen=True, kw_only=True):
    """Says when somebody can be booked, in place of what was said before; without hours, never.

    A clerk says it of themselves, a supervisor of the clerks of the own sites.
    """

    staff_id: Identifier
    hours: Annotated[list[WeeklyHours], Meta(max_length=28)]
    exceptions: Annotated[list[DifferingHours], Meta(max_length=60)]
    capacity: Annotated[int, Meta(ge=1, le=4)]
    """How many can be booked at one time."""


class KeepBookedShare(Command, frozen=True, kw_only=True):
    """Says how many percent of a department's windows can be booked, at every centre; by who supervises the district.

    The others stay for those who come without an appointment. What is booked already stays.
    """

    department_id: Identifier
    percent: Annotated[int, Meta(ge=0, le=100)]


class BookedShareBody(Value, frozen=True, kw_only=True):
    """A department, and how many percent of its windows can be booked."""

    department_id: str
    name: Bilingual
    percent: int


class BookableHoursBody(Value, frozen=True, kw_only=True):
    """One clerk, and when they can be booked."""

    staff_id: str
    name: str
    site_name: Bilingual
    hours: list[WeeklyHours]
    exceptions: list[DifferingHours]
    capacity: int


class BookableClerksBody(Value, frozen=True, kw_only=True):
    """Those whose hours the caller may keep; who has any comes first."""

    people: list[BookableHoursBody]
    departments: list[BookedShareBody]
    """Those whose share the caller may keep."""


class BookablePersonBody(Value, frozen=True, kw_only=True):
    """Somebody who can be booked for an item."""

    staff_id: str
    name: str
    site_name: Bilingual


class BookablePeopleBody(Value, frozen=True, kw_only=True):
    """Who can be booked for an item."""

    people: list[BookablePersonBody]
