"""A time that is kept by video: booked at the point, told, opened on a phone too early, and answered in time."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Service
from tests.journeys.simulated import told
from tests.journeys.test_appointment import _the_matter
from tests.journeys.test_visitor import PHONE, on_every_screen
from tests.journeys.walk import answer, finish, meet, open_window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def _book(page: Page) -> None:
    """By video, with a text message and an e-mail, some two hours from now."""
    times = page.locator(".times button")
    if await times.count() < 9:
        # Late in the day the next one has more.
        await page.locator(".days button").nth(1).click()
    await times.nth(8).click()
    await page.fill("input[name=phone]", "138 0000 1234")
    await page.get_by_label("本人用手机或电脑视频办").check()
    await expect(page.get_by_label("发短信通知")).to_be_checked()
    await page.get_by_label("电子邮箱").fill("wang@")
    await expect(page.get_by_role("button", name="确认预约")).to_be_disabled()
    await page.get_by_label("电子邮箱").fill("wang@example.cn")


async def test_a_booked_time_is_kept_by_video_on_a_phone(service: Service, parties: Parties) -> None:
    point, window, visitor = await parties.open(3), await parties.open(2), await parties.open(1)
    await point.sign_in(service.address, "point001")
    await open_window(window, service)
    await _the_matter(point)
    await _book(point.page)
    await point.picture("booked-visit-form")
    await point.page.get_by_role("button", name="确认预约").click()
    await expect(point.page.locator(".slip .number")).to_have_text(re.compile(r"^\d{4}-\d{3}$"))
    link = await point.page.get_by_label("视频办事链接").input_value()
    await point.picture("booked-visit-slip")
    assert link in await told(service, "sms", "appointment_booked_link")
    assert link in await told(service, "email", "appointment_booked_link")
    await point.page.click("button:has-text('完成')")
    await window.page.get_by_role("button", name="休息").click()

    # Too early: the page says when, and has no way into the queue.
    page = visitor.page
    await page.set_viewport_size(PHONE)
    await page.goto(link)
    await expect(page.get_by_role("heading", name="您的预约")).to_be_visible()
    await expect(page.get_by_text("还没到时间")).to_be_visible()
    await expect(page.get_by_role("button", name="签到并等候")).to_have_count(0)
    await on_every_screen(visitor, "booked-visit-early")

    # Moved to the next quarter of an hour: one more message, and the open page follows by itself.
    await point.page.click("button:has-text('全部预约（1）')")
    await point.page.click("button:has-text('改约')")
    await point.page.locator("dialog .days button").first.click()
    await point.page.locator("dialog .times button").first.click()
    await point.page.click("dialog button:has-text('改到')")
    await expect(point.page.locator("dialog")).to_have_count(0)
    moved = await told(service, "sms", "appointment_moved_link")
    check_in = page.get_by_role("button", name="签到并等候")
    await expect(check_in).to_be_visible(timeout=60_000)
    await on_every_screen(visitor, "booked-visit-due")
    # The link of the newer message opens the same visit.
    await page.goto("about:blank")
    await page.goto(moved.rpartition("：")[2])
    await page.get_by_label("您想办什么").fill("想问高龄津贴怎么领")
    await page.get_by_label("不同意").check()
    await check_in.click()
    await page.wait_for_selector("text=您的号码")
    await expect(point.page.get_by_text("已签到")).to_be_visible()

    await window.page.get_by_role("button", name="可接号").click()
    await expect(window.page.get_by_text("想问高龄津贴怎么领")).to_be_visible()
    await answer(window)
    await page.set_viewport_size({"width": 1366, "height": 768})
    await meet(visitor, window)
    await finish(window)
    await page.get_by_role("button", name="完成").click()
    await expect(page.get_by_text("这个预约已经办理")).to_be_visible()
    await visitor.picture("booked-visit-done")
