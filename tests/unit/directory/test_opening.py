"""When a window opens next."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from directory.opening import next_opening
from directory.records import OpeningException, OpeningHours, Window

ZONE = "Asia/Shanghai"
MORNING, AFTERNOON = (time(9), time(12)), (time(13, 30), time(17))


def window(*spans: tuple[time, time], holidays: tuple[date, ...] = ()) -> Window:
    """Open from Monday to Friday."""
    return Window(
        id="w",
        site_id="town-01",
        name_zh="1号云窗口",
        name_en="Cloud window 1",
        department_ids=[],
        hours=[OpeningHours(weekday=day, opens=opens, closes=closes) for day in range(5) for opens, closes in spans],
        exceptions=[OpeningException(day=day, opens=None, closes=None) for day in holidays],
    )


def here(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 on the wall clock; the 27th is a Friday."""
    return datetime(2026, 11, day, hour - 8, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (here(27, 12, 0), here(27, 13, 30)),
        (here(27, 8, 59), here(27, 9)),
        (here(27, 17, 0), here(30, 9)),
        (here(28, 10), here(30, 9)),
    ],
)
def test_the_next_opening_is_after_lunch_in_the_morning_or_after_the_weekend(moment: datetime, opens: datetime) -> None:
    assert next_opening([window(MORNING, AFTERNOON)], moment, ZONE) == opens


def test_the_first_of_several_windows_counts_and_holidays_do_not() -> None:
    late, early = window((time(10), time(12))), window((time(8, 30), time(9)))
    assert next_opening([late, early], here(27, 8), ZONE) == here(27, 8, 30)
    assert next_opening([window(MORNING, holidays=(date(2026, 11, 30),))], here(28, 8), ZONE) == datetime(
        2026, 12, 1, 1, tzinfo=UTC
    )


def test_there_is_none_while_one_is_open_or_without_hours() -> None:
    assert next_opening([window(MORNING)], here(27, 10), ZONE) is None
    assert next_opening([window()], here(27, 10), ZONE) is None
