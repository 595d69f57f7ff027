"""Who cannot write makes a mark, which the clerk sees and witnesses, or has made again."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_papers import draw
from tests.journeys.test_screens import SCREENS
from tests.journeys.walk import answer, both, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def make_cross(point: Party) -> None:
    for line in ([(0.3, 0.2), (0.6, 0.8)], [(0.6, 0.2), (0.3, 0.8)]):
        await draw(point, ".sign canvas", line)
    await point.page.click(".sign button:has-text('交给窗口见证')")
    await point.page.wait_for_selector(".sign .waits")


async def test_a_mark_is_witnessed_by_the_clerk(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    await window.page.wait_for_selector(".material")
    await window.page.click("[role=tab]:has-text('文书')")
    await window.page.click("button:has-text('生成申请表')")
    await window.page.click("button:has-text('推送签字')")
    await point.page.wait_for_selector(".sign .sheets img")
    for screen in ("phone", "kiosk", "counter"):
        width, height = SCREENS[screen]
        await point.page.set_viewport_size({"width": width, "height": height})
        assert await point.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen
        await point.picture(f"sign-{screen}")
    # Paper, pad and the clerk's face are on the counter's screen together.
    for part in (".sign .sheets", ".sign canvas", ".stage .clerk", ".sign button:has-text('不签')"):
        box = await point.page.locator(part).first.bounding_box()
        assert box, part
        assert 0 <= box["y"] < box["y"] + box["height"] <= SCREENS["counter"][1], (part, box)

    await point.page.click(".sign button:has-text('看到文件末尾')")
    await point.page.click(".sign button:has-text('不会写字')")
    await make_cross(point)
    await window.page.wait_for_function("() => document.querySelector('.witness canvas')?.toDataURL().length > 2000")
    await window.picture("window-witness")
    await window.page.click(".witness button:has-text('请重新画押')")
    await point.page.wait_for_selector(".sign canvas")
    await make_cross(point)
    await window.page.click(".witness button:has-text('见证画押')")
    await window.page.click("[role=alertdialog] button:has-text('见证画押')")
    await window.page.wait_for_selector("text=王秀英 签字")
    await window.page.click("[role=tab]:has-text('记录')")
    for words in ("未见证“高龄津贴申领申请表”上的画押", "见证申请人在“高龄津贴申领申请表”上画押"):
        await window.page.wait_for_selector(f"text={words}")
