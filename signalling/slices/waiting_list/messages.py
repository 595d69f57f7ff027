"""The waiting list: joining it, answering to a time that is held, leaving it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from signalling.wire.commands import AskForTime, Command
from signalling.wire.values import (
    Bilingual,
    Day,
    Identifier,
    Moment,
    Value,
    WallTime,
)
from signalling.wire.views import View

WishedPart = Literal["any", "morning", "afternoon", "evening"]
WishedState = Literal["listed", "time_held"]


class JoinWaitingList(AskForTime, frozen=True, kw_only=True):
    """Waits for a time on one of the days, with all else as in `book_appointment`; answers `WaitingListJoined`."""

    days: Annotated[list[Day], Meta(min_length=1, max_length=14)]
    part: WishedPart


class WaitingListJoined(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `join_waiting_list`; `place` counts from 1 those who could be given the same time."""

    wish_id: str
    place: int


class TakeOfferedTime(Command, frozen=True, kw_only=True):
    """Books the time that is held; answers `AppointmentBooked`."""

    wish_id: Identifier


class PassOfferedTime(Command, frozen=True, kw_only=True):
    """Gives the time that is held to the next, and goes on waiting for another one."""

    wish_id: Identifier


class TakeMyOfferedTime(Command, frozen=True, kw_only=True):
    """Books the time that the visitor's link is to answer for; answers `AppointmentBooked`."""


class PassMyOfferedTime(Command, frozen=True, kw_only=True):
    """Gives the time that the visitor's link is to answer for to the next; answers `OfferedTimePassed`."""


class OfferedTimePassed(msgspec.Struct, frozen=True, kw_only=True):
    """The result of `pass_my_offered_time`; the audit log names the wish by it."""

    wish_id: str
    waits: bool
    """Whether the person is still on the list, for another time."""


class LeaveWaitingList(Command, frozen=True, kw_only=True):
    """Waits no longer; a time that is held goes to the next."""

    wish_id: Identifier


class WishView(Value, frozen=True, kw_only=True):
    """Somebody on the waiting list; `starts`, `at` and `answer_by` are there while a time is held."""

    wish_id: str
    state: WishedState
    item_id: str
    item_name: Bilingual
    applicant_name: str
    phone: str
    """All but its first three and last four digits are hidden."""
    days: list[str]
    part: WishedPart
    place: int
    """From 1, among those who could be given the same time."""
    asked_at: Moment
    starts: WallTime | None
    at: Moment | None
    answer_by: Moment | None
    last_offer: bool
    """Whoever lets this time pass is off the list."""
    by_link: bool


class WaitingListView(View, frozen=True, kw_only=True):
    """Those of a point, who asked first first."""

    wishes: list[WishView]
