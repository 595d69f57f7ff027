"""Who is on duty for a department: colleagues in the order in which they are asked, with their hours. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from directory.records import DutyException, DutyTurn

_MIDNIGHT = time(0)


@dataclass(frozen=True)
class Rota:
    """What is kept of one department."""

    turns: Sequence[DutyTurn]
    exceptions: Sequence[DutyException]


@dataclass(frozen=True)
class Shift:
    """A turn as it is on one day; nobody is asked in it where `staff_id` is None."""

    turn: DutyTurn
    staff_id: str | None


def shifts(rota: Rota, day: date) -> list[Shift]:
    """The turns of a day in the order in which they are asked.

    A stand-in takes the other's turns at their place in the order, and keeps their own unless somebody stands in there:
    two who stand in for each other have swapped. Who is away is not asked, whosever turn it is.
    """
    differing = {one.staff_id: one.stand_in_id for one in rota.exceptions if one.day == day}
    away = {who for who, stand_in in differing.items() if stand_in is None}
    found = []
    for turn in sorted(rota.turns, key=lambda one: one.place):
        if day.weekday() in turn.weekdays:
            who = differing.get(turn.staff_id, turn.staff_id)
            found.append(Shift(turn, None if who in away else who))
    return found


def on_duty(rota: Rota, moment: datetime, zone: str) -> list[str]:
    """Who is on duty at the moment, each once, in order; by the clock on the wall of the zone."""
    local = moment.astimezone(ZoneInfo(zone))
    there = (one.staff_id for one in shifts(rota, local.date()) if covers(one.turn, local.time()))
    return list(dict.fromkeys(who for who in there if who is not None))


def covers(turn: DutyTurn, clock: time) -> bool:
    """Whether the turn's hours hold this time of a day; the minute in which they end is not in them."""
    return turn.begins <= clock and (clock < turn.ends or turn.ends == _MIDNIGHT)


def goes_on(turn: DutyTurn) -> bool:
    """Whether the turn ends after it begins; 0:00 is the end of the day."""
    return turn.ends == _MIDNIGHT or turn.begins < turn.ends


def placed(others: Sequence[DutyTurn], turn: DutyTurn) -> list[DutyTurn]:
    """All turns numbered from 1 with this one at the place that it names, or behind the last."""
    rest = sorted((one for one in others if one.id != turn.id), key=lambda one: one.place)
    rest.insert(turn.place - 1, turn)
    return numbered(rest)


def numbered(turns: Sequence[DutyTurn]) -> list[DutyTurn]:
    """The turns in this order, with their places from 1."""
    return [msgspec.structs.replace(one, place=place) for place, one in enumerate(turns, 1)]
