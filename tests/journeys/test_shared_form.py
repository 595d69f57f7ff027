"""A form that the point and the window fill in together: seen by both, checked, hidden, signed, sealed and verified."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import Locator, expect

from signalling.cli.main import main
from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_papers import decide, save_evidence, sign
from tests.journeys.test_screens import check
from tests.journeys.walk import SCREENS, answer, both, finish, take_ticket

IDENTITY, PHONE, CARD = "11010519491231002X", "13812345678", "6217000010001234569"
ADDRESS, BANK = "桃园路人民街十二号三单元五楼", "工商银行桃园支行"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]


def field(party: Party, name: str) -> Locator:
    return party.page.get_by_role("textbox", name=name, exact=True)


def about(party: Party, name: str) -> Locator:
    """All that stands around a field."""
    return party.page.locator(".shared").filter(has_text=name).first


async def pictures(party: Party, name: str) -> None:
    for language in ("zh-CN", "en"):
        async for screen in party.on_each(SCREENS):
            await party.page.locator("section.together").evaluate("(one) => one.scrollIntoView({ block: 'start' })")
            await party.picture(f"form-{name}-{screen}-{language}")
            assert await party.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, screen)
        await party.page.click("header button[lang]")
        await party.page.wait_for_function("(tag) => document.documentElement.lang !== tag", arg=language)


async def test_two_fill_in_one_form_to_the_sealed_document(service: Service, parties: Parties, tmp_path: Path) -> None:
    point, window = await both(service, parties)
    await take_ticket(point, recorded=True)
    await answer(window)
    await window.sees(1, within=20)
    await window.page.click("[role=tab]:has-text('申请表')")
    await window.page.click("button:has-text('打开申请表')")
    await expect(window.page.get_by_role("heading", name="申请表（双方共同填写）")).to_be_focused()
    await expect(field(point, "申请人姓名")).to_have_value("王秀英")

    # Each sees where the other is, and what the other writes.
    await field(point, "开户银行").focus()
    await expect(about(window, "开户银行")).to_contain_text("正在填写")
    await expect(about(window, "开户银行")).to_have_class("shared busy")
    await asyncio.gather(
        field(point, "现居住地址").press_sequentially(ADDRESS, delay=40),
        field(window, "开户银行").press_sequentially(BANK, delay=60),
    )
    await expect(field(point, "开户银行")).to_have_value(BANK)
    await expect(about(point, "开户银行")).to_contain_text("正在填写")

    # What is wrong is said while it is written.
    await field(point, "公民身份号码").press_sequentially(f"{IDENTITY[:-1]}1", delay=30)
    await expect(about(point, "公民身份号码").get_by_role("alert")).to_contain_text("身份证号码应为 18 位")
    await pictures(point, "point-wrong")
    await field(point, "公民身份号码").fill(IDENTITY)
    await expect(about(point, "公民身份号码").get_by_role("alert")).to_have_count(0)

    # Personal values are hidden from the clerk, who asks to see one.
    hidden = about(window, "公民身份号码")
    await expect(hidden).to_contain_text("已隐藏：••••002X")
    assert IDENTITY not in await window.page.content()
    await pictures(window, "window-hidden")
    await hidden.get_by_role("button", name="查看").click()
    await expect(field(window, "公民身份号码")).to_have_value(IDENTITY)

    # A cut: what is written meanwhile is kept, told to be unsaved, and there once the link is back.
    await point.page.context.set_offline(True)
    await field(point, "银行账号").press_sequentially(CARD, delay=20)
    await expect(point.page.locator("section.together footer")).to_contain_text("网络中断")
    await point.picture("form-point-cut")
    await point.page.context.set_offline(False)
    await field(window, "联系电话").press_sequentially(PHONE, delay=20)
    await expect(field(point, "联系电话")).to_have_value(PHONE)
    await expect(about(window, "银行账号")).to_contain_text("••••4569")
    for party in (point, window):
        await expect(party.page.locator("section.together footer")).to_contain_text("已全部保存")
    await check(point, "form-point")
    await check(window, "form-window")

    await window.page.click("button:has-text('完成填写，生成文书')")
    await expect(window.page.get_by_text("申请表已填写完成")).to_be_visible()
    await expect(point.page.locator("section.together")).to_have_count(0)
    await window.page.click("[role=tab]:has-text('文书')")
    await window.page.click("button:has-text('推送签字')")
    await point.page.wait_for_selector(".sign .sheets img")
    await point.picture("form-sign")
    await sign(point)
    await window.page.wait_for_selector("text=王秀英 签字")
    async with window.page.expect_download() as download:
        await window.page.locator("#case-panel li.document").get_by_role("button", name="下载").click()
    await (await download.value).save_as(tmp_path / "form.pdf")
    said = subprocess.run(["pdftotext", tmp_path / "form.pdf", "-"], capture_output=True, text=True, check=True).stdout
    plain = "".join(said.split())
    for words in ("王秀英", ADDRESS, BANK, IDENTITY, PHONE, CARD, "申请人信息", "收款与领取方式", "申请人声明"):
        assert words in plain, words
    assert "居民身份证" not in plain, "a form is no list of materials"

    await decide(window)
    await finish(window)
    await point.page.click("button:has-text('非常满意') >> nth=0")
    await point.page.wait_for_selector("text=感谢您的评价")
    await save_evidence(window, tmp_path / "evidence.zip")
    certificate = ["--certificate", str(tmp_path / "data" / "signing" / "authority.pem")]
    assert await asyncio.to_thread(main, ["verify", str(tmp_path / "evidence.zip"), *certificate]) == 0
