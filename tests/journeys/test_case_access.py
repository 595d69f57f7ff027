"""A clerk opens a case that another one handled: asked for a reason in the browser, then shown the case."""

from __future__ import annotations

import aiohttp
import pytest

from tests.journeys.conftest import Parties, Party, Service
from tests.support.served import Page, sign_in_at

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

APPLICANT = {"name": "王秀英", "over_70": True, "disabled": False}
SIZES = {"390x844": (390, 844), "768x1024": (768, 1024), "1366x768": (1366, 768)}
WORDS = {
    "zh-CN": ("我的案卷", "案卷编号", "处理投诉或复核", "记录理由并查看", "他人案卷，可查看至"),
    "en": ("My cases", "Case number", "A complaint or a review", "Keep the reason and open", "Of others; open until"),
}


async def make_case(service: Service) -> str:
    """A case of point001 and clerk001, and its number."""
    async with aiohttp.ClientSession() as http:
        tokens = [await sign_in_at(http, service.address, account) for account in ("point001", "clerk001")]
        point, window = [await Page.open_at(http, service.address, token) for token in tokens]
        wish = {"item_id": "item-001", "options": [], "applicant": APPLICANT, "consent_to_recording": False}
        await point.do("take_ticket", **wish)
        await window.do("open_window", window_id="town-01-w1")
        desk = await window.see("desk", state="ringing")
        await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
        view = await point.see("point", ticket__state="called")
        await point.do("enter_call", ticket_id=view["ticket"]["ticket_id"])
        await window.see("desk", ticket__state="serving")
        await window.do("finish_ticket", ticket_id=view["ticket"]["ticket_id"])
        headers = {"Authorization": f"Bearer {tokens[1]}"}
        async with http.get(f"{service.address}/api/v1/cases", headers=headers) as response:
            return str((await response.json())["cases"][0]["number"])


async def photograph(window: Party, name: str) -> None:
    """The dialog at each size, where it must fit the page's width and its button be seen."""
    for size, (width, height) in SIZES.items():
        await window.page.set_viewport_size({"width": width, "height": height})
        box = await window.page.locator("dialog").bounding_box()
        assert box is not None
        spans = [(box["x"], box["width"], width), (box["y"], box["height"], height)]
        assert all(at >= 0 and at + length <= room for at, length, room in spans), (size, box)
        send = window.page.locator("dialog button[type=submit]")
        await send.scroll_into_view_if_needed()
        await window.picture(f"case_access_{name}_{size}")
    await window.page.set_viewport_size({"width": 1366, "height": 768})


async def test_a_case_of_others_is_opened_with_a_reason(service: Service, parties: Parties) -> None:
    number = await make_case(service)
    window = await parties.open(2)
    page = window.page
    await window.sign_in(service.address, "clerk002")
    await page.click("li:has-text('1号云窗口') button")
    for language, (own, field, reason, send, until) in WORDS.items():
        await page.evaluate("(wanted) => localStorage.setItem('cloud-window-language', wanted)", language)
        await page.reload()
        await page.click(f"button:has-text('{own}')")
        if language == "zh-CN":
            await page.fill(f"input[placeholder='{field}']", "20261129-NOBODY")
            await page.keyboard.press("Enter")
            await page.check(f"label:has-text('{reason}') input")
            await page.click(f"button:has-text('{send}')")
            await page.wait_for_selector("dialog [role=alert]")
            await photograph(window, f"refused_{language}")
            await page.keyboard.press("Escape")
        await page.fill(f"input[placeholder='{field}']", number.lower())
        if language == "en":
            # It is in the list by now, and needs no reason for the day.
            await page.wait_for_selector(f"li:has-text('{until}')")
            await page.keyboard.press("Enter")
            await page.wait_for_selector(".matter >> text=王秀英")
            await window.picture("case_access_open_en")
            await page.fill(f"input[placeholder='{field}']", "20261129-NOBODY")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("dialog")
        await photograph(window, language)
        if language == "zh-CN":
            # By keyboard alone: to the first reason, down to the third, to the button.
            await page.keyboard.press("Tab")
            await page.locator("dialog input[type=radio] >> nth=0").focus()
            await page.keyboard.press("ArrowDown")
            await page.keyboard.press("ArrowDown")
            assert await page.is_checked(f"label:has-text('{reason}') input")
            await page.keyboard.press("Tab")
            await page.keyboard.type("热线转办")
            await page.keyboard.press("Tab")
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await page.wait_for_selector(".matter >> text=王秀英")
            await page.wait_for_selector(f"li:has-text('{until}')")
            await window.picture("case_access_open_zh")
