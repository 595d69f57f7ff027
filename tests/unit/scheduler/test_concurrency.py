"""Many at once on one database, in one process and in two: nobody gets a ticket that somebody else has."""

from __future__ import annotations

import asyncio
import json
import sys
from collections import Counter

import pytest
from sqlalchemy import event

from foundation.clock import ManualClock, SystemClock
from foundation.database import Database
from foundation.errors import Refusal
from scheduler.errors import OfferOver
from scheduler.open_desks import OpenDesks
from scheduler.queue_core.clerk_life import ClerkState, ClerkStatus
from scheduler.queue_core.ticket_life import TicketState
from scheduler.store import desks, tickets
from scheduler.views import TakeTicket, TicketView
from tests.support.engines import engine_of
from tests.support.hall import Hall
from tests.support.race_for_tickets import RULES

pytestmark = pytest.mark.both_databases

ALLOWANCE = TakeTicket(item_id="allowance")


async def taken(hall: Hall, count: int) -> list[TicketView]:
    points = ("point-1", "point-2")
    workers = [hall.worker(points[number % 2], f"w{number}") for number in range(count)]
    return list(await asyncio.gather(*(hall.reception.take_ticket(one, ALLOWANCE) for one in workers)))


async def test_numbers_taken_at_once_are_all_different(hall: Hall) -> None:
    views = await taken(hall, 40)
    assert sorted(view.number for view in views) == [f"A{number:03d}" for number in range(1, 41)]


async def test_one_worker_pressing_ten_times_gets_one_ticket(hall: Hall) -> None:
    pressed = await asyncio.gather(
        *(hall.reception.take_ticket(hall.worker(), ALLOWANCE) for _ in range(10)), return_exceptions=True
    )
    assert Counter(type(one).__name__ for one in pressed) == {"TicketView": 1, "TicketAlreadyOpen": 9}


async def test_of_twenty_answers_to_one_offer_one_counts(hall: Hall) -> None:
    await hall.open("ada")
    await hall.reception.take_ticket(hall.worker(), ALLOWANCE)
    ada = hall.clerk("ada")
    offer = (await hall.seen(ada)).offer
    assert offer is not None
    answers = await asyncio.gather(
        *(hall.desk.accept(ada, offer.id) for _ in range(10)),
        *(hall.desk.reject(ada, offer.id, "no") for _ in range(10)),
        return_exceptions=True,
    )
    assert sum(one is None for one in answers) == 1
    assert sum(isinstance(one, OfferOver) for one in answers) == 19


async def test_many_matchmakers_offer_each_ticket_and_ring_each_clerk_once(
    database: Database, clock: ManualClock
) -> None:
    nodes = [Hall(database, clock, clerks=12) for _ in range(3)]
    await taken(nodes[0], 8)
    await asyncio.gather(*(nodes[number % 3].open(f"c{number}") for number in range(12)))
    await asyncio.gather(*(node.timers.tick() for node in nodes * 3))
    async with database.read() as session:
        offers = await desks.open_offers(session)
        on_duty = await OpenDesks().read(session)
        waiting = await tickets.in_states(session, {TicketState.WAITING})
    assert len({offer.ticket_id for offer in offers}) == len(offers) == 8
    assert len({offer.clerk_id for offer in offers}) == 8
    assert sum(desk.state is ClerkState.RINGING for desk in on_duty) == 8
    assert waiting == []


