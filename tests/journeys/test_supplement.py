"""Papers are missing: asked for at the window, sent from a phone by the link, accepted by the clerk who asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.simulated import told
from tests.journeys.test_findings import data  # noqa: F401 - a fixture
from tests.journeys.walk import answer, at_sizes, axe_finds_nothing, both, scanned, send_chosen, take_ticket
from tests.support.papers import Scene, photograph

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

OWN = "监护人同意书"


async def looked_at(party: Party, name: str) -> None:
    """Kept on a phone and at the counter, in both languages, without a violation that axe finds."""
    await at_sizes(party, name, "390", "1366")
    await axe_finds_nothing(party, name)


async def shot(party: Party, name: str) -> None:
    """A dialog: it covers the switch of languages, and is looked at as it is."""
    for width, height in ((390, 844), (1366, 768)):
        await party.page.set_viewport_size({"width": width, "height": height})
        await party.picture(f"{name}-{width}")
        assert await party.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


async def ask(window: Party) -> str:
    """The clerk ends the visit with a list of what is missing; the link that is shown."""
    page = window.page
    await page.click("button:has-text('结束来访')")
    await page.check("[role=alertdialog] input[value=supplement]")
    await page.click("[role=alertdialog] button:has-text('要求补正材料')")
    dialog = page.get_by_role("dialog", name="要求补正材料")
    boxes = dialog.locator("fieldset").first.locator("input[type=checkbox]")
    for number in range(1, await boxes.count()):
        await boxes.nth(number).uncheck()
    await dialog.locator(".paper input[maxlength='200']").first.fill("正反面都要")
    await dialog.get_by_role("button", name="再加一项").click()
    await dialog.get_by_label("材料名称").fill(OWN)
    await dialog.locator("input[name=reach-phone]").fill("138 0000 1234")
    await shot(window, "supplement-ask")
    await dialog.get_by_role("button", name="一次性告知").click()
    await expect(dialog.get_by_text("已告知申请人")).to_be_visible()
    await shot(window, "supplement-slip")
    link = await dialog.get_by_label("链接").input_value()
    assert await scanned(window.page) == link
    await dialog.get_by_role("button", name="结束来访").click()
    return link


async def found_elsewhere(service: Service, parties: Parties, point: Party, paper: Path) -> str:
    """By the keys, at another point: a wrong name opens nothing, the right one the list; one paper is sent there."""
    number = (await point.page.locator(".slip").inner_text()).partition("案卷 ")[2].split()[0]
    away = await parties.open(4)
    page = away.page
    await away.sign_in(service.address, "point002")
    await page.get_by_role("button", name="凭案卷编号补交").click()
    await expect(page.get_by_role("heading", name="凭案卷编号补交材料")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.type(number.lower())
    await page.keyboard.press("Tab")
    await page.keyboard.type("王秀")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("没有找到")
    await expect(page.locator("input[name=case-number]")).to_be_focused()
    await looked_at(away, "supplement-not-found")
    await page.locator("input[name=applicant-name]").fill("王秀英")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=OWN)).to_be_visible()
    await expect(page.locator("h1")).to_be_focused()
    await looked_at(away, "supplement-elsewhere")
    first = page.locator("ol > li").first
    await first.get_by_role("button", name="拍照").click()
    await expect(page.get_by_role("dialog", name="居民身份证")).to_be_visible()
    await page.keyboard.press("Escape")
    await first.locator("input[type=file]").set_input_files(paper)
    await send_chosen(page)
    await expect(first.get_by_text("第 1 页")).to_be_visible()
    await page.get_by_role("button", name="生成链接和补正码").click()
    await expect(page.locator(".slip .code")).to_be_visible()
    await page.get_by_role("button", name="关闭").last.click()
    await page.get_by_role("button", name="上一步").click()
    await expect(page.get_by_role("region", name="本点最近打开的")).to_contain_text(number)
    await looked_at(away, "supplement-found-lately")
    return number


async def test_what_is_missing_is_sent_from_a_phone_and_accepted(
    service: Service, parties: Parties, tmp_path: Path
) -> None:
    for seed in (5, 6):
        (tmp_path / f"{seed}.jpg").write_bytes(photograph(Scene(seed=seed, sheet="card")).jpeg)
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=20)
    link = await ask(window)
    assert link in await told(service, "sms", "supplement_asked")

    await point.page.click("button:has-text('下一位群众')")
    waiting = point.page.get_by_role("region", name="待补正的案卷")
    await waiting.get_by_role("button", name="补正").click()
    await expect(point.page.get_by_role("heading", name="补正材料")).to_be_visible()
    await looked_at(point, "supplement-point")
    await point.page.get_by_role("button", name="生成链接和补正码").click()
    code = await point.page.locator(".slip .code").inner_text()
    assert re.fullmatch(r"([0-9A-Z]{4}-){4}[0-9A-Z]{4}", code)
    await shot(point, "supplement-printed")

    phone = await parties.open(3)
    page = phone.page
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(link)
    number = await found_elsewhere(service, parties, point, tmp_path / "5.jpg")
    await expect(page.get_by_role("heading", name=OWN)).to_be_visible()
    assert "#" not in page.url
    assert "王秀英" not in await page.inner_text("body")
    await looked_at(phone, "supplement-wanted")
    await page.set_viewport_size({"width": 390, "height": 844})
    send = page.get_by_role("button", name="全部交齐")
    await expect(send).to_be_disabled()
    await expect(page.locator("ol > li").first.get_by_text("第 1 页")).to_be_visible()
    for place, seed in ((1, 6),):
        await (
            page.locator("ol > li")
            .nth(place)
            .locator("input[type=file]")
            .last.set_input_files(tmp_path / f"{seed}.jpg")
        )
        await send_chosen(page)
        await expect(page.locator("ol > li").nth(place).get_by_text("第 1 页")).to_be_visible()
    await looked_at(phone, "supplement-ready")
    await page.set_viewport_size({"width": 390, "height": 844})
    await send.click()
    await expect(page.get_by_text("材料已提交，正由窗口审核")).to_be_visible()
    await looked_at(phone, "supplement-sent")

    await window.page.click("button:has-text('我的案卷')")
    await looked_at(window, "supplement-received")
    received = window.page.get_by_role("region", name="收到的补正")
    await expect(received).to_contain_text("已提交")
    await expect(received).to_contain_text(number)
    await received.get_by_role("button").first.click()
    await window.page.get_by_role("button", name="接收", exact=True).click()
    await expect(window.page.locator(".supplement")).to_contain_text("已接收")
    await looked_at(window, "supplement-accepted")
    await expect(page.get_by_text("窗口已接收补正材料")).to_be_visible()

    # The code of the slip, as somebody types it, is another way in; a wrong one says so.
    other = await parties.open(4)
    await other.page.goto(f"{service.address}/visit")
    await other.page.fill("input[name=visit-code]", code.lower())
    await other.page.click("button[type=submit]")
    await expect(other.page.get_by_text("窗口已接收补正材料")).to_be_visible()
    await other.page.goto(f"{service.address}/visit#ACDEFGHJKMACDEFGHJKM")
    await expect(other.page.get_by_text("这个补正链接或补正码无效")).to_be_visible()
    await looked_at(other, "supplement-unknown")
