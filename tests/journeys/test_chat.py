"""Chat beside a call, in two browsers: a resident who cannot hear reads and writes."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Service
from tests.journeys.walk import answer, both, finish, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_both_write_and_read_and_phrases_are_ones_own(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=10)
    await _open(point.page)
    await point.page.get_by_role("button", name="我听不见，请打字").click()
    # What comes first opens by itself at the other side.
    log = window.page.get_by_role("log", name="文字交流")
    await expect(log).to_contain_text("我听不见，请打字")
    await expect(point.page.get_by_role("log")).to_contain_text("对方已读")
    field = window.page.get_by_role("textbox", name="输入文字")
    await field.fill("好的，我打字。")
    await field.press("Shift+Enter")
    await field.press_sequentially("请看屏幕。")
    await field.press("Enter")
    await expect(point.page.get_by_role("log")).to_contain_text("请看屏幕。")
    for party, name in ((point, "point"), (window, "window")):
        await party.picture(f"chat-{name}")
    await _keep_phrases(window.page)
    # Closed, the next message is counted and not opened.
    await window.page.keyboard.press("Escape")
    await point.page.get_by_role("button", name="谢谢").click()
    await expect(window.page.locator("button[aria-controls=chat]")).to_contain_text("1 条未读")
    await finish(window)
    await expect(window.page.get_by_role("log")).to_have_count(0)


async def _open(page: Page) -> None:
    await page.locator("button[aria-controls=chat]").click()
    await expect(page.get_by_role("log", name="文字交流")).to_be_visible()


async def _keep_phrases(page: Page) -> None:
    await page.get_by_role("button", name="修改常用语").click()
    await page.get_by_label("每行一句").fill("您好\n\n马上就好")
    await page.get_by_role("button", name="保存").click()
    await expect(page.get_by_role("list", name="常用语").get_by_role("button")).to_have_text(
        ["您好", "马上就好", "修改常用语"]
    )
