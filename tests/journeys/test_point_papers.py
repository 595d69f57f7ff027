"""The papers at the point: one is wanted now; pages are looked at, ordered, taken again, removed until reviewed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Locator, Page

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_screens import SCREENS
from tests.journeys.walk import answer, both, choose, take_ticket
from tests.support.papers import Scene, photograph

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def on_every_screen(party: Party, name: str) -> None:
    """Nothing scrolls sideways in either language, and each screen is kept to be looked at."""
    for language in ("en", "zh-CN"):
        # Also behind a dialog.
        await party.page.locator(".top .acts button[lang]").evaluate("(one) => one.click()")
        for screen in ("phone", "counter", "kiosk"):
            width, height = SCREENS[screen]
            await party.page.set_viewport_size({"width": width, "height": height})
            where = f"{name}-{screen}-{language}"
            assert await party.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
            await party.picture(where)
    await party.page.set_viewport_size({"width": 1366, "height": 768})


def shown(page: Page) -> Locator:
    return page.locator(".papers .shown >> nth=0 >> .pages > li")


async def pictures_of(page: Page) -> list[str]:
    """The pages that lie at the clerk, as addresses in their order: a picture keeps its address."""
    images = shown(page).locator("img")
    return [str(await images.nth(at).get_attribute("src")) for at in range(await images.count())]


async def press(page: Page, words: str) -> None:
    await page.click(f"dialog.page button:text-is('{words}')")


async def test_pages_are_changed_at_the_point_until_they_are_reviewed(
    service: Service, parties: Parties, tmp_path: Path
) -> None:
    files = [tmp_path / f"{seed}.jpg" for seed in (21, 22, 23)]
    for seed, file in enumerate(files, 21):
        file.write_bytes(photograph(Scene(seed=seed, sheet="form", table="dark")).jpeg)
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    page = point.page
    assert await page.inner_text(".now h3") == "居民身份证"

    # The link breaks while a page is on its way: the page says so, and goes on when the link is back.
    await page.context.set_offline(True)
    await choose(page, ".now input[type=file]", files[0])
    await page.wait_for_selector(".papers .waiting:has-text('恢复后自动继续')")
    await page.context.set_offline(False)
    await shown(page).nth(0).locator("img").wait_for()
    assert await page.locator(".papers .waiting").count() == 0
    assert await page.inner_text(".now h3") != "居民身份证"

    await choose(page, ".papers .shown >> nth=0 >> input[type=file]", files[1])
    await shown(page).nth(1).locator("img").wait_for()
    first, second = await pictures_of(page)
    await shown(page).nth(0).locator("button").click()
    await page.wait_for_selector("dialog.page .view img")
    await on_every_screen(point, "papers-page")
    await press(page, "往后移")
    await page.wait_for_selector("dialog.page:has-text('第 2/2 页')")
    assert await pictures_of(page) == [second, first]

    # Taken again from a file; the dialog goes with the page that it showed.
    await press(page, "重拍这一页")
    await choose(page, "dialog input[type=file]", files[2])
    await page.wait_for_function(
        "(former) => [...document.querySelectorAll('.shown img')].every((one) => one.src !== former)",
        arg=first,
    )
    assert (await pictures_of(page))[0] == second
    await shown(page).nth(0).locator("button").click()
    await press(page, "删除这一页")
    await page.wait_for_selector("[role=alertdialog]")
    await page.click("[role=alertdialog] button:has-text('删除这一页')")
    await page.wait_for_selector("dialog.page", state="detached")
    assert await shown(page).count() == 1

    await window.page.click(".review button:text-is('通过')")
    await page.click(".papers details summary")
    await page.click(".papers details li.accepted button")
    await page.wait_for_selector("dialog.page:has-text('已审核')")
    assert await page.locator("dialog.page button:text-is('删除这一页')").count() == 0
    await window.page.click("[role=tab]:has-text('记录')")
    for words in ("调整“居民身份证”的页序，原页序为 2 1", "重拍“居民身份证”第 2 页", "删除“居民身份证”第 1 页"):
        await window.page.wait_for_selector(f"text={words}")
