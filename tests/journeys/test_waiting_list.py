"""A full day: somebody joins the waiting list, a time is given up and offered; taken at the point, or from home."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from scheduler.queue_core.slots import CELL
from tests.journeys.conftest import Parties, Service
from tests.journeys.simulated import told
from tests.journeys.test_screens import LESS, check
from tests.journeys.test_visitor import PHONE
from tests.journeys.walk import ask_for_times, pictures
from tests.support.hours import today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
FREE = time(10)
"""When one place is left on the day that is nearly full."""


async def test_a_time_given_up_is_offered_to_who_waits_and_taken(
    service: Service, data: Path, parties: Parties
) -> None:
    day = _fill_a_day(data)
    point, home = await parties.open(1), await parties.open(2)
    page, phone = point.page, home.page
    await point.sign_in(service.address, "point001")
    await _wishes_for_a_full_day(page, day)
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
    await phone.set_viewport_size(PHONE)
    await phone.goto(await _link(service))
    await expect(phone.get_by_role("heading", name="有空位了")).to_be_visible()
    await page.click("button:has-text('上一步')")
    await expect(page.get_by_label("1 个候补有空位，请确认")).to_be_visible()
    await page.click("button:has-text('要这个时间')")
    await expect(page.locator(".slip .number")).to_have_text(re.compile(r"^\d{4}-\d{3}$"))
    await expect(page.locator(".slip")).to_contain_text("王秀英")
    await expect(page.locator(".slip")).to_contain_text("10:00")

    # Who answers at home as well is told what it is by now; given up at the point, the open page says so.
    await phone.get_by_role("button", name="要这个时间", exact=True).click()
    await expect(phone.get_by_role("heading", name="您的预约")).to_be_focused()
    await page.click("button:has-text('完成')")
    await page.locator("button:has-text('全部预约')").click()
    await page.locator("button:has-text('退约')").click()
    await page.click("[role=alertdialog] button:has-text('确定退约')")
    await expect(phone.get_by_role("heading", name="这个链接已失效")).to_be_focused()
    await expect(phone.get_by_role("alert")).to_contain_text("这个预约已退")


async def test_who_is_at_home_answers_by_the_link_moves_the_time_and_gives_it_up(
    service: Service, data: Path, parties: Parties
) -> None:
    day = _fill_a_day(data)
    point, home = await parties.open(1), await parties.open(2)
    page, phone = point.page, home.page
    await point.sign_in(service.address, "point001")
    await _a_time_is_offered(page, day)
    await phone.set_viewport_size(PHONE)
    link = await _link(service)
    await phone.goto(link)
    await expect(phone.get_by_role("heading", name="有空位了")).to_be_focused()
    assert link.partition("#")[2] not in phone.url
    await expect(phone.get_by_text("10:00")).to_be_visible()
    await check(home, "own-time-offered")

    # Taken at home, it stands in the point's list at once.
    await phone.set_viewport_size(PHONE)
    await phone.get_by_role("button", name="要这个时间", exact=True).click()
    await expect(phone.get_by_role("heading", name="您的预约")).to_be_focused()
    row = page.locator("main").get_by_text("王秀英").first
    await expect(row).to_be_visible()
    await expect(page.get_by_label("候补（1）")).to_have_count(0)
    await check(home, "own-time-booked")

    # Moved to the first time that is free on another day, by the same page.
    await phone.set_viewport_size(PHONE)
    await phone.get_by_role("button", name="改期").click()
    await phone.locator(".days button:not(.none):not([aria-pressed=true])").first.click()
    time_of = phone.locator(".times button").last
    clock = await time_of.locator("strong").inner_text()
    await time_of.click()
    await check(home, "own-time-move", sizes=LESS)
    await phone.set_viewport_size(PHONE)
    await phone.get_by_role("button", name="改到").click()
    await expect(phone.get_by_role("status").filter(has_text=f"{clock}。")).to_be_focused()
    await expect(page.get_by_text(clock).first).to_be_visible()

    # Given up: the page says so, and the link opens nothing more.
    await phone.get_by_role("button", name="退约").click()
    await home.picture("own-time-give-up")
    await phone.get_by_role("button", name="确定退约").click()
    await expect(phone.get_by_role("heading", name="已退约")).to_be_focused()
    await check(home, "own-time-given-up", sizes=LESS)
    await phone.goto("about:blank")
    await phone.goto(link)
    await expect(phone.get_by_role("alert")).to_contain_text("这个预约已退")
    await expect(phone.get_by_role("button", name="重试")).to_have_count(0)
    await check(home, "own-time-over", sizes=LESS)


async def _link(service: Service) -> str:
    """The link of the newest notice that a time is free."""
    found = re.search(r"#[0-9a-f]{32}", await told(service, "sms", "wish_offered"))
    assert found is not None
    return f"{service.address}/visit{found[0]}"


async def _wishes_for_a_full_day(page: Page, day: str) -> None:
    """The last place of the day is booked, and somebody else says that they would wait for one."""
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


async def _a_time_is_offered(page: Page, day: str) -> None:
    """The last place of the day is booked, somebody waits for one, and it is given up."""
    await _wishes_for_a_full_day(page, day)
    await page.get_by_role("button", name="登记候补", exact=True).click()
    await expect(page.get_by_label("候补（1）")).to_contain_text("第 1 位")
    await page.click("button:has-text('退约')")
    await page.click("[role=alertdialog] button:has-text('确定退约')")
    await expect(page.get_by_label("候补（1）")).to_contain_text("有空位")


def _fill_a_day(data: Path) -> str:
    """Takes every quarter-hour of the town on the seventh day from today, but for one window at `FREE`."""
    day = today() + timedelta(days=6)
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
