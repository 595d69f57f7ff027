"""A time is booked on a phone without a worker: by the published address, with a code, and kept by the link."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.simulated import told
from tests.journeys.test_screens import LESS, check
from tests.journeys.test_visitor import PHONE
from tests.journeys.walk import answer, finish, meet, open_window

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]


async def _open_the_page(supervisor: Party, service: Service) -> str:
    """The address that the centre publishes."""
    await supervisor.sign_in(service.address, "supervisor001")
    page = supervisor.page
    await page.get_by_role("button", name="人员可约时间").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label(re.compile("青石镇便民服务中心：开放")).check()
    link = await dialog.get_by_label(re.compile("预约页面地址")).input_value()
    await dialog.get_by_label(re.compile("预约页面地址")).scroll_into_view_if_needed()
    await supervisor.picture("public-booking-opened")
    return link


async def _code(service: Service) -> str:
    found = re.search("验证码([0-9]{6})", await told(service, "sms", "phone_code"))
    assert found is not None
    return found[1]


async def _look(visitor: Party, name: str) -> None:
    """The page is whole in each kind of layout, and a phone's again."""
    await check(visitor, name, sizes=LESS)
    await visitor.page.set_viewport_size(PHONE)


async def _prove(visitor: Party, service: Service) -> None:
    """Name, telephone and the code: a wrong one first."""
    page = visitor.page
    await page.get_by_label("您的姓名").fill("周敏")
    await page.get_by_label("手机号码").fill("021-5555 1234")
    await expect(page.get_by_role("button", name="获取验证码")).to_be_disabled()
    await page.get_by_label("手机号码").fill("138 0000 4321")
    await page.get_by_role("button", name="获取验证码").click()
    field = page.get_by_label("短信验证码")
    await expect(field).to_be_focused()
    await expect(page.get_by_text("13800004321")).to_be_visible()
    code = await _code(service)
    await field.fill(f"{(int(code) + 1) % 10**6:06}")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("验证码不对")
    await _look(visitor, "public-booking-who")
    await field.fill(code)
    await page.keyboard.press("Enter")


async def _move_to_now(page: Page) -> None:
    await page.get_by_role("button", name="改期").click()
    await page.locator(".days button").first.click()
    await page.locator(".times button").first.click()
    await page.get_by_role("button", name=re.compile("^改到")).click()
    await expect(page.get_by_text("已改到")).to_be_visible()


async def test_a_business_books_without_a_worker_and_comes_by_the_link(service: Service, parties: Parties) -> None:
    supervisor, window, visitor = await parties.open(3), await parties.open(2), await parties.open(1)
    page = visitor.page
    await page.set_viewport_size(PHONE)
    entrance = await _open_the_page(supervisor, service)
    await open_window(window, service)
    await window.page.get_by_role("button", name="休息").click()

    await page.goto(entrance)
    await expect(page.get_by_role("heading", name="您要办什么事？")).to_be_focused()
    await _look(visitor, "public-booking-matter")
    await page.get_by_label("搜索事项").fill("高龄津贴")
    await page.get_by_role("button", name="高龄津贴申领").click()
    await expect(page.get_by_role("heading", name="您想约什么时间？")).to_be_focused()
    await _look(visitor, "public-booking-time")
    times = page.locator(".times button")
    if await times.count() < 9:
        await page.locator(".days button").nth(1).click()
    await times.nth(8).click()
    await expect(page.get_by_role("heading", name="由谁来办？")).to_be_focused()
    await _prove(visitor, service)

    await expect(page.get_by_role("heading", name="约好了")).to_be_focused()
    link = await page.get_by_label("您的预约链接").input_value()
    assert link in await told(service, "sms", "appointment_booked_link")
    await _look(visitor, "public-booking-done")
    await page.get_by_role("button", name="打开我的预约").click()
    await expect(page.get_by_role("heading", name="您的预约", exact=True)).to_be_visible()
    assert link.partition("#")[2] not in page.url
    await expect(page.get_by_text("还没到时间")).to_be_visible()
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name=re.compile("日历")).click()
    assert (await (await downloading.value).path()).read_text().startswith("BEGIN:VCALENDAR")

    await _move_to_now(page)
    await page.get_by_label("您想办什么").fill("想问高龄津贴怎么领")
    await page.get_by_label("不同意").check()
    await page.get_by_role("button", name="签到并等候").click()
    await page.wait_for_selector("text=您的号码")
    await window.page.get_by_role("button", name="可接号").click()
    await expect(window.page.get_by_text("想问高龄津贴怎么领")).to_be_visible()
    await answer(window)
    await visitor.picture("public-booking-call")
    await page.set_viewport_size({"width": 1366, "height": 768})
    await meet(visitor, window)
    await finish(window)
    await page.get_by_role("button", name="完成").click()
    await expect(page.get_by_text("这个预约已经办理")).to_be_visible()
