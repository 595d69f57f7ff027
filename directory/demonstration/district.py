"""Makes the invented district: the same one for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import time

from directory.demonstration import words
from directory.demonstration.items import Offered, read_offered
from directory.principal import Role
from directory.records import Department, DutyTurn, OpeningHours, PersonHours, Site, SiteKind, StaffMember, Window

_POINTS = 288
_WINDOWS_PER_CENTRE = 4
_DISTRICT_WINDOWS = 10
_MORNING = (time(8, 30), time(12, 0))
_AFTERNOON = (time(13, 30), time(17, 30))
_TUESDAY_EVENING = (time(17, 30), time(19, 30))
_TUESDAY = 1
_ON_DUTY = {"civil": ("staff-expert001", "staff-clerk002"), "social": ("staff-expert001", "staff-clerk002")}
"""Of each department with a rota: its expert, then the clerk at the district."""


@dataclass(frozen=True)
class District:
    """All records of one district."""

    sites: list[Site]
    offered: Offered
    windows: list[Window]
    staff: list[StaffMember]
    person_hours: list[PersonHours]
    """Of a head of department at the district, on Tuesday evenings."""
    duty_turns: list[DutyTurn]


def make_district(seed: int = 1) -> District:
    """1 district centre, 17 town centres, 288 points, 18 departments, 308 items, windows and people."""
    dice = random.Random(seed)  # noqa: S311 - the same district for the same seed
    sites = _sites()
    offered = read_offered()
    windows = [window for site in sites for window in _windows(site, offered.departments)]
    return District(
        sites=sites,
        offered=offered,
        windows=windows,
        staff=_staff(dice, sites, windows),
        person_hours=[_evening("staff-clerk002")],
        duty_turns=[
            _always(department, staff_id, place)
            for department, people in _ON_DUTY.items()
            for place, staff_id in enumerate(people, 1)
        ],
    )


def _sites() -> list[Site]:
    zh, en = words.DISTRICT
    sites = [
        Site(
            id="district",
            kind=SiteKind.DISTRICT_CENTRE,
            path="/district",
            name_zh=f"{zh}云办中心",
            name_en=f"{en} Cloud Centre",
        )
    ]
    points = 0
    for number, (town_zh, town_en) in enumerate(words.TOWNS, 1):
        town = f"town-{number:02}"
        sites.append(
            Site(
                id=town,
                kind=SiteKind.TOWN_CENTRE,
                path=f"/district/{town}",
                name_zh=f"{town_zh}便民服务中心",
                name_en=f"{town_en} Service Centre",
            )
        )
        share = _POINTS * number // len(words.TOWNS) - points
        sites += [_point(town, town_zh, town_en, points + index) for index in range(1, share + 1)]
        points += share
    return sites


def _point(town: str, town_zh: str, town_en: str, number: int) -> Site:
    village_zh, village_en = words.VILLAGES[(number - 1) % len(words.VILLAGES)]
    place = f"point-{number:03}"
    return Site(
        id=place,
        kind=SiteKind.OUTREACH_POINT,
        path=f"/district/{town}/{place}",
        name_zh=f"{town_zh}{village_zh}社区延伸点",
        name_en=f"{village_en} Community, {town_en}",
    )


def _windows(site: Site, departments: list[Department]) -> list[Window]:
    if site.kind is SiteKind.OUTREACH_POINT:
        return []
    count = _DISTRICT_WINDOWS if site.kind is SiteKind.DISTRICT_CENTRE else _WINDOWS_PER_CENTRE
    return [
        Window(
            id=f"{site.id}-w{number}",
            site_id=site.id,
            name_zh=f"{number}号云窗口",
            name_en=f"Cloud window {number}",
            department_ids=[department.id for department in departments],
            hours=_hours(),
            exceptions=[],
        )
        for number in range(1, count + 1)
    ]


def _hours() -> list[OpeningHours]:
    week = [(day, span) for day in range(5) for span in (_MORNING, _AFTERNOON)] + [(_TUESDAY, _TUESDAY_EVENING)]
    return [OpeningHours(weekday=day, opens=opens, closes=closes) for day, (opens, closes) in week]


def _evening(staff_id: str) -> PersonHours:
    opens, closes = _TUESDAY_EVENING
    hours = [OpeningHours(weekday=_TUESDAY, opens=opens, closes=closes)]
    return PersonHours(id=staff_id, hours=hours, exceptions=[], capacity=1)


def _always(department_id: str, staff_id: str, place: int) -> DutyTurn:
    return DutyTurn(
        id=f"duty-{department_id}-{place}",
        department_id=department_id,
        staff_id=staff_id,
        weekdays=list(range(7)),
        begins=time(0),
        ends=time(0),
        place=place,
    )


def _staff(dice: random.Random, sites: list[Site], windows: list[Window]) -> list[StaffMember]:
    points = [site for site in sites if site.kind is SiteKind.OUTREACH_POINT]
    people = [
        _person(dice, f"point{number:03}", Role.COMMUNITY_WORKER, site.id, {}) for number, site in enumerate(points, 1)
    ]
    # clerk001 sits in the town of point001, clerk002 at the district.
    seats = sorted(windows, key=lambda window: (window.site_id == "district", window.id))
    seats.insert(1, seats.pop(-_DISTRICT_WINDOWS))
    people += [
        _person(dice, f"clerk{number:03}", Role.CLERK, window.site_id, _skills(dice, window))
        for number, window in enumerate(seats, 1)
    ]
    people.append(_person(dice, "supervisor001", Role.SUPERVISOR, "district", {}))
    people.append(_person(dice, "admin001", Role.ADMINISTRATOR, "district", {}))
    people.append(_person(dice, "expert001", Role.EXPERT, "district", {"civil": 5, "social": 5}))
    return people


def _skills(dice: random.Random, window: Window) -> dict[str, int]:
    return {department: dice.randint(2, 5) for department in window.department_ids}


def _person(dice: random.Random, account: str, role: Role, site_id: str, skills: dict[str, int]) -> StaffMember:
    name = dice.choice(words.SURNAMES) + dice.choice(words.GIVEN) + dice.choice(words.GIVEN)
    return StaffMember(
        id=f"staff-{account}",
        account=account,
        name=name,
        roles=[role.value],
        site_id=site_id,
        skills=skills,
        password_hash=None,
        demonstration=True,
    )
