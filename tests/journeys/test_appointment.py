"""A time is booked at the point, moved and given up; another one is checked in and answered at the window."""

from __future__ import annotations

import re

import pytest
import vobject
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_choosing import look
from tests.journeys.test_screens import check
from tests.journeys.walk import SCREENS, answer, fill_in, find_item, open_window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def test_a_time_is_booked_checked_in_and_answered(service: Service, parties: Parties) -> None:
    point, window = await parties.open(1), await parties.open(2)
    await point.sign_in(service.address, "point001")
    await open_window(window, service)
    await _the_matter(point)
    await _book(point, "13800001234")
    number = await point.page.locator(".slip .number").inner_text()
    await _calendar(point.page, number)
    await look(point, "appointment-booked")
    await point.page.click("button:has-text('完成')")
    await _shown_at_the_window(window, number)
    await look(point, "home-appointment-due")
    await point.page.click("button:has-text('签到取号')")
    await expect(point.page.get_by_text("您的号码")).to_be_visible()
    await answer(window)
    await expect(point.page.locator("main.call")).to_be_visible()
    await expect(window.page.get_by_label("今日预约")).to_contain_text("已签到")


async def test_a_time_is_moved_and_given_up(service: Service, parties: Parties) -> None:
    point = await parties.open(1)
    page = point.page
    await point.sign_in(service.address, "point001")
    await page.click("button:has-text('全部预约（0）')")
    await expect(page.get_by_role("status")).to_contain_text("还没有预约")
    await point.picture("appointments-none")
    await page.click("button:has-text('上一步')")
    await _the_matter(point, pictures=True)
    await _book(point, "021-5555 1234", last=True)
    await page.click("button:has-text('完成')")
    await page.click("button:has-text('全部预约（1）')")
    await check(point, "appointments")
    before = await page.locator(".clock").inner_text()
    await page.click("button:has-text('改约')")
    # Late in the evening today has not that many left.
    await page.locator("dialog .days button").nth(1).click()
    await page.locator("dialog .times button").nth(3).click()
    await point.picture("appointment-move")
    await page.click("dialog button:has-text('改到')")
    await expect(page.locator("dialog")).to_have_count(0)
    await expect(page.locator(".clock")).not_to_have_text(before)
    await page.click("button:has-text('退约')")
    await point.picture("appointment-cancel")
    # Whoever asked for it by mistake keeps it.
    await page.keyboard.press("Escape")
    await expect(page.get_by_text("已预约")).to_be_visible()
    await page.click("button:has-text('退约')")
    await page.click("[role=alertdialog] button:has-text('确定退约')")
    await expect(page.get_by_text("已取消")).to_be_visible()


async def _the_matter(point: Party, *, pictures: bool = False) -> None:
    page = point.page
    await find_item(page)
    await expect(page.get_by_role("button", name="预约时间")).to_be_disabled()
    await fill_in(page)
    if pictures:
        await point.picture("item-book")
    await page.click("button:has-text('预约时间')")
    await expect(page.locator(".times button").first).to_be_visible()
    if pictures:
        await check(point, "appointment-book")


async def _book(point: Party, phone: str, *, last: bool = False) -> None:
    """One of the next two times, or the day's last; a telephone number that cannot be is told by a sentence."""
    page = point.page
    times = page.locator(".times button")
    count = await times.count()
    await times.nth(count - 1 if last else min(1, count - 1)).click()
    confirm = page.get_by_role("button", name="确认预约")
    await page.fill("input[name=phone]", "123")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("alert")).to_contain_text("请填 11 位手机号码")
    await expect(confirm).to_be_disabled()
    await point.picture("book-wrong-phone")
    await page.fill("input[name=phone]", phone)
    await confirm.click()
    await expect(page.locator(".slip .number")).to_have_text(re.compile(r"^\d{4}-\d{3}$"))


async def _calendar(page: Page, number: str) -> None:
    async with page.expect_download() as saved:
        await page.click("button:has-text('存入日历')")
    event = vobject.readOne((await (await saved.value).path()).read_text()).vevent
    assert number in event.summary.value


async def _shown_at_the_window(window: Party, number: str) -> None:
    today = window.page.get_by_label("今日预约")
    await expect(today).to_contain_text(number)
    await expect(today).to_contain_text("王秀英")
    for screen, (width, height) in SCREENS.items():
        await window.page.set_viewport_size({"width": width, "height": height})
        assert await window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen
        await today.scroll_into_view_if_needed()
        await window.picture(f"window-appointments-{screen}")
    await window.page.set_viewport_size({"width": 1366, "height": 768})
