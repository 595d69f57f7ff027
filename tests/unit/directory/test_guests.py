"""Links into a call: good for one browser from the moment it asks to join, until the link ends."""

from __future__ import annotations

import pytest

from directory.assembly import Directory
from directory.errors import GuestLinkOver, GuestLinkTaken, TokenInvalid
from directory.guests import LASTS
from directory.principal import OutsideGuest, Permission, Principal, permits
from directory.sessions import principal_of
from foundation.clock import ManualClock
from foundation.errors import Forbidden

ONE, OTHER = "1" * 32, "2" * 32
"""Two browsers' keys."""


async def clerk(house: Directory, account: str = "clerk001") -> Principal:
    return principal_of(await house.catalogue.staff(f"staff-{account}"), house.catalogue)


async def test_a_guest_may_take_part_in_one_call_and_nothing_else(house: Directory) -> None:
    made, link = house.guests.invite(await clerk(house), "ticket-1", "小赵")
    entered = house.guests.enter(link, ONE)
    guest = (await house.people.verify(entered.access_token)).principal
    assert guest == entered.guest
    assert isinstance(guest, OutsideGuest)
    assert (guest.person_id, guest.name, guest.call_id) == (made.id, "小赵", "ticket-1")
    assert [one for one in Permission if permits(guest, one)] == [Permission.TAKE_PART]
    assert not guest.speaks_for(guest.site_id, guest.person_id)
    assert link not in str(made), "the hash alone is held"
    assert len(bytes.fromhex(link)) == 16
    with pytest.raises(Forbidden):
        house.guests.invite(await clerk(house, "point001"), "ticket-1", "小赵")


async def test_a_link_belongs_to_the_browser_that_asked_to_join(house: Directory) -> None:
    _, link = house.guests.invite(await clerk(house), "ticket-1", "小赵")
    first, second = house.guests.enter(link, ONE), house.guests.enter(link, OTHER)
    house.guests.bind(second.guest)
    with pytest.raises(GuestLinkTaken):
        house.guests.enter(link, ONE)
    with pytest.raises(GuestLinkTaken):
        house.guests.bind(first.guest)
    with pytest.raises(TokenInvalid):
        await house.people.verify(first.access_token)
    again = house.guests.enter(link, OTHER)
    house.guests.bind(again.guest)
    assert (await house.people.verify(second.access_token)).principal == again.guest


async def test_a_link_ends_when_it_is_ended_and_after_two_hours(house: Directory, clock: ManualClock) -> None:
    gone: list[str] = []
    house.people.on_gone(lambda one: gone.append(one.person_id))
    made, link = house.guests.invite(await clerk(house), "ticket-1", "小赵")
    entered = house.guests.enter(link, ONE)
    house.guests.end(made.id)
    house.guests.end(made.id)
    assert gone == [made.id]
    for secret in (link, "0" * 32):
        with pytest.raises(GuestLinkOver):
            house.guests.enter(secret, ONE)
    with pytest.raises(TokenInvalid):
        await house.people.verify(entered.access_token)
    _, link = house.guests.invite(await clerk(house), "ticket-1", "小赵")
    clock.advance(LASTS.total_seconds() - 1)
    last = house.guests.enter(link, ONE)
    clock.advance(1)
    with pytest.raises(GuestLinkOver):
        house.guests.enter(link, ONE)
    with pytest.raises(GuestLinkOver):
        house.guests.bind(last.guest)
    with pytest.raises(TokenInvalid):
        await house.people.verify(last.access_token)
