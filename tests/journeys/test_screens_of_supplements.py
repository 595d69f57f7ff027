"""The pages of missing papers on every screen, in both languages and sizes of text."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Parties, Service
from tests.journeys.test_screens import check
from tests.journeys.test_supplement import ask
from tests.journeys.walk import answer, both, take_ticket

pytestmark = [
    pytest.mark.usefixtures("patience"),
    pytest.mark.browser,
    pytest.mark.timeout(600),
]


async def test_every_screen_of_a_supplement_fits(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=20)
    link = await ask(window)
    await window.page.click("button:has-text('我的案卷')")
    await expect(window.page.get_by_role("region", name="收到的补正")).to_contain_text("等待补正")
    await check(window, "supplement-window")
    phone = await parties.open(3)
    await phone.page.goto(link)
    await phone.page.locator("ol > li").first.wait_for()
    await check(phone, "supplement-phone")
