"""What can be booked for an item, and which window is free at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from foundation.database import WriteSession
from scheduler.errors import NotBookable, SlotTaken
from scheduler.queue_core.slots import Cell, Slot, Unit, cells, slots
from scheduler.store import appointments as store

_NEXT_FREE = 3


@dataclass(frozen=True, slots=True)
class Calendar:
    """What can be booked for an item: the windows, its length, the days from today on; `now` ends what is past."""

    units: Sequence[Unit]
    length: timedelta
    days: Sequence[date]
    zone: ZoneInfo
    now: datetime

    @property
    def unit_ids(self) -> list[str]:
        """The windows by identifier."""
        return [unit.id for unit in self.units]

    def require_day(self, day: date) -> None:
        """Raises `NotBookable` for a day that cannot be booked, such as one at the end of the calendar."""
        if day not in self.days:
            raise NotBookable

    def slots(self, day: date, taken: set[Cell]) -> list[Slot]:
        """Those of a day that are still to come; none of a day that cannot be booked."""
        if day not in self.days:
            return []
        return [slot for slot in slots(self.units, day, self.length, self.zone, taken) if slot.at >= self.now]


async def free_unit(session: WriteSession, calendar: Calendar, starts: datetime) -> str:
    """The first window that is free then; raises `NotBookable`, `SlotTaken`."""
    day = starts.date()
    if starts not in (slot.starts for slot in calendar.slots(day, set())):
        raise NotBookable
    left = (calendar.days[-1] - day).days + 1
    taken = await store.taken(session, calendar.unit_ids, day, left)
    ahead = (slot for number in range(left) for slot in calendar.slots(day + timedelta(days=number), taken))
    later = list(islice((slot for slot in ahead if slot.starts >= starts), _NEXT_FREE))
    if not later or later[0].starts != starts:
        raise SlotTaken([slot.starts for slot in later])
    return later[0].units[0]


def cells_of(calendar: Calendar, unit_id: str, starts: datetime) -> list[Cell]:
    """The cells of a window that the item takes from then on."""
    return [(unit_id, cell) for cell in cells(starts, calendar.length)]
