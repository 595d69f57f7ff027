"""One process of the race: its clerks press "next" on a shared database until nobody waits; prints what each got.

It prints "ready" and waits for a line of input before it starts, so that several processes start together.
Usage: python -m tests.support.race_for_tickets DATABASE_URL CLERK…
"""

from __future__ import annotations

import asyncio
import json
import sys

from foundation.clock import SystemClock
from foundation.database import Database
from foundation.errors import Conflict, Gone
from scheduler.views import DeskView
from tests.support.hall import Hall


async def race(url: str, names: list[str]) -> dict[str, list[str]]:
    """Clerk → ticket numbers served, in order."""
    database = Database.open(url)
    hall = Hall(database, SystemClock(), clerks=8)
    found = await asyncio.gather(*(_work(hall, name) for name in names))
    await database.close()
    return dict(zip(names, found, strict=True))


async def _work(hall: Hall, name: str) -> list[str]:
    clerk, served = hall.clerk(name), []
    while True:
        try:
            view = await hall.desk.call_next(clerk)
        except Conflict:
            # The matchmaker of some node was faster: this clerk rings, or the ticket is another's.
            view = await _answer(hall, name)
        if view.ticket is not None:
            served.append(view.ticket.number)
            await hall.desk.no_show(clerk)
        elif view.offer is None and view.waiting == 0:
            return served


async def _answer(hall: Hall, name: str) -> DeskView:
    clerk = hall.clerk(name)
    view = await hall.desk.view(clerk)
    assert view is not None
    if view.offer is None:
        return view
    try:
        return await hall.desk.accept(clerk, view.offer.id)
    except Gone:
        # On a slow machine the offer may have run out meanwhile: "next" is pressed again.
        return view


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(asyncio.run(race(sys.argv[1], sys.argv[2:]))))
