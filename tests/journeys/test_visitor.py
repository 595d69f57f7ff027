"""A visitor without an account: a clerk makes the link, it opens on a phone, and both see and hear each other."""

from __future__ import annotations

import asyncio
import re
import subprocess

import pytest
from playwright.async_api import Page, expect

from tests.journeys.conftest import TONES, Parties, Party, Service
from tests.journeys.test_screens import check
from tests.journeys.walk import answer, finish, meet, open_window, scanned

PHONE = {"width": 390, "height": 844}

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]


async def invite(window: Party) -> str:
    """The link that the clerk makes."""
    page = window.page
    await page.get_by_role("button", name="邀请访客").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("姓名").fill("周敏")
    await dialog.get_by_label("单位").fill("云杉食品有限公司")
    await dialog.get_by_label("办什么事项").first.fill("gljt")
    await dialog.get_by_label("高龄津贴申领").check()
    await window.picture("visitor-invite")
    await dialog.get_by_role("button", name="生成链接").click()
    link = await dialog.get_by_label("链接", exact=True).input_value()
    assert await scanned(page) == link
    await expect(dialog.get_by_text("尚未到来")).to_be_visible()
    await window.picture("visitor-invited")
    await page.keyboard.press("Escape")
    return link


async def on_every_screen(party: Party, name: str) -> None:
    """The page is whole on every screen, in both languages and sizes of text, and a phone's again."""
    await check(party, name)
    await party.page.set_viewport_size(PHONE)


async def invited_to_phone(service: Service, window: Party, visitor: Party) -> str:
    """The visitor opens a clerk's link on a phone, while the clerk has a break; the link."""
    await open_window(window, service)
    link = await invite(window)
    await window.page.get_by_role("button", name="休息").click()
    await visitor.page.set_viewport_size(PHONE)
    await visitor.page.goto(link)
    return link


async def wait_in_line(page: Page) -> None:
    """By keyboard alone, from the first field to the queue."""
    await page.get_by_label("您想办什么").fill("想问高龄津贴怎么领")
    await page.get_by_label("不同意").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="开始等候")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=您的号码")


async def _summary(page: Page) -> str:
    """The words of what the visitor takes along, without spaces."""
    async with page.expect_download() as downloading:
        await page.get_by_role("button", name="下载办事小结").click()
    file = await (await downloading.value).path()
    said = await asyncio.to_thread(subprocess.run, ["pdftotext", file, "-"], capture_output=True, check=True)
    return "".join(said.stdout.decode().split())


