"""A full day: somebody joins the waiting list, another one gives a time up, it is offered at the point and taken."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, expect

from scheduler.queue_core.slots import CELL
from tests.journeys.conftest import Parties, Service
from tests.journeys.test_screens import check
from tests.journeys.walk import ask_for_times, pictures

pytestmark = [pytest.mark.browser, pytest.mark.calm, pytest.mark.timeout(300)]
FREE = time(10)
"""When one place is left on the day that is nearly full."""


async def test_a_time_given_up_is_offered_to_who_waits_and_taken(
    service: Service, data: Path, parties: Parties
) -> None:
    day = _fill_a_day(data)
    point = await parties.open(1)
    page = point.page
    await point.sign_in(service.address, "point001")
    await _the_matter(page, "李建国")
    await page.locator(".days button").last.click()
    await page.locator(".times button").click()
    await page.fill("input[name=phone]", "13800001234")
    await page.click("button:has-text('确认预约')")
    await page.click("button:has-text('完成')")
    await _the_matter(page, "王秀英")
    await page.click("button:has-text('没有合适的时间')")
    await page.locator(f"input[name=wish-day][value='{day}']").check()
    await page.fill("input[name=phone]", "13700000001")
    await pictures(point, "waiting-list-join")
    await check(point, "waiting-list-join")
    await page.get_by_role("button", name="登记候补", exact=True).click()
    waiting = page.get_by_label("候补（1）")
    await expect(waiting).to_contain_text("第 1 位")
    await pictures(point, "waiting-list")
    await page.click("button:has-text('退约')")
    await page.click("[role=alertdialog] button:has-text('确定退约')")
    await expect(waiting).to_contain_text("有空位")
    await pictures(point, "waiting-list-held")
    await check(point, "waiting-list-held")
    await page.click("button:has-text('上一步')")
    await expect(page.get_by_label("1 个候补有空位，请确认")).to_be_visible()
    await page.click("button:has-text('要这个时间')")
    await expect(page.locator(".slip .number")).to_have_text(re.compile(r"^\d{4}-\d{3}$"))
    await expect(page.locator(".slip")).to_contain_text("王秀英")
    await expect(page.locator(".slip")).to_contain_text("10:00")


def _fill_a_day(data: Path) -> str:
    """Takes every quarter-hour of the town on the seventh day from today, but for one window at `FREE`."""
    day = datetime.now(ZoneInfo("Asia/Shanghai")).date() + timedelta(days=6)
    (path,) = data.glob("*.db")
    begins = datetime.combine(day, time())
    with closing(sqlite3.connect(path, timeout=30)) as database, database:
        units = [row[0] for row in database.execute("SELECT id FROM windows WHERE site_id = 'town-01' ORDER BY id")]
        rows = [
            (unit, f"{cell:%Y-%m-%d %H:%M:%S.%f}")
            for unit in units
            for cell in (begins + CELL * number for number in range(96))
            if (unit, cell.time()) != (units[0], FREE)
        ]
        database.executemany("INSERT INTO appointment_units VALUES (?, ?, 'somebody')", rows)
    return day.isoformat()


async def _the_matter(page: Page, name: str) -> None:
    await ask_for_times(page, name)
    await expect(page.locator(".days button").first).to_be_visible()
