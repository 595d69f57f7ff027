"""What a call says of itself: what the other side keeps back, a page opened elsewhere, a missing microphone."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Parties, Service
from tests.journeys.test_screens import check
from tests.journeys.walk import answer, both, open_window, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

_NO_DEVICES = """
navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("", "NotFoundError") }
"""


async def test_a_paused_camera_and_a_muted_microphone_are_told_in_words(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    await point.sees(2, within=60)
    await window.page.click("button:has-text('暂停画面')")
    await window.page.click("button:has-text('静音')")
    await expect(point.page.get_by_text("对方暂停了画面")).to_be_visible(timeout=20_000)
    await expect(point.page.locator(".tile.clerk figcaption").first).to_contain_text("已静音")
    await check(point, "signs-paused")
    await window.page.click("button:has-text('恢复画面')")
    await window.page.click("button:has-text('取消静音')")
    await expect(point.page.get_by_text("对方暂停了画面")).to_have_count(0)
    await point.sees(2, within=60)

    # The same person opens the window in another tab: the first one is visibly dead, until it is used again.
    async with window.page.expect_popup() as opened:
        await window.page.evaluate("void window.open(location.href)")
    other = await opened.value
    cover = window.page.get_by_role("alertdialog", name="此账号已在另一个页面打开。")
    await expect(cover).to_be_visible(timeout=60_000)
    # Modal and over everything: what lies below is neither seen nor pressed.
    assert await window.page.evaluate(
        """[[200, 30], [80, 150], [850, 730]].every(([x, y]) =>
          document.elementFromPoint(x, y).closest("dialog:modal") !== null)"""
    )
    await check(window, "signs-replaced")
    await point.sees(2, within=60)
    await cover.get_by_role("button").click()
    await window.sees(1, within=60)
    await expect(other.get_by_role("alertdialog")).to_be_visible(timeout=30_000)


async def test_a_clerk_without_a_microphone_cannot_answer_unheard(service: Service, parties: Parties) -> None:
    point, window = await parties.open(1), await parties.open(2)
    await window.page.add_init_script(_NO_DEVICES)
    await point.sign_in(service.address, "point001")
    await open_window(window, service)
    await take_ticket(point)
    await expect(window.page.get_by_text("没有可用的麦克风，对方听不见您")).to_be_visible()
    assert await window.page.get_by_role("button", name="接听", exact=True).count() == 0
    await window.page.keyboard.press("Enter")
    await expect(window.page.get_by_text("没有可用的麦克风，对方听不见您")).to_be_visible()
    await window.picture("signs-unheard")
