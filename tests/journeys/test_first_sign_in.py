"""A person who was invited chooses a password of their own at the first sign-in, by keyboard alone."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.journeys.conftest import Parties, Service
from tests.journeys.test_screens import check

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

OWN = "pine lantern orbit"


async def _choose(page: Page, chosen: str, again: str) -> None:
    await page.fill("input[name=new-password]", "")
    await page.focus("input[name=new-password]")
    await _type(page, chosen, again)


async def _type(page: Page, *texts: str) -> None:
    """Types each text into the field that has the focus, and goes on to the next; sends it at last."""
    for number, text in enumerate(texts):
        if number:
            await page.keyboard.press("Tab")
        await page.keyboard.type(text)
    await page.keyboard.press("Enter")


async def test_a_one_time_password_is_changed_at_the_first_sign_in(service: Service, parties: Parties) -> None:
    service.command("staff", "add", "zhang.wei", "张伟", "--site", "town-01", "--role", "clerk")
    one_time = service.command("staff", "invite", "zhang.wei").strip()
    party = await parties.open(2)
    page = party.page
    await page.goto(service.address)
    await page.focus("input[name=account]")
    await _type(page, "zhang.wei", one_time)
    await page.wait_for_selector("h1:has-text('设置自己的密码')")
    assert await page.input_value("input[name=account]") == "zhang.wei"
    await check(party, "password")

    alert = page.locator("[role=alert]")
    for chosen, again, said in (
        (OWN, f"{OWN}s", "两次输入的新密码不一样"),
        ("short", "short", "至少需要 12 个字符"),
        (one_time, one_time, "不能与原密码相同"),
    ):
        await _choose(page, chosen, again)
        await alert.filter(has_text=said).wait_for()
        assert await page.evaluate("document.activeElement.name") == "new-password"
    await _choose(page, "password1234", "password1234")
    await alert.filter(has_text="容易被猜到").wait_for()
    await check(party, "password-refused")

    await _choose(page, OWN, OWN)
    await page.wait_for_url("**/window")
    await page.wait_for_selector("text=张伟")

    service.command("staff", "disable", "zhang.wei")
    await page.wait_for_selector("input[name=account]")
    await page.focus("input[name=account]")
    await _type(page, "zhang.wei", OWN)
    await alert.filter(has_text="此账号已停用").wait_for()
