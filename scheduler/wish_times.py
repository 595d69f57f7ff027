"""The free time that is held for somebody on the waiting list: the first that fits and comes late enough."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import date, timedelta

from foundation.database import WriteSession
from scheduler.appointment_calendar import Calendar
from scheduler.booking import Booking
from scheduler.errors import TimesFree
from scheduler.ports import ItemFacts, Ports
from scheduler.queue_core.slots import Slot
from scheduler.records import Wish
from scheduler.store import appointments as store


@dataclass(frozen=True, slots=True)
class Calendars:
    """The free times of each item at one centre, found once while nothing of them is taken."""

    items: dict[str, tuple[ItemFacts, Calendar]] = field(default_factory=dict)
    slots: dict[tuple[str, date], list[Slot]] = field(default_factory=dict)


class WishTimes:
    """Looks for times, in the transaction of who has the centre's turn."""

    def __init__(self, ports: Ports, booking: Booking) -> None:
        self._ports = ports
        self._booking = booking

    async def item(self, wish: Wish, calendars: Calendars) -> ItemFacts:
        """What is wished for; raises the directory's `NotFound` for what is offered no longer."""
        if wish.item_id not in calendars.items:
            item = await self._ports.catalogue.item(wish.item_id)
            calendars.items[wish.item_id] = item, await self._booking.calendar(wish.site_id, item)
        return calendars.items[wish.item_id][0]

    async def first(
        self, session: WriteSession, wish: Wish, calendars: Calendars, days: Set[date] | None
    ) -> Slot | None:
        """The first free time that fits and comes late enough, on a day on which the person has none."""
        wanted, booked = wish.wanted, None
        soonest = self._ports.clock.now() + timedelta(seconds=self._ports.rules.wish_ahead)
        for day in sorted(wanted.days if days is None else wanted.days & days):
            for slot in await self._free(session, wish.item_id, day, calendars):
                if slot.at < soonest or not wanted.fits(slot.starts):
                    continue
                booked = await self._booking.days_of(session, wish.person) if booked is None else booked
                if len(booked) >= self._ports.rules.appointments_ahead:
                    return None
                if day not in booked:
                    return slot
        return None

    async def require_none_free(self, session: WriteSession, wish: Wish, calendar: Calendar) -> None:
        """Raises `TimesFree` for a wish that can be booked."""
        booked = await self._booking.days_of(session, wish.person)
        if len(booked) >= self._ports.rules.appointments_ahead:
            # Nothing that is free is free for them.
            return
        for day in sorted(wish.wanted.days - set(booked)):
            taken = await store.taken(session, calendar.unit_ids, day, 1)
            for slot in calendar.slots(day, taken):
                if wish.wanted.fits(slot.starts):
                    raise TimesFree(day=day.isoformat(), clock=f"{slot.starts:%H:%M}")

    async def _free(self, session: WriteSession, item_id: str, day: date, calendars: Calendars) -> list[Slot]:
        if (found := calendars.slots.get((item_id, day))) is None:
            _, calendar = calendars.items[item_id]
            taken = await store.taken(session, calendar.unit_ids, day, 1)
            found = calendars.slots[item_id, day] = calendar.slots(day, taken)
        return found
