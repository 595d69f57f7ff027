"""A town accepts; the district takes, asks back, is answered and decides; the point sees the result and prints it."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.simulated import told
from tests.journeys.test_screens import check
from tests.journeys.walk import SCREENS, answer, axe_finds_nothing, both, finish, take_ticket
from tests.support.hours import keep_years, today, working_day

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def data(demonstration: Path, tmp_path: Path) -> Path:
    """An installation whose calendar reaches into the next years, whenever the test runs."""
    folder = Path(shutil.copytree(demonstration, tmp_path / "data"))
    keep_years(folder, 3)
    return folder


def said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


async def open_inbox(party: Party) -> None:
    await party.page.click("button:has-text('转办件')")
    await expect(party.page.locator(".inbox-heading")).to_be_focused()


async def look(party: Party) -> None:
    """Opens the case from the inbox, at whose it is."""
    await party.page.locator(".inbox li button", has_text="王秀英").click()
    await expect(party.page.locator(".matter .former")).to_be_focused()
    await expect(party.page.get_by_role("region", name="转办", exact=True)).to_be_visible()


async def write(party: Party, button: str, text: str, send: str) -> None:
    """Opens a form of the case, which takes the keys at once, and sends it."""
    panel = party.page.get_by_role("region", name="转办", exact=True)
    await panel.get_by_role("button", name=button, exact=True).click()
    await expect(panel.locator("textarea")).to_be_focused()
    await party.page.keyboard.type(text)
    await panel.get_by_role("button", name=send).click()
    await expect(panel.get_by_text(text)).to_be_visible()


async def dialog_pictures(window: Party) -> None:
    """The dialog covers the switches of the page, so it is opened once in each language."""
    page = window.page
    for language, opens, gives_up in (
        ("English", "Hand on for a decision", "Cancel"),
        ("中文", "转办给其他部门决定", "取消"),
    ):
        await page.click(f"header button:has-text('{language}')")
        await page.click(f"button:has-text('{opens}')")
        await page.wait_for_selector("dialog .due")
        async for screen in window.on_each(SCREENS):
            await window.picture(f"hand-on-dialog-{screen}-{language}")
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen
        await page.click(f"dialog button:has-text('{gives_up}')")


async def test_from_the_town_to_the_result_at_the_point(service: Service, parties: Parties, data: Path) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    await window.page.wait_for_selector(".matter >> text=居民身份证")
    await window.page.click("[role=tab]:has-text('决定')")
    await dialog_pictures(window)
    await window.page.click("button:has-text('转办给其他部门决定')")
    dialog = window.page.get_by_role("dialog", name="转办")
    await expect(dialog).to_contain_text(f"办理期限：{said(working_day(today(), 5))}前（5个工作日）")
    await dialog.locator("textarea").fill("材料已核对，请审批。")
    await dialog.locator("input[type=tel]").fill("13800138000")
    await dialog.get_by_role("button", name="转办", exact=True).click()
    await expect(window.page.get_by_role("region", name="转办", exact=True)).to_contain_text("尚无人接收")
    await finish(window, "referred")
    await point.page.click("button:has-text('下一位群众')")
    here = point.page.get_by_role("region", name="转办办理的案卷")
    await expect(here).to_contain_text(said(working_day(today(), 5)))

    # At the district nobody needs a window for it; the town is another page.
    district = await parties.open(3)
    await district.sign_in(service.address, "clerk002")
    await expect(district.page.locator("button:has-text('转办件')")).to_be_visible()
    with closing(sqlite3.connect(data / "cloud-window.db")) as database, database:
        database.execute("UPDATE hand_ons SET due_on = ?", [(today() - timedelta(days=7)).isoformat()])
    await district.page.reload()
    await expect(district.page.locator("button", has_text="1件超期")).to_be_visible()
    await open_inbox(district)
    await expect(district.page.locator(".inbox")).to_contain_text("已超期5个工作日")
    await look(district)
    await check(district, "hand-on-inbox")
    supervisor = await parties.open(1)
    await supervisor.sign_in(service.address, "supervisor001")
    await expect(supervisor.page.get_by_text("超期1件")).to_be_visible()
    await check(supervisor, "hand-on-supervisor")

    await district.page.click("button:has-text('接收办理')")
    await expect(district.page.locator(".inbox")).to_contain_text("还剩5个工作日")
    await write(district, "询问转出窗口", "户口簿是原件吗？", "发出询问")
    await open_inbox(window)
    await expect(window.page.locator(".inbox")).to_contain_text("等待转出窗口答复")
    await look(window)
    await check(window, "hand-on-asked")
    await write(window, "答复", "是原件，已核对。", "发出答复")
    await window.page.click("button:has-text('已转出')")
    await expect(window.page.locator(".inbox")).to_contain_text("已答复，办理中")

    panel = district.page.get_by_role("region", name="转办", exact=True)
    await expect(panel).to_contain_text("是原件，已核对。")
    await district.page.click("#case-panel label:has-text('予以办理')")
    await district.page.click("button:has-text('作出决定')")
    await district.page.click("[role=alertdialog] button:has-text('予以办理')")
    await expect(panel).to_contain_text("已办结")
    await district.page.click(".inbox button:has-text('已办结')")
    await check(district, "hand-on-decided")

    await expect(here).to_contain_text("已办结：予以办理")
    await check(point, "hand-on-point")
    async with point.page.context.expect_page() as printed:
        await here.get_by_role("button", name="打印结果通知书").click()
    await (await printed.value).close()
    await window.page.click("button:has-text('已办结')")
    await expect(window.page.locator(".inbox")).to_contain_text("予以办理")
    await read_by_link(service, parties, point)


async def read_by_link(service: Service, parties: Parties, point: Party) -> None:
    """The resident's phone opens the link of the message; who got none is given a link and a code at the point."""
    found = re.search(r"https?://\S+/visit#[0-9A-Z]{28}", await told(service, "sms", "hand_on_decided"))
    assert found is not None
    phone = await parties.open(4)
    page = phone.page
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(found[0])
    await expect(page.get_by_role("heading", name="办理结果：予以办理")).to_be_focused()
    assert "#" not in page.url
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="保存通知书").press("Enter")
    assert (await (await saved.value).path()).read_bytes().startswith(b"%PDF")
    await check(phone, "hand-on-result")

    here = point.page.get_by_role("region", name="转办办理的案卷")
    await here.get_by_role("button", name="给申请人链接").click()
    slip = point.page.locator(".slip")
    code = await slip.locator(".code").inner_text()
    assert re.fullmatch(r"([0-9A-Z]{4}-){6}[0-9A-Z]{4}", code)
    async for screen in point.on_each(SCREENS):
        await point.picture(f"hand-on-result-slip-{screen}")
        assert await point.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen
    await axe_finds_nothing(point, "hand-on-result-slip")
    await point.page.keyboard.press("Escape")
    await expect(slip).to_have_count(0)

    # The code of the slip, as somebody types it; a wrong one says so.
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.evaluate("sessionStorage.clear()")
    await page.goto(f"{service.address}/visit")
    await page.fill("input[name=visit-code]", code.lower())
    await page.click("button[type=submit]")
    await expect(page.get_by_role("heading", name="办理结果：予以办理")).to_be_visible()
    await page.goto(f"{service.address}/visit#ACDEFGHJKMACDEFGHJKMACDEFGHJ")
    await expect(page.get_by_role("alert")).to_contain_text("这个结果链接或结果码无效")
    await check(phone, "hand-on-result-unknown")
