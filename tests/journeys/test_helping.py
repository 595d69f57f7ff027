"""Who sits at the point gets a supervisor to come, and ends the call; the clerk takes the picture out of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.walk import SCREENS, answer, both, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_the_point_gets_help_and_ends_the_call(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    supervisor = await parties.open(1)
    await supervisor.sign_in(service.address, "supervisor001")
    await take_ticket(point)
    await answer(window)
    await point.sees(2, within=20)
    await window.sees(1, within=20)

    await point.page.get_by_role("button", name="求助").click()
    await point.page.get_by_role("dialog").get_by_role("button", name="请督导员协助").click()
    await point.page.wait_for_selector("[role=dialog] >> text=已通知督导员")
    await _pictures(point, "helping-asked")
    await supervisor.page.wait_for_selector("section[role=alert] >> text=请求协助")
    assert (await supervisor.page.title()).startswith("● ")
    await _pictures(supervisor, "helping-supervisor")
    await supervisor.page.get_by_role("button", name="我来处理").click()
    await supervisor.page.wait_for_selector("text=您正在旁听")
    await point.page.wait_for_selector("[role=dialog] >> text=马上处理")
    await point.page.keyboard.press("Escape")
    await point.page.wait_for_selector("text=正在旁听")
    await _pictures(point, "helping-listened")

    await point.page.get_by_role("button", name="结束通话").click()
    await _pictures(point, "helping-end")
    await point.page.get_by_role("alertdialog").get_by_role("button", name="取消").click()
    await point.sees(2, within=5)
    await point.page.get_by_role("button", name="结束通话").click()
    await point.page.get_by_role("alertdialog").get_by_role("button", name="结束通话").click()
    await point.page.wait_for_selector("h1:has-text('本次办理已结束')")
    await supervisor.page.wait_for_selector("section[role=alert]", state="detached")


async def test_the_clerk_is_told_who_ended_and_takes_the_picture_along(data: Path, parties: Parties) -> None:
    service = Service(data, WRAP_UP_SECONDS="60")
    service.start()
    try:
        point, window = await both(service, parties)
        await take_ticket(point)
        await answer(window)
        await window.sees(1, within=20)
        await _fits_a_phone_in_large_english(window)
        await window.page.get_by_role("button", name="全屏").click()
        await window.page.wait_for_function("() => document.fullscreenElement !== null")
        await window.page.get_by_role("button", name="退出全屏").click()
        await window.page.get_by_role("button", name="小窗播放").click()
        await window.page.wait_for_function("() => document.pictureInPictureElement !== null")
        await window.page.get_by_role("button", name="回到页面").click()
        await window.page.wait_for_function("() => document.pictureInPictureElement === null")
        await point.page.get_by_role("button", name="结束通话").click()
        await point.page.get_by_role("alertdialog").get_by_role("button", name="结束通话").click()
        await window.page.wait_for_selector("text=申请人一方结束了通话")
        await _pictures(window, "helping-wrap-up")
    finally:
        service.stop()


async def _fits_a_phone_in_large_english(window: Party) -> None:
    """That nothing is recorded is said in the longest sentence."""
    page = window.page
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.click("header button[lang]")
    await page.click(".large-text")
    await page.wait_for_selector("text=does not agree to a recording")
    await window.picture("helping-declined-phone-en-large")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.click(".large-text")
    await page.click("header button[lang]")
    await page.set_viewport_size({"width": 1366, "height": 768})


async def _pictures(party: Party, name: str) -> None:
    async for screen in party.on_each(SCREENS):
        await party.picture(f"{name}-{screen}")
