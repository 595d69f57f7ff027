"""The browser's Back: a step back inside the page, and never out of a call without asking."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Parties, Service
from tests.journeys.walk import answer, both, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

# Faster than the search is sent: the words are in the address all the same.
TYPE_AND_CHOOSE_AT_ONCE = """async () => {
  const search = document.querySelector("input[type=search]");
  search.value = "gljt";
  search.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((resolve) => setTimeout(resolve, 50));
  [...document.querySelectorAll("button")].find((button) => button.textContent.includes("高龄津贴申领")).click();
}"""


async def test_back_goes_a_step_back_and_asks_in_a_call(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    page = point.page
    await page.wait_for_selector("button:has-text('高龄津贴申领')")
    await page.evaluate(TYPE_AND_CHOOSE_AT_ONCE)
    await page.wait_for_selector("text=本人办理")
    await page.go_back()
    assert await page.input_value("input[type=search]") == "gljt"
    await take_ticket(point)
    await page.go_back()
    await page.wait_for_selector("text=确定取消排队吗")
    await page.click("button:has-text('继续等候')")

    await answer(window)
    await point.sees(2, within=20)
    await page.go_back()
    await page.wait_for_selector("[role=alertdialog]:has-text('通话还在进行')")
    await page.click("[role=alertdialog] button:has-text('取消')")
    await page.wait_for_selector("[role=alertdialog]", state="detached")
    await point.sees(2, within=10)

    await window.page.click("button:has-text('退出登录')")
    await window.page.click("[role=alertdialog] button:has-text('取消')")
    await window.sees(1, within=10)
