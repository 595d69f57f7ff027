"""The application form at the point: checked while it is written, kept over a reload, shown to the clerk, wiped."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Service
from tests.journeys.test_choosing import look
from tests.journeys.walk import answer, both, fill_in, find_item

IDENTITY = "11010519491231002X"
CARD = "6217000010001234569"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_a_form_is_checked_kept_and_shown(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    page = point.page
    await find_item(page)
    take = page.get_by_role("button", name="取号")
    await expect(take).to_be_disabled()
    await expect(page.locator("#missing")).to_contain_text("申请人姓名")
    for choice in ("同意录制", "取号"):
        box = await page.get_by_text(choice, exact=True).bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 768, f"{choice} stands above the fold"
    await _fill(page)
    await look(point, "form")
    await page.reload()
    await expect(page.get_by_label("申请人姓名")).to_have_value("王秀英")
    await expect(page.get_by_label("公民身份号码")).to_have_value(IDENTITY)
    await take.click()
    await page.wait_for_selector("text=您的号码")
    # The ticket may be shown before its command is answered.
    await page.wait_for_function("() => !JSON.stringify(sessionStorage).includes('王秀英')")
    await answer(window)
    await window.page.get_by_text("申请表（已填 3 项）").click()
    for value in (IDENTITY, "13812345678", CARD):
        await expect(window.page.get_by_text(value, exact=True)).to_be_visible()
    await window.picture("form-window")


async def _fill(page: Page) -> None:
    await fill_in(page)
    identity = page.get_by_label("公民身份号码")
    await identity.fill("110105 19491231 0021")
    await identity.blur()
    await expect(page.get_by_role("alert").filter(has_text="身份证号码应为 18 位")).to_be_visible()
    await expect(page.locator("#missing")).to_have_text("还需要：公民身份号码")
    await identity.fill("110105 19491231 002x")
    await page.get_by_label("联系电话").fill("13812345678")
    await page.get_by_label("银行账号").fill(CARD)
    await page.get_by_label("银行账号").blur()
    await expect(identity).to_have_value(IDENTITY)
    await expect(page.locator("#missing")).to_have_count(0)
