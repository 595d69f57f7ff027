"""Sites, items, search, hours, roles and the audit log."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, time

import msgspec
import pytest
from sqlalchemy import delete

from directory.assembly import Directory
from directory.catalogue import answers, required_materials
from directory.demonstration import make_district, seed
from directory.errors import NoSuchItem, NoSuchSite
from directory.opening import is_open
from directory.principal import Permission, Principal, Role, Staff, permits, require, within
from directory.records import OpeningHours, SiteKind
from directory.store.tables import LifeEventRow
from foundation.database import Database
from foundation.errors import Forbidden


def test_the_demonstration_is_a_district_in_full() -> None:
    district = make_district()
    kinds = Counter(site.kind for site in district.sites)
    assert kinds == {SiteKind.DISTRICT_CENTRE: 1, SiteKind.TOWN_CENTRE: 17, SiteKind.OUTREACH_POINT: 288}
    assert len(district.offered.items) == 308
    assert len({item.name_zh for item in district.offered.items}) == 308
    assert len({site.id for site in district.sites}) == len({site.path for site in district.sites}) == 306
    assert make_district() == district


@pytest.mark.both_databases
async def test_seeding_twice_is_seeding_once(database: Database) -> None:
    assert sorted(await asyncio.gather(seed(database), seed(database))) == [False, True]
    assert not await seed(database)


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("高龄津贴", "高龄津贴申领"),
        ("gljt", "高龄津贴申领"),
        ("GLJT", "高龄津贴申领"),
        ("ＧＬＪＴ", "高龄津贴申领"),
        ("ｇｌ　津贴", "高龄津贴申领"),
        ("gaolingjintie", "高龄津贴申领"),
        ("津贴 申领", "高龄津贴申领"),
        ("sbk", "社会保障卡申领"),
        ("shbzk", "社会保障卡申领"),
        ("residence permit", "居住证申领"),
        ("qqq", None),
    ],
)
async def test_items_are_found(house: Directory, words: str, first: str | None) -> None:
    found = house.catalogue.search(words).items
    assert (found[0].name_zh if found else None) == first


async def test_without_words_the_most_asked_for_come_first(house: Directory) -> None:
    counts = [item.asked_for for item in house.catalogue.search("  ").items]
    assert counts == sorted(counts, reverse=True)
    assert counts


async def test_items_are_grouped_by_life_event(house: Directory) -> None:
    catalogue = house.catalogue
    events = catalogue.life_events
    assert [event.place for event in events] == list(range(1, len(events) + 1))
    grouped = [item for event in events for item in catalogue.items_of(event.id)]
    assert len(grouped) == 308
    births = [item.asked_for for item in catalogue.items_of("birth")]
    assert births == sorted(births, reverse=True)
    assert catalogue.life_event("birth").name_zh == "生育"
    assert catalogue.items_of("moon") == []


async def test_an_item_outlives_its_group(house: Directory, database: Database) -> None:
    told: list[tuple[str, str, Exception | str]] = []
    database.on_damaged(lambda *one: told.append(one))
    births = [item.id for item in house.catalogue.items_of("birth")]
    async with database.write() as session:
        await session.execute(delete(LifeEventRow).where(LifeEventRow.id == "birth"))
    await house.catalogue.load()
    assert house.catalogue.items_of("birth") == []
    assert all(house.catalogue.item(one).life_event_id is None for one in births)
    assert sorted(told) == sorted(("service_items", one, "names_unknown") for one in births)


async def test_who_does_not_know_the_item_is_offered_one_for_any_matter(house: Directory) -> None:
    assert [item.name_zh for item in house.catalogue.any_matter] == ["政务服务咨询"]


async def test_answers_decide_the_papers(house: Directory) -> None:
    item = house.catalogue.search("gljt").items[0]
    plain = [paper.name_zh for paper in required_materials(item, [])]
    options = [option.id for situation in item.situations for option in situation.options if option.adds]
    more = [paper.name_zh for paper in required_materials(item, options)]
    assert "授权委托书" not in plain
    assert {"授权委托书", "代办人身份证", "房屋租赁合同或居住证明"} <= set(more)
    assert more[: len(plain)] == plain
    assert [row[2] for row in answers(item, options)] == ["他人代办", "否，外地户籍"]


async def test_the_town_serves_its_points_first(house: Directory) -> None:
    assert house.catalogue.home("point-001").id == "town-01"
    assert house.catalogue.home("town-03").id == "town-03"
    assert house.catalogue.home("district").id == "district"
    with pytest.raises(NoSuchSite):
        house.catalogue.home("moon")
    with pytest.raises(NoSuchItem):
        house.catalogue.item("moon")


async def test_hours_holidays_and_the_tuesday_evening(house: Directory) -> None:
    window = house.catalogue.windows_for("town-01", ["civil"])[0]

    def open_at(year: int, month: int, day: int, hour: int, minute: int) -> bool:
        return is_open(window, datetime(year, month, day, hour, minute, tzinfo=UTC), "Asia/Shanghai")

    assert open_at(2026, 11, 23, 1, 0)  # Monday 09:00 there
    assert not open_at(2026, 11, 23, 0, 29)
    assert not open_at(2026, 11, 23, 4, 30)  # noon
    assert open_at(2026, 11, 24, 11, 29)  # Tuesday 19:29
    assert not open_at(2026, 11, 24, 11, 30)
    assert not open_at(2026, 11, 25, 10, 0)  # Wednesday evening
    assert not open_at(2026, 11, 28, 2, 0)  # Saturday
    assert not open_at(2026, 10, 1, 2, 0)  # a holiday on a Thursday
    assert open_at(2026, 10, 10, 2, 0)  # a Saturday that is worked for it
    assert not open_at(2026, 10, 10, 11, 0)  # with a Monday's hours


@pytest.mark.parametrize(
    ("opens", "closes", "open_at", "closed_at"),
    [
        ("00:00", "00:00", ["Mon 00:00", "Mon 12:00", "Mon 23:59"], ["Sun 23:59", "Tue 00:00"]),
        ("09:00", "00:00", ["Mon 09:00", "Mon 23:59"], ["Mon 08:59", "Tue 00:00", "Sun 23:59"]),
        (
            "22:00",
            "02:00",
            ["Mon 22:00", "Mon 23:59", "Tue 00:00", "Tue 01:59"],
            ["Mon 00:30", "Mon 21:59", "Tue 02:00"],
        ),
        ("09:00", "17:00", ["Mon 09:00", "Mon 16:59"], ["Mon 08:59", "Mon 17:00", "Tue 10:00"]),
    ],
)
async def test_hours_across_and_until_midnight(
    house: Directory, opens: str, closes: str, open_at: list[str], closed_at: list[str]
) -> None:
    monday = OpeningHours(weekday=0, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))
    window = msgspec.structs.replace(
        house.catalogue.windows_for("town-01", ["civil"])[0], hours=[monday], exceptions=[]
    )
    days = {"Sun": 22, "Mon": 23, "Tue": 24}
    for said, wanted in [(open_at, True), (closed_at, False)]:
        for moment in said:
            day, clock = moment.split()
            local = datetime.fromisoformat(f"2026-11-{days[day]}T{clock}+08:00")
            assert is_open(window, local, "Asia/Shanghai") is wanted, moment


def _person(role: Role, path: str) -> Principal:
    return Staff(
        person_id="s", account="a", name="n", roles=frozenset({role}), site_id="x", site_path=path,
        department_ids=frozenset({"civil"}),
    )  # fmt: skip


def test_roles_hold_within_a_subtree_and_a_department() -> None:
    clerk = _person(Role.CLERK, "/district/town-01")
    assert permits(clerk, Permission.SERVE, "/district/town-01/point-001", "civil")
    assert not permits(clerk, Permission.SERVE, "/district/town-02/point-020", "civil")
    assert not permits(clerk, Permission.SERVE, "/district/town-01", "police")
    assert not permits(clerk, Permission.TAKE_TICKET)
    require(_person(Role.COMMUNITY_WORKER, "/district/town-01/point-001"), Permission.TAKE_TICKET)
    with pytest.raises(Forbidden):
        require(_person(Role.ADMINISTRATOR, "/district"), Permission.DECIDE)
    assert not within("/district/town-011", "/district/town-01")


@pytest.mark.parametrize("role", list(Role))
def test_nobody_may_do_what_the_table_does_not_say(role: Role) -> None:
    person = _person(role, "/district")
    allowed = {permission for permission in Permission if permits(person, permission)}
    # Who reads a result does so by the secret of a link, which signs nobody in.
    assert bool(allowed) is (role is not Role.READER)
    assert allowed != set(Permission)
