"""How a worker finds the matter: by typing, by groups, by the keys alone; and what is told where nothing fits."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.walk import SCREENS, axe_finds_nothing, open_window

LANGUAGES = ("en", "zh-CN")

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def look(party: Party, name: str) -> None:
    """A picture on each screen in both languages; nothing scrolls sideways, axe finds nothing."""
    page = party.page
    for language in LANGUAGES:
        await page.evaluate("(one) => { localStorage['cloud-window-language'] = one }", language)
        await page.reload()
        await expect(page.locator("main")).to_be_visible()
        await page.wait_for_load_state("networkidle")
        for screen, (width, height) in SCREENS.items():
            await page.set_viewport_size({"width": width, "height": height})
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, screen)
            await party.picture(f"{name}-{screen}-{language}")
    await axe_finds_nothing(party, name)
    await page.set_viewport_size({"width": 1366, "height": 768})


async def search(page: Page, words: str) -> None:
    await page.fill("input[type=search]", words)
    await expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


async def test_matters_are_found_by_words_groups_and_keys(service: Service, parties: Parties) -> None:
    point = await parties.open(1)
    page = point.page
    await point.sign_in(service.address, "point001")
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await look(point, "home")
    await _groups(point)
    await _by_keys(page)
    await _nothing_fits(point)
    await _wait(service, parties, page)


async def _groups(point: Party) -> None:
    page = point.page
    tab = page.get_by_role("tab", name="常办事项")
    await tab.focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("tab", name="按生活场景")).to_be_focused()
    await expect(page.get_by_role("tabpanel").get_by_role("button")).to_have_count(18)
    await look(point, "home-events")
    await page.get_by_role("button", name="生育").click()
    await expect(page.get_by_role("heading", name="生育")).to_be_visible()
    await expect(page.get_by_role("button", name="生育登记")).to_be_visible()
    await page.go_back()
    await page.get_by_role("tab", name="按部门").click()
    await page.get_by_role("button", name="民政局").click()
    await expect(page.get_by_role("button", name="高龄津贴申领")).to_be_visible()
    await page.get_by_role("button", name="← 按部门").click()
    await expect(page.get_by_role("button", name="公安分局")).to_be_visible()


async def _by_keys(page: Page) -> None:
    await page.fill("input[type=search]", "")
    field = page.get_by_role("searchbox")
    await field.press_sequentially("高龄津贴申领")
    await field.press("Enter")
    await expect(page.get_by_role("heading", name="高龄津贴申领")).to_be_visible()
    await page.go_back()
    await expect(field).to_have_value("高龄津贴申领")
    await expect(page.locator("strong", has_text="高龄津贴申领")).to_be_visible()
    await field.press("ArrowDown")
    await expect(page.get_by_role("button", name="高龄津贴申领")).to_be_focused()


async def _nothing_fits(point: Party) -> None:
    page = point.page
    await search(page, "农村合作医疗")
    await expect(page.get_by_role("status")).to_contain_text("您要找的是不是")
    await look(point, "found-near")
    await page.get_by_role("searchbox").press("Enter")
    await expect(page.locator(".tile").first).to_be_focused()
    await search(page, "护照")
    await expect(page.get_by_role("link", name="12367")).to_have_attribute("href", "tel:12367")
    await look(point, "found-elsewhere")
    await search(page, "魑魅魍魉")
    await look(point, "found-nothing")
    await page.get_by_role("searchbox").press("Enter")
    await expect(page.get_by_role("button", name="找窗口人员咨询")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="政务服务咨询")).to_be_visible()


async def _wait(service: Service, parties: Parties, page: Page) -> None:
    await expect(page.get_by_role("status").filter(has_text="没有空闲窗口")).to_be_visible()
    await open_window(await parties.open(2), service)
    await page.go_back()
    await search(page, "护照")
    await page.fill("input[type=search]", "高龄津贴申领")
    await page.click("text=高龄津贴申领")
    await expect(page.get_by_role("status").filter(has_text="预计等候 0–1 分钟")).to_be_visible()
