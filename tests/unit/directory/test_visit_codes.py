"""Codes to type: their signs, how long they are good, and that they are good once."""

from __future__ import annotations

import math
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text

from directory.assembly import Directory
from directory.errors import NoSuchVisitor, TooManyLinks, VisitCodeUnknown, VisitEnded
from directory.visit_codes import ALPHABET, LENGTH, new_code, normal
from foundation.clock import ManualClock
from foundation.database import Database
from tests.unit.directory.test_visits import ITEM, WEEK, WHO, clerk, invite


def test_a_code_has_forty_bits_of_signs_that_look_like_no_other() -> None:
    assert LENGTH * math.log2(len(set(ALPHABET))) >= 40
    assert not set(ALPHABET) & set("0O1IL2Z5S8B")
    assert new_code(lambda _: bytes([255, 250, *range(9)])) == ALPHABET[:9]
    counted = Counter("".join(new_code() for _ in range(2000)))
    assert set(counted) == set(ALPHABET)
    assert max(counted.values()) < 1.5 * min(counted.values())


@pytest.mark.parametrize("typed", ["ACD EFG HJK", "acdefghjk", " acd-efg.hjk\n", "ACD　EFG　HJK"])
def test_it_is_the_same_however_it_is_typed(typed: str) -> None:
    assert normal(typed) == "ACDEFGHJK"


async def test_a_code_opens_the_visit_once(house: Directory, clock: ManualClock) -> None:
    host = await clerk(house)
    made, link = await invite(house, host, ITEM, WHO, WEEK)
    code, ends_at = await house.codes.make(host.person_id, made.id)
    assert ends_at == clock.now() + timedelta(minutes=30)
    further = await house.codes.exchange(code.lower())
    assert further != link
    assert (await house.visits.enter(further)).visitor == (await house.visits.enter(link)).visitor
    with pytest.raises(VisitCodeUnknown):
        await house.codes.exchange(code)


async def test_a_code_ends_by_time_by_a_new_one_and_with_its_visit(house: Directory, clock: ManualClock) -> None:
    host = await clerk(house)
    made, _ = await invite(house, host, ITEM, WHO, WEEK)
    first, _ = await house.codes.make(host.person_id, made.id)
    second, _ = await house.codes.make(host.person_id, made.id)
    with pytest.raises(VisitCodeUnknown):
        await house.codes.exchange(first)
    clock.advance(30 * 60)
    with pytest.raises(VisitCodeUnknown):
        await house.codes.exchange(second)
    third, _ = await house.codes.make(host.person_id, made.id)
    await house.visits.end(host, made.id)
    with pytest.raises(VisitEnded):
        await house.codes.exchange(third)
    with pytest.raises(NoSuchVisitor):
        await house.codes.make(host.person_id, made.id)


async def test_a_visit_has_so_many_links_at_most_and_its_visitor_is_told_in_words_of_their_own(
    house: Directory,
) -> None:
    host = await clerk(house)
    made, _ = await invite(house, host, ITEM, WHO, WEEK)
    for _ in range(50):
        await house.codes.exchange((await house.codes.make(host.person_id, made.id))[0])
    code, _ = await house.codes.make(host.person_id, made.id)
    with pytest.raises(TooManyLinks):
        await house.codes.exchange(code)


async def test_who_has_not_invited_makes_no_code_and_a_copy_of_the_database_shows_none(
    house: Directory, database: Database
) -> None:
    host = await clerk(house)
    made, _ = await invite(house, host, ITEM, WHO, WEEK)
    with pytest.raises(NoSuchVisitor):
        await house.codes.make((await clerk(house, "clerk002")).person_id, made.id)
    code, _ = await house.codes.make(host.person_id, made.id)
    link = await house.codes.exchange(code)
    await house.codes.make(host.person_id, made.id)
    async with database.read() as session:
        kept = [
            str(row)
            for name in ("visit_codes", "visit_links", "visitors")
            for row in await session.execute(text(f"SELECT * FROM {name}"))
        ]
    assert code not in "".join(kept)
    assert link not in "".join(kept)
