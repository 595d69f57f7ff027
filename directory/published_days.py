"""The holidays and worked weekend days that the General Office of the State Council has published.

Notices on the arrangement of holidays (国务院办公厅关于部分节假日安排的通知): of 25 October 2023 for 2024, of
12 November 2024 for 2025, of 4 November 2025 for 2026. The one for 2027 was not found when this was written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from directory.records import CalendarYear

_Day = tuple[int, int]
_Span = tuple[_Day, _Day]


def _year(year: int, holidays: Sequence[_Span], worked: Sequence[_Day]) -> CalendarYear:
    days: list[date] = []
    for first, last in holidays:
        day, end = date(year, *first), date(year, *last)
        while day <= end:
            days.append(day)
            day += timedelta(days=1)
    return CalendarYear(id=str(year), holidays=days, worked=[date(year, *day) for day in worked])


PUBLISHED: tuple[CalendarYear, ...] = (
    _year(
        2024,
        (
            ((1, 1), (1, 1)),
            ((2, 10), (2, 17)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((6, 10), (6, 10)),
            ((9, 15), (9, 17)),
            ((10, 1), (10, 7)),
        ),
        ((2, 4), (2, 18), (4, 7), (4, 28), (5, 11), (9, 14), (9, 29), (10, 12)),
    ),
    _year(
        2025,
        (
            ((1, 1), (1, 1)),
            ((1, 28), (2, 4)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((5, 31), (6, 2)),
            ((10, 1), (10, 8)),
        ),
        ((1, 26), (2, 8), (4, 27), (9, 28), (10, 11)),
    ),
    _year(
        2026,
        (
            ((1, 1), (1, 3)),
            ((2, 15), (2, 23)),
            ((4, 4), (4, 6)),
            ((5, 1), (5, 5)),
            ((6, 19), (6, 21)),
            ((9, 25), (9, 27)),
            ((10, 1), (10, 7)),
        ),
        ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)),
    ),
)