@pytest.mark.timeout(540)
async def test_a_visitor_comes_by_a_link_on_a_phone(service: Service, parties: Parties) -> None:
    window, visitor = await parties.open(2), await parties.open(1)
    link = await invited_to_phone(service, window, visitor)
    page = visitor.page
    await expect(page.get_by_role("heading", name="高龄津贴申领")).to_be_visible()
    assert link.partition("#")[2] not in page.url
    await expect(page.get_by_label("您的姓名")).to_have_value("周敏")
    await expect(page.get_by_text("摄像头 · 正常")).to_be_visible()
    await on_every_screen(visitor, "visitor-ready")
    await wait_in_line(page)
    await on_every_screen(visitor, "visitor-waiting")
    await page.reload()
    await page.wait_for_selector("text=您的号码")

    await expect(window.page.get_by_text("访客", exact=True)).to_be_visible()
    await window.picture("visitor-queue")
    await window.page.get_by_role("button", name="可接号").click()
    await expect(window.page.get_by_text("想问高龄津贴怎么领")).to_be_visible()
    await window.picture("visitor-offer")
    await answer(window)
    # At the size of the phone, as all that is read here.
    assert page.viewport_size == PHONE
    await meet(visitor, window)
    await on_every_screen(visitor, "visitor-call")
    await visitor.sees(2, within=20)
    await window.sees(1, within=20)

    # The same link in another tab takes the visit over, and the first says so.
    other = await visitor.browser.new_page()
    await other.goto(link)
    await expect(page.get_by_text("已在另一个页面打开").first).to_be_visible()
    await other.close()
    await page.get_by_role("button", name="在此页面继续").click()
    await visitor.page.wait_for_selector("footer")
    await finish(window, agreed="请带户口簿到社区办理，随到随办。")
    await expect(page.get_by_role("heading", name="请为本次服务评价")).to_be_visible()
    await on_every_screen(visitor, "visitor-finished")
    assert "请带户口簿到社区办理，随到随办。" in await _summary(page)
    await page.get_by_role("button", name="非常满意", exact=True).click()
    await expect(page.get_by_text("感谢您的评价")).to_be_visible()
    await page.get_by_role("button", name="完成").click()
    await expect(page.get_by_role("button", name="开始等候")).to_be_visible()

    # Ended by the clerk: the page says why by itself, and again when it is tried again.
    await window.page.get_by_role("button", name="邀请访客").click()
    await window.page.get_by_role("button", name="取消周敏的邀请").click()
    await window.page.get_by_role("button", name="取消邀请", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("已过期或已被取消")
    await on_every_screen(visitor, "visitor-ended")
    await page.get_by_role("button", name="重试").click()
    await expect(page.get_by_role("alert")).to_contain_text("已过期或已被取消")
    await page.goto("about:blank")
    await page.goto(f"{service.address}/visit#{'0' * 32}")
    await expect(page.get_by_role("alert")).to_contain_text("链接无效")


async def test_a_visitor_types_the_code_that_was_read_out(service: Service, parties: Parties) -> None:
    window, visitor = await parties.open(2), await parties.open(1)
    await open_window(window, service)
    page, clerk = visitor.page, window.page
    await page.set_viewport_size(PHONE)
    await page.goto(f"{service.address}/visit")
    field = page.get_by_label("访问码")
    await expect(field).to_be_focused()
    await on_every_screen(visitor, "visit-code")

    # A wrong one is told; what is typed next takes its place.
    await field.click()
    await page.keyboard.type("acd-efg hjk")
    await expect(field).to_have_value("ACD EFG HJK")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("访问码不对")
    await visitor.picture("visit-code-wrong")

    await invite(window)
    await clerk.get_by_role("button", name="邀请访客").click()
    await clerk.get_by_role("button", name="给周敏生成新访问码").click()
    code = await clerk.get_by_role("dialog").get_by_label("访问码", exact=True).input_value()
    await window.picture("visitor-code")
    assert re.fullmatch(r"([3-9A-Y]{3} ){2}[3-9A-Y]{3}", code)
    # Pasted with what stood around it, in small letters; then one sign is put right in the middle.
    await field.fill("")
    await page.evaluate("(text) => document.execCommand('insertText', false, text)", f"访问码：{code.lower()[:-1]}")
    await page.keyboard.type("W" if code[-1] != "W" else "X")
    await page.keyboard.press("Backspace")
    await page.keyboard.type(code[-1])
    await expect(field).to_have_value(code)
    await field.evaluate("(one) => one.setSelectionRange(1, 1)")
    await page.keyboard.press("Delete")
    await page.keyboard.type(code[1])
    await expect(field).to_have_value(code)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="进入")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="高龄津贴申领")).to_be_visible()
    await page.reload()
    await expect(page.get_by_label("您的姓名")).to_have_value("周敏")

    # Good once.
    other = await visitor.browser.new_page()
    await other.goto(f"{service.address}/visit")
    await other.get_by_label("访问码").fill(code)
    await other.keyboard.press("Enter")
    await expect(other.get_by_role("alert")).to_contain_text("已用过")
    await other.close()


@pytest.mark.parametrize("allows", [["microphone"], []], ids=["sound only", "chat only"])
async def test_who_denies_devices_is_answered_all_the_same(
    service: Service, parties: Parties, allows: list[str]
) -> None:
    window, visitor = await parties.open(2), await parties.open(1, allows=allows)
    await invited_to_phone(service, window, visitor)
    page = visitor.page
    notice = page.locator(".notices .warn")
    await expect(notice).to_contain_text("没有得到您的允许")
    if allows:
        await expect(notice).to_contain_text("对方听得见您，但看不见您")
        await expect(page.get_by_text("麦克风 · 正常")).to_be_visible()
    else:
        await expect(page.get_by_text("麦克风 · 没有")).to_be_visible()
        await expect(page.get_by_text("没有摄像头或麦克风也可以等候")).to_be_visible()
    await visitor.picture(f"visitor-denied-{len(allows)}")
    await wait_in_line(page)
    await window.page.get_by_role("button", name="可接号").click()
    await answer(window)
    await visitor.sees(2, within=20)
    await visitor.hears(TONES[2])
    if allows:
        await window.hears(TONES[1])
        return
    await page.locator("button[aria-controls=chat]").click()
    field = page.get_by_role("textbox", name="输入文字")
    await field.fill("我没有麦克风，请打字。")
    await field.press("Enter")
    await expect(window.page.get_by_role("log", name="文字交流")).to_contain_text("我没有麦克风")
