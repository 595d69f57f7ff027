"""Who waits is called back: it rings at the point, or at the visitor's page, is answered, or is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Service
from tests.journeys.test_screens import LESS, check
from tests.journeys.test_visitor import invite, wait_in_line
from tests.journeys.walk import answer, both, finish, meet, open_window, take_ticket

COUNTER = {"width": 1366, "height": 768}
RINGS = "窗口回拨"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]


@pytest.fixture
def patient(data: Path) -> Iterator[Service]:
    """Rings long enough for every picture."""
    yield from _running(Service(data, CALLBACK_RING_SECONDS="240"))


@pytest.fixture
def hasty(data: Path) -> Iterator[Service]:
    """Rings for seconds, and again after seconds."""
    yield from _running(Service(data, CALLBACK_RING_SECONDS="8", CALLBACK_DELAY_SECONDS="10", OFFER_SECONDS="40"))


def _running(service: Service) -> Iterator[Service]:
    service.start()
    yield service
    service.stop()


async def ask(page: Page) -> None:
    """By keyboard, from the waiting page."""
    await page.get_by_role("button", name="稍后回拨").focus()
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("最晚回拨到")).to_be_visible()
    await dialog.get_by_role("button", name="请窗口回拨").focus()
    await page.keyboard.press("Enter")


async def test_callback_to_a_point(patient: Service, parties: Parties) -> None:
    point, window = await both(patient, parties)
    await window.page.get_by_role("button", name="休息").click()
    await take_ticket(point)
    page = point.page
    await expect(page.get_by_role("button", name="稍后回拨")).to_be_visible()
    await check(point, "callback-waiting", sizes=LESS)
    await page.set_viewport_size(COUNTER)
    await page.get_by_role("button", name="稍后回拨").click()
    await point.picture("callback-ask-zh-CN")
    await page.keyboard.press("Escape")
    await ask(page)

    # The page is free for the next resident, and says who is to be called back.
    listed = page.get_by_role("region", name="等待回拨（1）")
    await expect(listed).to_contain_text("王秀英")
    await expect(listed).to_contain_text("下一位就回拨")
    await expect(page.locator("input[type=search]")).to_be_visible()
    await check(point, "callback-home", sizes=LESS)
    await page.set_viewport_size(COUNTER)
    # Another page of the point finds it again.
    await page.reload()
    await expect(listed).to_be_visible()
    await expect(window.page.locator(".queue")).to_contain_text("回拨")
    await window.picture("callback-queue")

    await window.page.get_by_role("button", name="可接号").click()
    await expect(window.page.get_by_text("回拨 · 第 1 次，共 3 次")).to_be_visible()
    await window.picture("callback-offer")
    await answer(window)
    await expect(window.page.get_by_text("正在回拨，等对方接听")).to_be_visible()
    await window.picture("callback-window-rings")
    rings = page.get_by_role("alertdialog", name=RINGS)
    await expect(rings).to_be_visible()
    assert RINGS in await page.title()
    await expect(rings.get_by_role("button", name="接听")).to_be_focused()
    await check(point, "callback-rings", sizes=(*LESS, "kiosk"))
    await page.set_viewport_size(COUNTER)
    await rings.get_by_role("button", name="接听").focus()
    await page.keyboard.press("Enter")
    await meet(point, window)
    await point.picture("callback-answered")
    await finish(window)
    await page.get_by_role("button", name="下一位").click()
    await expect(page.get_by_role("region", name="等待回拨")).to_have_count(0)


async def test_not_answered_it_is_tried_again_when_the_visitor_is_back(hasty: Service, parties: Parties) -> None:
    window, visitor = await parties.open(2), await parties.open(1)
    await open_window(window, hasty)
    link = await invite(window)
    await window.page.get_by_role("button", name="休息").click()
    page = visitor.page
    await page.goto(link)
    await wait_in_line(page)
    await ask(page)
    await expect(page.get_by_role("heading", name="窗口会回拨给您")).to_be_visible()
    await check(visitor, "callback-visitor", sizes=LESS)
    # The page is closed: it rings for nobody.
    await page.goto("about:blank")
    await window.page.get_by_role("button", name="可接号").click()
    await answer(window)
    await expect(window.page.get_by_text("正在回拨，等对方接听")).to_be_visible()
    await expect(window.page.get_by_text("等待来号")).to_be_visible(timeout=15_000)
    await window.picture("callback-not-answered")

    await page.goto(link)
    await page.set_viewport_size(COUNTER)
    await expect(page.get_by_text("已拨 1 次没人接")).to_be_visible()
    await visitor.picture("callback-visitor-again")
    await expect(window.page.get_by_text("回拨 · 第 2 次，共 3 次")).to_be_visible(timeout=20_000)
    await answer(window)
    rings = page.get_by_role("alertdialog", name=RINGS)
    await rings.get_by_role("button", name="过一会儿再拨").click()
    await expect(rings).to_have_count(0)
    await expect(window.page.get_by_text("回拨 · 第 3 次，共 3 次")).to_be_visible(timeout=20_000)
    await answer(window)
    await rings.get_by_role("button", name="接听").click()
    await visitor.sees(2, within=20)
    await window.sees(1, within=20)
