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
from foundation.errors import Conflict
from scheduler.rules import Rules
from scheduler.views import DeskView
from tests.support.hall import Hall

RULES = Rules(offer_lasts=3600.0)
"""However slow the machine is, no offer runs out in mid-race."""


async def race(url: str, names: list[str]) -> dict[str, list[str]]:
    """Clerk → ticket numbers served, in order."""
    database = Database.open(url)
    hall = Hall(database, SystemClock(), RULES, clerks=8)
    found = await asyncio.gather(*(_work(hall, name) for name in names))
    await database.close()
    return dict(zip(names, found, strict=True))


async def _work(hall: Hall, name: str) -> list[str]:
    clerk, served = hall.clerk(name), []
    while True:
        try:
            await hall.desk.call_next(clerk)
            view = await hall.seen(clerk)
        except Conflict:
            # The matchmaker of some node was faster: this clerk rings, or the ticket is another's.
            view = await _answer(hall, name)
        if view.ticket is not None:
            served.append(view.ticket.number)
            await hall.desk.no_show(clerk, view.ticket.id)
        elif view.offer is None and not (await hall.board()).waiting():
            return served


async def _answer(hall: Hall, name: str) -> DeskView:
    clerk = hall.clerk(name)
    view = await hall.seen(clerk)
    if view.offer is None:
        return view
    await hall.desk.accept(clerk, view.offer.id)
    return await hall.seen(clerk)


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(json.dumps(asyncio.run(race(sys.argv[1], sys.argv[2:]))))
