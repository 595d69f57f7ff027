"""The pages of acting for somebody on every screen, in both languages and sizes of text."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Parties, Service
from tests.journeys.test_mandate import take_ticket_for_mother, write_name
from tests.journeys.test_screens import check
from tests.journeys.walk import answer, both

pytestmark = [
    pytest.mark.usefixtures("patience"),
    pytest.mark.browser,
    pytest.mark.timeout(600),
]


async def test_every_screen_of_a_mandate_and_of_a_form_of_acting_fits(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket_for_mother(point)
    await answer(window)
    banner = window.page.locator(".case .banner")
    await banner.get_by_text("委托书待生效").wait_for()
    await check(window, "mandate-drafted")
    await banner.get_by_role("button", name="请委托人签署").click()
    await point.page.wait_for_selector(".sign .sheets img")
    await check(point, "mandate-sign")
    await write_name(point)
    for party in (point, window):
        await party.page.wait_for_selector(".banner >> text=委托书生效中", timeout=60_000)
    await banner.get_by_role("button", name="中止代办").click()
    await window.page.fill("input[name=acting-reason]", "等待民政局的证明")
    until = await window.page.get_attribute("input[name=acting-until]", "max")
    await window.page.fill("input[name=acting-until]", until or "")
    await window.page.click("[role=alertdialog] button:has-text('出具单据')")
    for party in (point, window):
        await party.page.wait_for_selector(".banner >> text=代办已中止", timeout=60_000)
    await check(point, "acting-point")
    await check(window, "acting-window")
