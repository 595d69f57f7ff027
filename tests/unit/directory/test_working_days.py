"""Working days, against a plain second implementation: one list of days, looked through."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from directory.errors import CalendarTooShort
from directory.published_days import PUBLISHED
from directory.records import CalendarYear
from directory.working_days import WorkCalendar

NOTICES = """
2024 元旦 1月1日放假。春节 2月10日至17日放假，2月4日、2月18日上班。清明 4月4日至6日放假，4月7日上班。
2024 劳动 5月1日至5日放假，4月28日、5月11日上班。端午 6月10日放假。中秋 9月15日至17日放假，9月14日上班。
2024 国庆 10月1日至7日放假，9月29日、10月12日上班。
2025 元旦 1月1日放假。春节 1月28日至2月4日放假，1月26日、2月8日上班。清明 4月4日至6日放假。
2025 劳动 5月1日至5日放假，4月27日上班。端午 5月31日至6月2日放假。国庆、中秋 10月1日至8日放假，9月28日、10月11日上班。
2026 元旦 1月1日至3日放假，1月4日上班。春节 2月15日至23日放假，2月14日、2月28日上班。清明 4月4日至6日放假。
2026 劳动 5月1日至5日放假，5月9日上班。端午 6月19日至21日放假。中秋 9月25日至27日放假。
2026 国庆 10月1日至7日放假，9月20日、10月10日上班。
"""
"""The notices once more, in their own words."""
Days = dict[date, bool]


def _all(first: int, last: int) -> Days:
    days: Days = {}
    day = date(first, 1, 1)
    while day.year <= last:
        days[day] = day.strftime("%a") not in ("Sat", "Sun")
        day += timedelta(days=1)
    return days


def from_notices() -> Days:
    days = _all(2024, 2026)
    for line in NOTICES.strip().splitlines():
        year = int(line[:4])
        for part in re.findall(r"[^，。]+", line):
            works = part.endswith("上班")
            for one in part.split("、"):
                found = re.search(r"(\d+)月(\d+)日(?:至(?:(\d+)月)?(\d+)日)?", one)
                if found is None:
                    continue
                month, day, to_month, to_day = (int(number) if number else None for number in found.groups())
                assert month
                assert day
                start = date(year, month, day)
                end = date(year, to_month or month, to_day) if to_day else start
                for each in days:
                    if start <= each <= end:
                        days[each] = works
    return days


def counted_after(days: Days, day: date, count: int) -> date | None:
    later = [one for one in sorted(days) if one > day and days[one]]
    return later[count - 1] if len(later) >= count else None


def counted_between(days: Days, first: date, last: date) -> int:
    if last < first:
        return -sum(1 for one, works in days.items() if works and last < one <= first)
    return sum(1 for one, works in days.items() if works and first < one <= last)


def made_up(seed: int) -> tuple[list[CalendarYear], Days]:
    """Ten years with holidays and swapped days anywhere; a table names days of the December before as well."""
    dice = random.Random(seed)
    days, years = _all(2030, 2040), []
    for year in range(2030, 2041):
        holidays: list[date] = []
        for _ in range(dice.randint(0, 9)):
            start = date(year, 1, 1) + timedelta(days=dice.randint(0, 350))
            holidays += [start + timedelta(days=more) for more in range(dice.randint(1, 9))]
        before = [date(year - 1, 12, day) for day in (29, 30, 31)] if year > 2030 and dice.random() < 0.5 else []
        holidays = [one for one in dict.fromkeys([*holidays, *before[1:]]) if one.year == year or one in before]
        weekend = [one for one in days if one.year == year and one.weekday() > 4 and one not in holidays]
        worked = [*dice.sample(weekend, dice.randint(0, 8)), *before[:1]]
        years.append(CalendarYear(id=str(year), holidays=holidays, worked=worked))
    for one in years:
        days.update(dict.fromkeys(one.holidays, False))
    for one in years:
        days.update(dict.fromkeys(one.worked, True))
    return years, days


def both(calendar: WorkCalendar, days: Days, known: Sequence[date], seed: int) -> None:
    dice = random.Random(seed)
    assert [calendar.is_working(day) for day in known] == [days[day] for day in known]
    for _ in range(400):
        day, other, count = dice.choice(known), dice.choice(known), dice.choice((1, 2, 5, 10, 15, 60, 250))
        expected = counted_after(days, day, count)
        if expected in known:
            assert calendar.after(day, count) == expected, (day, count)
        else:
            with pytest.raises(CalendarTooShort):
                calendar.after(day, count)
        assert calendar.between(day, other) == counted_between(days, day, other), (day, other)


def test_the_published_years_as_the_notices_say() -> None:
    days = from_notices()
    both(WorkCalendar(PUBLISHED), days, [day for day in days if day < date(2026, 12, 29)], 1)


@pytest.mark.parametrize("seed", range(10))
def test_ten_made_up_years(seed: int) -> None:
    years, days = made_up(seed)
    both(WorkCalendar(years), days, [day for day in days if day < date(2040, 12, 29)], seed)


def test_due_dates_over_the_long_holidays() -> None:
    calendar = WorkCalendar(PUBLISHED)
    assert calendar.after(date(2026, 9, 21), 9) == date(2026, 10, 10), "Mid-autumn and National Day, then a Saturday"
    assert calendar.after(date(2026, 2, 13), 1) == date(2026, 2, 14), (
        "a Saturday that is worked for the Spring Festival"
    )
    assert calendar.after(date(2026, 2, 14), 10) == date(2026, 3, 6)
    assert calendar.between(date(2026, 9, 30), date(2026, 10, 8)) == 1


def test_what_no_table_says_is_refused_with_its_day_and_never_guessed() -> None:
    calendar = WorkCalendar(PUBLISHED)
    assert calendar.after(date(2026, 12, 7), 15) == date(2026, 12, 28)
    with pytest.raises(CalendarTooShort) as refused:
        calendar.after(date(2026, 12, 8), 15)
    assert "2026-12-29" in refused.value.sentence("en")
    assert "2026-12-29" in refused.value.sentence("zh-CN")
    for unknown in (date(2023, 12, 29), date(2027, 1, 4), date(2026, 12, 31)):
        with pytest.raises(CalendarTooShort):
            calendar.is_working(unknown)
    gap = WorkCalendar(
        [CalendarYear(id="2030", holidays=[], worked=[]), CalendarYear(id="2032", holidays=[], worked=[])]
    )
    with pytest.raises(CalendarTooShort):
        gap.between(date(2030, 12, 1), date(2032, 1, 10))


def test_the_later_of_two_tables_of_a_year_holds() -> None:
    changed = CalendarYear(id="2026", holidays=[date(2026, 10, 9)], worked=[])
    calendar = WorkCalendar((*PUBLISHED, changed))
    assert calendar.is_working(date(2026, 10, 1))
    assert not calendar.is_working(date(2026, 10, 9))
    assert not calendar.is_working(date(2026, 10, 10))


@pytest.mark.parametrize("count", [0, -1, 1_001])
def test_other_counts_are_a_fault_of_ours(count: int) -> None:
    with pytest.raises(ValueError, match=str(count)):
        WorkCalendar(PUBLISHED).after(date(2026, 1, 5), count)
