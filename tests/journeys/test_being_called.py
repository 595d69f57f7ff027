"""Who is wanted is called: by sound, by the title, by a notification, and by words that lead to the place."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_papers import decide
from tests.journeys.test_screens import LESS, check
from tests.journeys.walk import answer, both, choose, take_ticket
from tests.support.papers import Scene, photograph

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

# Notes what the browser is asked for, and goes on to do it.
_NOTING = """
window.cwCalled = { tones: [], notifications: [] }
const start = OscillatorNode.prototype.start
OscillatorNode.prototype.start = function (...rest) {
  if (this.context.state === "running") window.cwCalled.tones.push(Math.round(this.frequency.value))
  return start.apply(this, rest)
}
const Real = Notification
window.Notification = class extends Real {
  constructor(title, options) {
    super(title, options)
    window.cwCalled.notifications.push(options.body)
  }
}
"""
CHIME, RING = [659, 880], [880, 660]


async def _noting(parties: Parties, service: Service) -> tuple[Party, Party]:
    opened = parties.open

    async def noting(sender: int, camera: Path | None = None) -> Party:
        party = await opened(sender, camera)
        await party.page.add_init_script(_NOTING)
        await party.page.context.grant_permissions(["notifications"], origin=service.address)
        return party

    parties.open = noting  # type: ignore[method-assign]
    return await both(service, parties)


async def _sounded(page: Page, tones: list[int]) -> None:
    """Waits until these have sounded since the last look."""
    await page.wait_for_function("wanted => cwCalled.tones.join().includes(wanted.join())", arg=tones, timeout=10_000)
    await page.evaluate("cwCalled.tones.length = 0")


async def _behind(page: Page) -> Page:
    """Puts another tab before the page, as a person does who reads something else meanwhile."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    async with page.expect_popup() as opened:
        await page.evaluate("void window.open('about:blank')")
    other = await opened.value
    await other.bring_to_front()
    await page.wait_for_function("document.hidden || !document.hasFocus()", timeout=10_000)
    return other


async def test_both_are_called_and_led_to_what_is_wanted(service: Service, parties: Parties) -> None:
    point, window = await _noting(parties, service)
    title = await point.page.title()
    await take_ticket(point)
    await _sounded(window.page, RING)
    assert (await window.page.title()).startswith("● 新的来号")
    await answer(window)
    await _sounded(point.page, CHIME)
    await expect(point.page.get_by_text("窗口已接通，请看屏幕。")).to_be_visible()
    assert "窗口已接通" in await point.page.title()
    assert "来号" not in await window.page.title()
    await point.page.mouse.click(5, 400)
    assert await point.page.title() == title

    # A paper is asked for while the point has another tab before it.
    other = await _behind(point.page)
    await window.page.locator(".material >> nth=0").get_by_role("button", name="请对方提交").click()
    await _sounded(point.page, CHIME)
    assert (await point.page.evaluate("cwCalled.notifications"))[-1] == "请出示“居民身份证”。"
    assert "请出示“居民身份证”。" in await point.page.title()
    await other.close()
    await point.page.bring_to_front()
    news = point.page.get_by_role("listitem").filter(has_text="请出示“居民身份证”。")
    await expect(news).to_be_visible()
    await check(point, "called-paper", sizes=LESS)
    await point.page.set_viewport_size({"width": 390, "height": 500})
    await news.get_by_role("button", name="去看").click()
    await expect(point.page.locator(".papers .asked")).to_be_in_viewport()


async def _called(page: Page, words: str) -> None:
    """By a chime, the title, and a notification, since another tab lies before the page."""
    await _sounded(page, CHIME)
    await page.wait_for_function("words => cwCalled.notifications.includes(words)", arg=words)
    assert words in await page.title()


async def test_who_reads_something_else_is_called_to_all_that_is_wanted(
    service: Service, parties: Parties, tmp_path: Path
) -> None:
    paper = tmp_path / "form.jpg"
    paper.write_bytes(photograph(Scene(seed=22, sheet="form", table="dark")).jpeg)
    point, window = await _noting(parties, service)
    # The clerk, whose ring comes to whatever lies before the desk.
    other = await _behind(window.page)
    await take_ticket(point)
    await _sounded(window.page, RING)
    notified = await window.page.evaluate("cwCalled.notifications")
    assert [one.startswith("新的来号") and "高龄津贴申领" in one for one in notified] == [True]
    await other.close()
    await window.page.bring_to_front()
    await answer(window)
    await _sounded(point.page, CHIME)
    await choose(point.page, ".now input[type=file]", paper)
    await window.page.wait_for_selector(".review button:has-text('退回')", timeout=30_000)

    await _behind(point.page)
    await window.page.click(".review button:has-text('退回')")
    await window.page.check(".reject input >> nth=0")
    await window.page.click(".reject button:has-text('确认退回')")
    await _called(point.page, "“居民身份证”需要重拍。")
    await window.page.click("[role=tab]:has-text('文书')")
    await window.page.click("button:has-text('生成申请表')")
    await window.page.click("button:has-text('推送签字')")
    await point.page.wait_for_function("() => cwCalled.notifications.some((one) => one.startsWith('请签名：'))")
    await _sounded(point.page, CHIME)
    assert "请签名：" in await point.page.title()
    await decide(window)
    await _called(point.page, "办理结果已作出。")


