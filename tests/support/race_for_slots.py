"""One process of the race for slots: its clients book, move and give up on a shared database; prints what each has.

It prints "ready" and waits for a line of input before it starts, so that several processes start together.
Usage: python -m tests.support.race_for_slots DATABASE_URL FIRST_CLIENT CLIENTS SLOTS
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter
from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy import select

from directory.principal import Principal
from foundation.clock import SystemClock
from foundation.database import Database
from foundation.errors import Conflict, Refusal
from scheduler.queue_core.slots import Unit, cells, slots
from scheduler.records import Appointment
from scheduler.rules import Rules
from scheduler.store.tables import AppointmentRow, AppointmentUnitRow
from scheduler.views import BookAppointment
from tests.support.hall import WEEK, Hall

ITEM, LENGTH = "allowance", timedelta(minutes=10)
RULES = Rules(appointment_days=20)


@dataclass
class Tally:
    """What the clients of a process were told: their appointments with the wall time, and how often of what."""

    held: dict[str, str] = field(default_factory=dict)
    """Appointment → when, of those that are booked in the end."""
    told: Counter[str] = field(default_factory=Counter)


async def race(hall: Hall, clients: Iterable[int], count: int) -> Tally:
    """Lets all clients ask at once for the first `count` slots of one window."""
    hall.catalogue.windows = 1
    starts, tally = first_slots(hall, count), Tally()
    await asyncio.gather(*(_client(hall, number, starts, tally) for number in clients))
    return tally


def first_slots(hall: Hall, count: int) -> list[datetime]:
    """The next slots, booked or not, beginning with tomorrow's."""
    today = hall.rules.day(hall.clock.now())
    days = (today + timedelta(days=ahead) for ahead in range(1, hall.rules.appointment_days))
    unit, zone = Unit("any", WEEK), ZoneInfo(hall.rules.zone)
    return list(islice((slot.starts for day in days for slot in slots([unit], day, LENGTH, zone)), count))


async def _client(hall: Hall, number: int, starts: Sequence[datetime], tally: Tally) -> None:
    dice, worker = random.Random(number), hall.worker("point-1", f"w{number}")
    booked: Appointment | None = None
    for _ in range(3):
        request = BookAppointment(item_id=ITEM, starts=dice.choice(starts), phone=f"138{number:08}")
        booked = booked or await _told(_booked(hall, worker, request), tally)
    if booked is None:
        return
    tally.held[booked.id] = booked.starts.isoformat()
    for _ in range(3):
        moved = await _told(hall.appointments.move(worker, booked.id, dice.choice(starts)), tally)
        if moved is not None:
            tally.held[moved.id] = moved.starts.isoformat()
    if dice.random() < 0.3 and await _told(hall.appointments.cancel(worker, booked.id), tally):
        del tally.held[booked.id]


async def _booked(hall: Hall, worker: Principal, request: BookAppointment) -> Appointment:
    return (await hall.appointments.book(worker, request)).appointment


async def _told(doing: Awaitable[Appointment], tally: Tally) -> Appointment | None:
    try:
        done = await doing
    except Conflict as conflict:
        tally.told[conflict.code] += 1
        return None
    except Refusal as refusal:
        # A database that is busy, with locks or deadlocks, is what must not be.
        tally.told["locked"] += 1
        tally.told[refusal.code] += 1
        return None
    tally.told["done"] += 1
    return done


async def verdict(database: Database, tallies: Sequence[Tally]) -> dict[str, int]:
    """What is stored beside what the clients were told."""
    async with database.read() as session:
        rows = (await session.execute(select(AppointmentRow.__table__))).all()
        units = {tuple(row) for row in await session.execute(select(AppointmentUnitRow.__table__))}
    held = {key: when for tally in tallies for key, when in tally.held.items()}
    told = sum((tally.told for tally in tallies), Counter[str]())
    booked = {row.id: row for row in rows if row.state == "booked"}
    wanted = [(row.unit_id, cell, row.id) for row in booked.values() for cell in cells(row.starts, LENGTH)]
    lost = [key for key, when in held.items() if key not in booked or booked[key].starts.isoformat() != when]
    return {
        "booked": len(booked),
        "booked_twice": len(wanted) - len({(unit, cell) for unit, cell, _ in wanted}),
        "lost": len(lost) + len(booked.keys() - held.keys()) + len(units ^ set(wanted)),
        "locked": told["locked"],
        "done": told["done"],
        "refused_taken": told["slot_taken"],
        "refused_same_day": told["booked_that_day"],
    }


async def _main(url: str, first: int, clients: int, count: int) -> Tally:
    database = Database.open(url)
    tally = await race(Hall(database, SystemClock(), RULES), range(first, first + clients), count)
    await database.close()
    return tally


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    found = asyncio.run(_main(sys.argv[1], *map(int, sys.argv[2:5])))
    sys.stdout.write(json.dumps({"held": found.held, "told": found.told}))
