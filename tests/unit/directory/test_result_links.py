"""Links to results: how long they are good, and that they open nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.assembly import Directory
from directory.errors import ResultLinkOver, ResultLinkUnknown, SupplementLinkUnknown, TooManyResultLinks
from directory.principal import Permission, permits
from directory.result_links import LENGTH, MOST_LINKS, ResultLinks, reader_of
from directory.senders import SenderLinks, sender_of
from directory.visit_codes import ALPHABET
from foundation.clock import ManualClock
from foundation.database import Database

DAY = timedelta(days=1)
CASE = ("case-1", "town-01")


async def link(database: Database, clock: ManualClock) -> str:
    links = ResultLinks()
    secret = links.secret()
    async with database.write() as session:
        await links.keep(session, secret, CASE, clock.now() + DAY)
    return secret


@pytest.mark.both_databases
async def test_a_link_opens_one_result_until_its_day(house: Directory, database: Database, clock: ManualClock) -> None:
    secret = await link(database, clock)
    assert len(ALPHABET) ** LENGTH > 2**128
    async with database.read() as session:
        found = await ResultLinks().opened(session, f"{secret[:4].lower()}-{secret[4:]} ", clock.now())
        assert (found.case_id, found.site_id) == CASE
        assert secret not in str(found)
        with pytest.raises(ResultLinkUnknown):
            await ResultLinks().opened(session, secret[:-1], clock.now())
        clock.advance(24 * 3600)
        with pytest.raises(ResultLinkOver):
            await ResultLinks().opened(session, secret, clock.now())
    reader = reader_of(*CASE, "/district/town-01")
    assert not [one for one in Permission if permits(reader, one)]


async def test_neither_kind_of_link_opens_what_the_other_does(
    house: Directory, database: Database, clock: ManualClock
) -> None:
    secret = await link(database, clock)
    with pytest.raises(SupplementLinkUnknown):
        await house.senders.enter(secret)
    async with database.write() as session:
        to_send = await SenderLinks().add(session, sender_of("s1"), CASE, clock.now() + DAY)
    async with database.read() as session:
        with pytest.raises(ResultLinkUnknown):
            await ResultLinks().opened(session, to_send, clock.now())


async def test_one_result_has_so_many_links_and_no_more(
    house: Directory, database: Database, clock: ManualClock
) -> None:
    for _ in range(MOST_LINKS):
        await link(database, clock)
    with pytest.raises(TooManyResultLinks):
        await link(database, clock)
