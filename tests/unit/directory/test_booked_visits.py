"""The visit for an appointment: one visitor however often somebody is let in for it, ended and forgotten with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from directory.assembly import Directory
from directory.booked_visits import BookedVisit, BookedVisits
from directory.errors import VisitEnded
from foundation.clock import ManualClock
from foundation.database import Database
from foundation.identifiers import SystemIdentifiers
from foundation.vault import Vault
from tests.unit.directory.conftest import KEY
from tests.unit.directory.test_visits import ITEM, clerk

HOUR = timedelta(hours=1)


async def visit(house: Directory, clock: ManualClock, hours: int = 2) -> BookedVisit:
    host = await clerk(house)
    return BookedVisit(
        appointment_id="a-1",
        name="Li Na",
        site_id=host.site_id,
        item_id=ITEM,
        host_id=host.person_id,
        ends_at=clock.now() + hours * HOUR,
    )


@pytest.fixture
def visits(clock: ManualClock) -> BookedVisits:
    return BookedVisits(clock, SystemIdentifiers(clock), Vault(KEY))


async def test_who_was_let_in_before_is_the_same_visitor_until_then_instead(
    house: Directory, database: Database, clock: ManualClock, visits: BookedVisits
) -> None:
    async with database.write() as session:
        first, link = await visits.admit(session, await visit(house, clock))
    async with database.write() as session:
        second, further = await visits.admit(session, await visit(house, clock, hours=5))
    assert (first, link == further) == (second, False)
    clock.advance(3 * 3600)
    for one in (link, further):
        assert (await house.visits.enter(one)).visitor.appointment_id == "a-1"


async def test_it_is_prolonged_ended_and_forgotten_by_its_appointment(
    house: Directory, database: Database, clock: ManualClock, visits: BookedVisits
) -> None:
    async with database.write() as session:
        visitor_id, link = await visits.admit(session, await visit(house, clock))
        await visits.prolong(session, "a-1", clock.now() + 4 * HOUR)
        await visits.prolong(session, "a-2", clock.now())
    clock.advance(3 * 3600)
    assert (await house.visits.enter(link)).visitor.name == "Li Na"
    async with database.write() as session:
        await visits.dismiss(session, "a-1")
        await visits.dismiss(session, "a-2")
    with pytest.raises(VisitEnded) as ended:
        await house.visits.enter(link)
    assert ended.value.parameters == {"appointment_id": "a-1"}
    assert (await house.visits.invited(visitor_id)).name == "Li Na"
    async with database.write() as session:
        await visits.forget(session, "a-1")
        await visits.forget(session, "a-2")
    assert (await house.visits.invited(visitor_id)).name == ""


async def test_what_is_damaged_is_forgotten_all_the_same(
    house: Directory, database: Database, clock: ManualClock, visits: BookedVisits
) -> None:
    async with database.write() as session:
        visitor_id, link = await visits.admit(session, await visit(house, clock))
        await session.execute(text("UPDATE visitors SET data_key = 'x', invited = 'y'"))
    async with database.write() as session:
        # The time that was held for them can go to the next.
        await visits.forget(session, "a-1")
    with pytest.raises(VisitEnded):
        await house.visits.enter(link)
    assert (await house.visits.invited(visitor_id)).name == ""