async def test_those_who_ask_during_a_match_share_the_next_one(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    await hall.open("ada", "ben")
    matchmaker, plans = hall.reception._matchmaker, 0
    plan = matchmaker._plan

    async def counted() -> list[tuple[str, str]]:
        nonlocal plans
        plans += 1
        # The others ask meanwhile.
        await asyncio.sleep(0)
        return await plan()

    monkeypatch.setattr(matchmaker, "_plan", counted)
    views = await taken(hall, 12)
    plans_of_tickets, plans = plans, 0
    await asyncio.gather(*(matchmaker.match() for _ in range(20)))
    assert plans == 2
    assert 1 <= plans_of_tickets <= 2 * len(views)
    async with hall.database.read() as session:
        assert len(await desks.open_offers(session)) == 2


async def test_of_desks_that_are_as_they_were_only_the_marks_are_read(hall: Hall) -> None:
    await hall.open("ada", "ben", "dora")
    open_desks, read = OpenDesks(), 0

    async def names() -> list[str]:
        async with hall.database.read() as session:
            return sorted(desk.clerk_id for desk in await open_desks.read(session))

    assert await names() == ["ada", "ben", "dora"]
    await hall.desk.set_status(hall.clerk("ben"), ClerkStatus.BREAK)
    await hall.desk.close_window(hall.clerk("dora"))

    def count(*_: object) -> None:
        nonlocal read
        read += 1

    event.listen(engine_of(hall.database, reading=True), "before_cursor_execute", count)
    assert await names() == ["ada", "ben"]
    assert read == 2
    assert await names() == ["ada", "ben"]
    assert read == 3
    async with hall.database.read() as session:
        assert {desk.clerk_id: desk.status for desk in await open_desks.read(session)}["ben"] is ClerkStatus.BREAK


async def test_clerks_and_workers_storm_and_the_hall_stays_sound(hall: Hall) -> None:
    await hall.open("ada", "ben", "dora")

    async def worker(number: int) -> None:
        person = hall.worker("point-1", f"w{number}")
        view = await hall.reception.take_ticket(person, ALLOWANCE)
        if number % 3 == 0:
            await refused_or_done(hall.reception.cancel(person, view.id))

    async def clerk(name: str) -> None:
        for _ in range(10):
            await refused_or_done(hall.desk.call_next(hall.clerk(name)))
            view = await hall.seen(hall.clerk(name))
            if view.ticket is not None:
                await refused_or_done(hall.desk.no_show(hall.clerk(name), view.ticket.id))

    await asyncio.gather(*(worker(number) for number in range(15)), *(clerk(one) for one in ("ada", "ben", "dora")))
    async with hall.database.read() as session:
        everything = await tickets.in_states(session, set(TicketState))
        offers = await desks.open_offers(session)
    assert len(everything) == 15
    offered = {one.id for one in everything if one.state is TicketState.OFFERED}
    assert offered == {offer.ticket_id for offer in offers}


async def refused_or_done(doing: object) -> None:
    try:
        await doing  # type: ignore[misc]
    except Refusal:
        return


async def test_two_processes_share_the_queue_without_a_double_claim(database: Database, database_url: str) -> None:
    hall = Hall(database, SystemClock(), RULES, clerks=8)
    await hall.open(*(f"c{number}" for number in range(8)))
    for number in range(8):
        await hall.desk.set_status(hall.clerk(f"c{number}"), ClerkStatus.BREAK)
    await taken(hall, 40)
    for number in range(8):
        await hall.open(f"c{number}")

    names = ([f"c{number}" for number in range(8) if number % 2 == team] for team in (0, 1))
    teams = await asyncio.gather(*(started(database_url, team) for team in names))
    served = await asyncio.gather(*(result(team) for team in teams))
    by_clerk = {name: numbers for team in served for name, numbers in team.items()}
    numbers = [number for own in by_clerk.values() for number in own]
    assert sorted(numbers) == [f"A{number:03d}" for number in range(1, 41)]


async def started(url: str, names: list[str]) -> asyncio.subprocess.Process:
    command = (sys.executable, "-m", "tests.support.race_for_tickets", url, *names)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def result(process: asyncio.subprocess.Process) -> dict[str, list[str]]:
    out, _ = await process.communicate(b"go\n")
    assert process.returncode == 0
    found: dict[str, list[str]] = json.loads(out.splitlines()[-1])
    return found
