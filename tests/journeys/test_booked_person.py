"""A supervisor keeps the duty rota, and the hours of a head of department, whom a point books at one of them."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Service
from tests.journeys.test_screens import LESS, check
from tests.journeys.walk import ask_for_times
from tests.support.hours import today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def data(demonstration: Path, tmp_path: Path) -> Path:
    """An installation in which the evening is tomorrow's: late on its own day the first week would have none left."""
    folder = Path(shutil.copytree(demonstration, tmp_path / "data"))
    weekday = (today() + timedelta(days=1)).weekday()
    evening = [{"weekday": weekday, "opens": "17:30:00", "closes": "19:30:00"}]
    with closing(sqlite3.connect(folder / "cloud-window.db")) as database, database:
        database.execute("UPDATE person_hours SET hours = ?", (json.dumps(evening),))
    return folder


async def test_hours_are_kept_and_booked(service: Service, parties: Parties) -> None:
    supervisor, point = await parties.open(1), await parties.open(2)
    await supervisor.sign_in(service.address, "supervisor001")
    page = supervisor.page
    await page.click("button:has-text('人员可约时间')")
    await expect(page.locator("dialog input[type=time]").first).to_have_value("17:30")
    await page.click("dialog button:has-text('加一个例外日期')")
    await page.fill("dialog input[type=date]", "2027-06-01")
    await page.click("dialog button:has-text('保存')")
    await expect(page.locator("dialog [role=status]")).to_contain_text("已保存")
    await check(supervisor, "bookable-hours")
    # What cannot be is said in a sentence.
    await page.fill("dialog input[type=time] >> nth=1", "17:00")
    await page.click("dialog button:has-text('保存')")
    await expect(page.get_by_text("结束要晚于开始").first).to_be_attached()
    await point.sign_in(service.address, "point001")
    await ask_for_times(point.page)
    await point.page.select_option("select[name=with]", index=1)
    await expect(point.page.locator(".days .none").first).to_be_visible()
    await expect(point.page.locator(".times button").last).to_contain_text("19:15")
    await check(point, "book-with", sizes=LESS)
    await point.page.locator(".times button").last.click()
    await point.page.fill("input[name=phone]", "13800001234")
    await point.page.click("button:has-text('确认预约')")
    await expect(point.page.locator(".slip")).to_contain_text("19:15")
    await point.page.goto(f"{service.address}/guide")
    await point.picture("guide-new")


async def _add_turn(page: Page) -> None:
    """Adds a turn with the keys and the mouse; what cannot be is said where it is typed."""
    await page.click("button:has-text('加一个班次')")
    dialog = page.locator("dialog")
    await dialog.locator("select[name=person]").select_option(index=3)
    for day in range(5):
        await dialog.locator("input[type=checkbox]").nth(day).uncheck()
    await dialog.locator("button:has-text('保存')").click()
    await expect(dialog.get_by_role("alert")).to_have_text("请至少选一天。")
    for day in range(7):
        await dialog.locator("input[type=checkbox]").nth(day).check()
    await page.fill("input[name=ends]", "08:00")
    await dialog.locator("button:has-text('保存')").click()
    await expect(dialog.get_by_text("结束要晚于开始")).to_be_visible()
    await page.fill("input[name=begins]", "00:00")
    await page.fill("input[name=ends]", "00:00")


async def test_the_duty_rota_is_kept_and_what_was_done_is_undone(service: Service, parties: Parties) -> None:
    supervisor = await parties.open(1)
    await supervisor.sign_in(service.address, "supervisor001")
    page, turns = supervisor.page, supervisor.page.locator(".turns li")
    await page.get_by_role("button", name="值班表", exact=True).click()
    await expect(page.locator("h1:has-text('值班表')")).to_be_focused()
    await expect(page.locator(".now")).to_contain_text("现在值班：")
    await _add_turn(page)
    await check(supervisor, "duty-turn", sizes=LESS)
    await page.locator("dialog button:has-text('保存')").click()
    await expect(turns).to_have_count(3)
    name = (await turns.nth(2).locator("strong").text_content()) or ""
    # With the keys: moved to the front, where the focus stays with it, removed, and taken back.
    await page.get_by_role("button", name=f"{name} 提前一位").focus()
    for place in (1, 0):
        await page.keyboard.press("Enter")
        await expect(turns.nth(place)).to_contain_text(name)
        await expect(turns.nth(place).locator("button:focus")).to_have_count(1)
    await page.get_by_role("button", name=f"删除 {name} 的班次").focus()
    await page.keyboard.press("Enter")
    await expect(turns).to_have_count(2)
    await expect(page.locator("button:has-text('撤销')")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(turns.nth(0)).to_contain_text(name)
    await page.click("button:has-text('加一个例外')")
    await page.select_option("select[name=away]", index=1)
    await check(supervisor, "duty-exception", sizes=LESS)
    await page.locator("dialog button:has-text('保存')").click()
    await expect(page.locator(".week .today .away")).to_have_count(1)
    await page.click("button:has-text('下一周')")
    await expect(page.locator(".week .away")).to_have_count(0)
    await page.click("button:has-text('上一周')")
    await expect(page.locator(".week .today .away")).to_have_count(1)
    await check(supervisor, "duty-rota")
    await page.select_option("select[name=department]", index=5)
    await expect(page.get_by_text("还没有排值班表")).to_be_visible()
    await check(supervisor, "duty-rota-empty")
    await page.go_back()
    await page.get_by_role("button", name="值班表", exact=True).click()
    await page.get_by_role("button", name="返回", exact=True).click()
    await expect(page.locator("h1:has-text('现在没有通话')")).to_be_focused()
