"""A supervisor keeps the hours of a head of department, whom a point books at one of them."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Parties, Service
from tests.journeys.walk import SCREENS, ask_for_times, pictures

pytestmark = [pytest.mark.browser, pytest.mark.calm, pytest.mark.timeout(300)]


async def test_hours_are_kept_and_booked(service: Service, parties: Parties) -> None:
    supervisor, point = await parties.open(1), await parties.open(2)
    await supervisor.sign_in(service.address, "supervisor001")
    page = supervisor.page
    await page.click("button:has-text('人员可约时间')")
    await expect(page.locator("dialog input[type=time]").first).to_have_value("17:30")
    await page.click("dialog button:has-text('加一个例外日期')")
    await page.fill("dialog input[type=date]", "2027-06-01")
    await page.click("dialog button:has-text('保存')")
    await expect(page.locator("dialog [role=status]")).to_contain_text("已保存")
    async for screen in supervisor.on_each(SCREENS):
        wide = "document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth"
        assert await page.evaluate(wide), screen
        await supervisor.picture(f"bookable-hours-{screen}-zh-CN")
    # What cannot be is said in a sentence.
    await page.fill("dialog input[type=time] >> nth=1", "17:00")
    await page.click("dialog button:has-text('保存')")
    await expect(page.get_by_text("结束要晚于开始").first).to_be_attached()
    await point.sign_in(service.address, "point001")
    await ask_for_times(point.page)
    await point.page.select_option("select[name=with]", index=1)
    await expect(point.page.locator(".days .none").first).to_be_visible()
    # Of the evening there are fewer once it has begun.
    await expect(point.page.locator(".times button").last).to_contain_text("19:15")
    await pictures(point, "book-with")
    await point.page.locator(".times button").last.click()
    await point.page.fill("input[name=phone]", "13800001234")
    await point.page.click("button:has-text('确认预约')")
    await expect(point.page.locator(".slip")).to_contain_text("19:15")
    await point.page.goto(f"{service.address}/guide")
    await point.picture("guide-new")