async def test_a_clerk_chooses_how_it_rings(service: Service, parties: Parties) -> None:
    _, window = await _noting(parties, service)
    page = window.page
    await page.get_by_role("button", name="设置").click()
    dialog = page.get_by_role("dialog", name="设置")
    await dialog.get_by_label("铃声音量").fill("0")
    await expect(dialog.get_by_text("铃声已关闭")).to_be_visible()
    await dialog.get_by_label("铃声音量").fill("0.5")
    speakers = await dialog.get_by_label("铃声扬声器").locator("option").all_inner_texts()
    assert speakers[0] == "系统默认"
    assert len(speakers) > 1
    await dialog.get_by_label("铃声扬声器").select_option(index=1)
    await dialog.get_by_role("button", name="试听铃声").click()
    await _sounded(page, RING)
    await page.keyboard.press("Escape")
    await page.reload()
    await page.wait_for_selector("text=等待来号")
    await page.get_by_role("button", name="设置").click()
    await expect(dialog.get_by_label("铃声音量")).to_have_value("0.5")
    await expect(dialog.get_by_label("铃声扬声器")).not_to_have_value("")
    await check(window, "settings")


async def test_on_hold_the_resident_hears_music_and_sees_nothing(service: Service, parties: Parties) -> None:
    point, window = await _noting(parties, service)
    await take_ticket(point)
    await answer(window)
    await point.sees(2, within=10)
    await point.page.evaluate("cwCalled.tones.length = 0")
    await window.page.click("button:has-text('保持')")
    notice = point.page.get_by_role("status").filter(has_text="互不可见、互不可闻")
    await expect(notice).to_be_visible()
    # The chime, then the first chord of the music.
    await point.page.wait_for_function("() => cwCalled.tones.join().includes('220,277,330')", timeout=10_000)
    assert await point.page.evaluate("cw.video('') === undefined")
    await check(point, "called-hold", sizes=LESS)
    await window.page.click("button:has-text('恢复通话')")
    await expect(notice).to_have_count(0)
    await point.sees(2, within=10)
    await point.page.evaluate("cwCalled.tones.length = 0")
    await asyncio.sleep(5.2)
    assert await point.page.evaluate("cwCalled.tones") == [], "the music has ended"


async def test_who_waits_reads_when_a_window_opens_what_the_clerk_writes_and_that_it_was_missed(
    service: Service, parties: Parties
) -> None:
    point, window = await _noting(parties, service)
    await window.page.click("button:has-text('休息')")
    await window.page.click("button:has-text('关窗')")
    await take_ticket(point)
    await expect(point.page.get_by_text("窗口现在都没有开放")).to_be_visible()
    assert await point.page.get_by_text("下一位就是您").count() == 0
    await check(point, "called-closed", sizes=LESS)
    await window.page.click("li:has-text('1号云窗口') button")
    await window.page.click("button:has-text('休息')")
    await expect(point.page.get_by_text("窗口现在都没有开放")).to_have_count(0)
    await window.page.get_by_role("button", name="留言").click()
    await window.picture("called-tell")
    await window.page.get_by_role("button", name="我马上就来，请稍候。").click()
    await _sounded(point.page, CHIME)
    await expect(point.page.get_by_role("region", name="窗口留言")).to_contain_text("我马上就来，请稍候。")
    await check(point, "called-told", sizes=LESS)

    # Called while its page was closed, and nobody was there.
    await point.page.goto("about:blank")
    await window.page.click("button:has-text('可接号')")
    await answer(window)
    await window.page.click("button:has-text('过号')")
    await window.page.click("[role=alertdialog] button:has-text('过号')")
    await point.page.goto(service.address)
    await expect(point.page.get_by_text("您的号已过号")).to_be_visible()
    await check(point, "missed", sizes=LESS)
    await point.page.click("button:has-text('我们回来了，继续排队')")
    await answer(window)
    await point.sees(2, within=20)
