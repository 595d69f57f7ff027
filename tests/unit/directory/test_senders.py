"""Links by which missing papers are sent: how long they are good, and what they open."""

from __future__ import annotations

from datetime import timedelta

import pytest

from directory.assembly import Directory
from directory.errors import SupplementLinkOver, SupplementLinkUnknown, TokenInvalid
from directory.principal import Permission, Sender, permits
from directory.senders import SenderLinks, sender_of
from foundation.clock import ManualClock
from foundation.database import Database

DAY = timedelta(days=1)
CASE = ("case-1", "town-01")


async def link(database: Database, clock: ManualClock, supplement: str = "s1") -> str:
    async with database.write() as session:
        return await SenderLinks().add(session, sender_of(supplement), CASE, clock.now() + DAY)


@pytest.mark.both_databases
async def test_a_link_opens_one_case_until_the_deadline(
    house: Directory, database: Database, clock: ManualClock
) -> None:
    secret = await link(database, clock)
    entered = await house.senders.enter(f"{secret[:4].lower()}-{secret[4:]} ")
    assert (entered.sender.case_id, entered.sender.asked_id) == ("case-1", "s1")
    assert [one for one in Permission if permits(entered.sender, one)] == [Permission.DELIVER]
    opened = await house.people.verify(entered.access_token)
    assert isinstance(opened.principal, Sender)
    clock.advance(15 * 60)
    with pytest.raises(TokenInvalid):
        await house.people.verify(entered.access_token)
    # The page asks for the next token with the link, as long as that is good.
    await house.senders.enter(secret)
    clock.advance(24 * 3600)
    with pytest.raises(SupplementLinkOver):
        await house.senders.enter(secret)
    with pytest.raises(SupplementLinkUnknown):
        await house.senders.enter(secret[:-1])
    with pytest.raises(SupplementLinkUnknown):
        await house.senders.enter("")


@pytest.mark.both_databases
async def test_links_of_one_supplement_are_one_sender_and_end_together(
    house: Directory, database: Database, clock: ManualClock
) -> None:
    gone: list[str] = []
    house.senders.on_end(lambda sender: gone.append(sender.person_id))
    first, second = await link(database, clock), await link(database, clock)
    other = await link(database, clock, "s2")
    same = {(await house.senders.enter(one)).sender.person_id for one in (first, second)}
    assert same == {sender_of("s1")}
    token = (await house.senders.enter(other)).access_token
    async with database.write() as session:
        await SenderLinks().end(session, sender_of("s1"))
    await house.senders.follow()
    assert gone == [sender_of("s1")]
    for secret in (first, second):
        with pytest.raises(SupplementLinkOver):
            await house.senders.enter(secret)
    assert (await house.people.verify(token)).principal.person_id == sender_of("s2")
    async with database.write() as session:
        await SenderLinks().prolong(session, sender_of("s2"), clock.now() + 5 * DAY)
    clock.advance(3 * 24 * 3600)
    await house.senders.follow()
    assert gone == [sender_of("s1")]
    await house.senders.enter(other)
