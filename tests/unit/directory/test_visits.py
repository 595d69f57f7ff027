"""Invitations and links: how long they are good, who may end them, and what a token opens."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from directory.assembly import Directory
from directory.errors import (
    NoSuchItem,
    NoSuchVisitor,
    SessionEnded,
    TokenInvalid,
    TooManyVisitors,
    VisitEnded,
    VisitLinkUnknown,
)
from directory.principal import Permission, Principal, Role, Visitor, permits
from directory.records import Invitation
from directory.sessions import principal_of
from directory.visits import Invited
from foundation.clock import ManualClock
from foundation.database import Database, DatabaseBusy, WriteSession
from foundation.errors import Forbidden
from foundation.identifiers import SeededIdentifiers
from tests.unit.directory.conftest import make_house

WHO = Invited(name="周敏", organisation="云杉食品有限公司", wish="食品经营许可")
WEEK = timedelta(days=7)
ITEM = "item-001"


async def clerk(house: Directory, account: str = "clerk001") -> Principal:
    return principal_of(await house.catalogue.staff(f"staff-{account}"), house.catalogue)


async def invite(
    house: Directory, host: Principal, item_id: str, who: Invited, lasts: timedelta
) -> tuple[Invitation, str]:
    """The invitation and the link."""
    made, link, _ = await house.visits.invite(host, item_id, who, lasts, house.codes.add)
    return made, link


async def test_an_invitation_whose_code_fails_is_none(house: Directory) -> None:
    async def fails(_session: WriteSession, _visitor_id: str) -> None:
        raise DatabaseBusy

    host = await clerk(house)
    with pytest.raises(DatabaseBusy):
        await house.visits.invite(host, ITEM, WHO, WEEK, fails)
    assert await house.visits.of_host(host.person_id) == []


async def test_a_link_is_good_again_and_again_until_it_ends(house: Directory, clock: ManualClock) -> None:
    made, link = await invite(house, await clerk(house), ITEM, WHO, WEEK)
    first, second = await house.visits.enter(link), await house.visits.enter(link)
    assert first.visitor == second.visitor
    assert (first.visitor.name, first.visitor.item_id, first.visitor.person_id) == ("周敏", ITEM, made.id)
    clock.advance(WEEK.total_seconds() - 1)
    assert (await house.visits.enter(link)).access_ends_at <= made.ends_at
    clock.advance(1)
    with pytest.raises(VisitEnded):
        await house.visits.enter(link)
    with pytest.raises(VisitLinkUnknown):
        await house.visits.enter("0" * 32)


async def test_a_token_opens_for_a_quarter_of_an_hour_and_passes_for_no_other(
    house: Directory, clock: ManualClock
) -> None:
    _, link = await invite(house, await clerk(house), ITEM, WHO, WEEK)
    entered = await house.visits.enter(link)
    assert (await house.people.verify(entered.access_token)).principal == entered.visitor
    with pytest.raises(TokenInvalid):
        await house.sign_in.verify(entered.access_token)
    with pytest.raises(SessionEnded):
        await house.sign_in.renew(entered.access_token)
    clock.advance(15 * 60)
    with pytest.raises(TokenInvalid):
        await house.people.verify(entered.access_token)


async def test_what_a_clerk_ends_is_ended_at_once_and_in_other_processes_soon(
    house: Directory, database: Database, clock: ManualClock, identifiers: SeededIdentifiers
) -> None:
    host = await clerk(house)
    made, link = await invite(house, host, ITEM, WHO, WEEK)
    elsewhere = make_house(database, clock, identifiers, demonstration=True)
    await elsewhere.start()
    gone: list[Principal] = []
    elsewhere.people.on_gone(gone.append)
    token = (await elsewhere.visits.enter(link)).access_token
    with pytest.raises(NoSuchVisitor):
        await house.visits.end(await clerk(house, "clerk002"), made.id)
    await house.visits.end(host, made.id)
    with pytest.raises(NoSuchVisitor):
        await house.visits.end(host, made.id)
    with pytest.raises(TokenInvalid):
        await house.people.verify(token)
    await elsewhere.visits.follow()
    assert [one.person_id for one in gone] == [made.id]
    with pytest.raises(TokenInvalid):
        await elsewhere.people.verify(token)
    assert await house.visits.of_host(host.person_id) == []
    assert await house.people.name(made.id) == "周敏", "the case goes on to say whose it was"
    await elsewhere.close()


async def test_a_clerk_invites_for_the_business_of_the_own_departments_and_not_without_end(house: Directory) -> None:
    host = await clerk(house)
    elsewhere = msgspec.structs.replace(host, department_ids=frozenset())
    with pytest.raises(Forbidden):
        await invite(house, elsewhere, ITEM, WHO, WEEK)
    with pytest.raises(NoSuchItem):
        await invite(house, host, "no-item", WHO, WEEK)
    with pytest.raises(Forbidden):
        await invite(house, await clerk(house, "point001"), ITEM, WHO, WEEK)
    for _ in range(200):
        await invite(house, host, ITEM, WHO, WEEK)
    with pytest.raises(TooManyVisitors):
        await invite(house, host, ITEM, WHO, WEEK)


async def test_a_visitor_may_what_a_point_may_for_nobody_else(house: Directory) -> None:
    _, link = await invite(house, await clerk(house), ITEM, WHO, WEEK)
    visitor = (await house.visits.enter(link)).visitor
    assert isinstance(visitor, Visitor)
    assert visitor.roles == {Role.VISITOR}
    may = {one for one in Permission if permits(visitor, one)}
    assert may == {
        Permission.READ_ITEMS,
        Permission.TAKE_PART,
        Permission.TAKE_TICKET,
        Permission.KEEP_OWN_APPOINTMENT,
        Permission.SHOW_PAPERS,
        Permission.DELIVER,
        Permission.READ_CASE,
    }
    assert visitor.speaks_for(visitor.site_id, visitor.person_id)
    assert not visitor.speaks_for(visitor.site_id, "visitor-other")
