"""The clerk's desk beside the call: who waits, notes, what came of a visit, the wrap-up, a ticket not answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_choosing import look
from tests.journeys.walk import answer, open_window, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]


@pytest.fixture
def service(data: Path) -> Iterator[Service]:
    running = Service(data, WRAP_UP_SECONDS="100", OFFER_SECONDS="12")
    running.start()
    yield running
    running.stop()


async def test_a_desk_tells_one_truth_and_keeps_what_came_of_a_visit(service: Service, parties: Parties) -> None:
    point, window = await parties.open(1), await parties.open(2)
    await _wrong_password(window.page, service)
    await open_window(window, service)
    await point.sign_in(service.address, "point001")
    await take_ticket(point)
    await answer(window)
    page = window.page
    await expect(page.locator(".stage .layouts button").first).to_be_focused(timeout=20_000)
    await _note(page, "申请人听力不好，请打字。")
    await _next_waits(service, parties, window)
    await page.click("button:has-text('结束来访')")
    done = page.get_by_role("alertdialog").get_by_role("button", name="结束来访", exact=True)
    await expect(done).to_be_disabled()
    await window.picture("desk-outcome")
    await page.get_by_label("未办结").check()
    await done.click()
    await _wrap_up(window)
    await _not_answered(window)


async def _wrong_password(page: Page, service: Service) -> None:
    await page.goto(service.address)
    await expect(page.locator("input[name=account]")).to_be_focused()
    await page.fill("input[name=account]", "clerk001")
    await page.fill("input[name=password]", "wrong")
    await page.click("button[type=submit]")
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.locator("input[name=password]")).to_be_focused()


async def _note(page: Page, text: str) -> None:
    # The case has come, which turns to its first tab.
    await expect(page.get_by_text("本人办理").first).to_be_visible()
    await page.get_by_role("tab", name="记录").click()
    await page.get_by_label("备注").fill(text)
    await page.get_by_role("button", name="保存备注").click()
    await expect(page.get_by_label("备注")).to_have_value("")
    await page.get_by_role("tab", name="记录").click()
    await expect(page.get_by_text(f"备注：{text}")).to_be_visible()


async def _next_waits(service: Service, parties: Parties, window: Party) -> None:
    other = await parties.open(1)
    await other.sign_in(service.address, "point002")
    await take_ticket(other)
    await expect(window.page.locator(".queue li")).to_contain_text("王秀英")
    await window.picture("desk-note")


async def _wrap_up(window: Party) -> None:
    page = window.page
    await expect(page.get_by_role("timer")).to_be_visible()
    await look(window, "desk-wrap-up")
    await page.get_by_role("button", name="延长时间").click()
    await expect(page.get_by_role("timer")).to_contain_text("剩 1")
    await _note(page, "资料不全，请下次带户口簿。")
    await expect(page.get_by_text("结束本次办理：未办结")).to_be_visible()
    await expect(page.locator(".today dd").first).to_have_text("0")
    await page.get_by_role("button", name="查案卷").first.click()
    await page.get_by_label("姓名、案卷编号或号码").fill("王秀")
    await page.locator(".search").get_by_role("button", name="查案卷").click()
    await expect(page.get_by_text("找到 2 个案卷")).to_be_visible()
    await expect(page.get_by_text("查看需要说明理由")).to_have_count(1)
    await window.picture("desk-search")
    await page.get_by_role("button", name="等候队列").click()
    await page.get_by_role("button", name="整理完毕").click()


async def _not_answered(window: Party) -> None:
    page = window.page
    await expect(page.get_by_role("button", name="接听", exact=True)).to_be_visible()
    figures = page.locator(".today")
    ringing = await figures.bounding_box()
    queue = await page.locator(".queue").bounding_box()
    assert ringing is not None
    assert queue is not None
    assert ringing["y"] > queue["y"], "the figures stay below the queue"
    await window.picture("desk-ringing")
    await expect(page.get_by_text("来号未接，已暂停派号")).to_be_visible(timeout=20_000)
    await expect(page.get_by_text("等待来号")).to_have_count(0)
    await expect(page.get_by_role("button", name="可接号")).to_have_attribute("aria-pressed", "false")
    await window.picture("desk-away")
    await page.get_by_role("button", name="可接号").click()
    await expect(page.get_by_role("button", name="接听", exact=True)).to_be_visible()
