"""A daughter acts for her mother by a mandate signed in the call, then by one on paper; used, revoked, refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_papers import draw
from tests.journeys.walk import SCREENS, answer, both, choose, fill_in, find_item, pictures
from tests.support.papers import Scene, photograph

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

NUMBER = "11010519491231002X"
TABLET = {"width": 820, "height": 1180}


async def take_ticket_for_mother(point: Party) -> None:
    page = point.page
    await find_item(page)
    await fill_in(page)
    await page.check("input[name=acting]")
    await page.fill("input[name=principal-number]", NUMBER)
    await page.fill("input[name=actor]", "陈小梅")
    await page.select_option("select[name=relation]", "relative")
    await pictures(point, "mandate-ticket")
    await page.click("button:has-text('取号')")
    await page.wait_for_selector("text=您的号码")


async def write_name(point: Party) -> None:
    page = point.page
    await page.wait_for_selector(".sign .sheets img")
    await page.click(".sign button:has-text('看到文件末尾')")
    for line in ([(0.2, 0.3), (0.3, 0.7), (0.4, 0.3), (0.5, 0.7)], [(0.6, 0.3), (0.7, 0.6), (0.8, 0.3)]):
        await draw(point, ".sign canvas", line)
    await page.click(".sign button:has-text('确认签名')")


async def suspend_and_go_on(point: Party, window: Party) -> None:
    """The clerk suspends the acting, the point reads the form, and the mother signs that it goes on."""
    banner = window.page.locator(".case .banner")
    await banner.get_by_role("button", name="中止代办").click()
    await window.page.fill("input[name=acting-reason]", "等待民政局的证明")
    until = await window.page.get_attribute("input[name=acting-until]", "max")
    await window.page.fill("input[name=acting-until]", until or "")
    await window.picture("acting-suspend")
    await window.page.click("[role=alertdialog] button:has-text('出具单据')")
    for party in (point, window):
        await party.page.wait_for_selector(".banner >> text=代办已中止", timeout=60_000)
    await pictures(window, "acting-window-suspended")
    await point.page.click(".banner button:has-text('查看中止单 D1')")
    await point.page.wait_for_selector("dialog .sheet[src]")
    async for screen in point.on_each(SCREENS):
        await point.picture(f"acting-point-form-{screen}")
    async with point.page.expect_popup():
        await point.page.click("dialog button:has-text('打印')")
    await point.page.click("dialog button:has-text('关闭')")
    await pictures(point, "acting-point-suspended")

    await banner.get_by_role("button", name="恢复代办").click()
    await window.page.fill("input[name=acting-reason]", "证明已到")
    await window.picture("acting-continue")
    await window.page.click("[role=alertdialog] button:has-text('请委托人签署')")
    await write_name(point)
    await point.page.wait_for_selector(".banner >> text=代办已中止", state="detached", timeout=60_000)


async def by_paper(point: Party, window: Party, paper: Path) -> None:
    """A second mandate is shown as paper: its page is photographed and accepted, it is used, and it is revoked."""
    banner = window.page.locator(".case .banner")
    await banner.get_by_role("button", name="重新拟定").click()
    draft = window.page.get_by_role("dialog", name="重新拟定")
    await draft.locator("input[name=principal-number]").fill(NUMBER)
    await draft.locator("input[name=actor]").fill("陈小梅")
    await draft.locator("select[name=relation]").select_option("relative")
    await draft.get_by_role("button", name="拟定委托书").click()
    await banner.get_by_text("委托书待生效").wait_for()
    await choose(point.page, ".now input[type=file]", paper)
    page = banner.get_by_label("拍有纸质委托书的页面")
    await page.locator("option").nth(1).wait_for(state="attached")
    await page.select_option(index=1)
    await window.picture("mandate-paper-window")
    await banner.get_by_role("button", name="核验纸质委托书").click()
    for party in (point, window):
        await party.page.wait_for_selector(".banner >> text=委托书生效中", timeout=60_000)
    form = window.page.locator("li.document:has-text('申请表')").last
    await form.get_by_role("button", name="推送签字").click()
    await write_name(point)
    await window.page.get_by_text("陈小梅（代 王秀英） 签字").nth(1).wait_for(timeout=60_000)
    await pictures(window, "mandate-paper-in-force")
    await point.page.click(".banner button:has-text('撤销委托')")
    await point.page.fill("input[name=reason]", "纸质委托收回")
    await point.page.click("[role=alertdialog] button:has-text('撤销委托')")
    for party in (point, window):
        await party.page.wait_for_selector(".banner >> text=纸质委托收回")
    await window.page.click("button:has-text('生成申请表')")
    await window.page.locator("li.document button:has-text('推送签字')").last.click()
    await window.page.wait_for_selector("text=已撤销或已到期，之后的代办不再有效")


async def test_made_and_signed_used_revoked_and_refused_after(
    service: Service, parties: Parties, tmp_path: Path
) -> None:
    (tmp_path / "mandate.jpg").write_bytes(photograph(Scene(seed=7)).jpeg)
    point, window = await both(service, parties)
    await take_ticket_for_mother(point)
    await answer(window)
    await window.page.wait_for_selector(".material")
    banner = window.page.locator(".case .banner")
    await banner.get_by_text("委托书待生效").wait_for()
    await banner.get_by_text("陈小梅（亲属）代 王秀英 办理").wait_for()
    await pictures(window, "mandate-window-drafted")

    # Without a mandate in force nothing is signed.
    await window.page.click("[role=tab]:has-text('文书')")
    await window.page.click("button:has-text('生成申请表')")
    await window.page.click("button:has-text('推送签字')")
    await window.page.wait_for_selector("text=尚无生效的委托书")
    await banner.get_by_role("button", name="请委托人签署").click()
    await point.page.wait_for_selector(".sign .sheets img")
    await pictures(point, "mandate-sign")
    await write_name(point)
    for party in (point, window):
        await party.page.wait_for_selector(".banner >> text=委托书生效中", timeout=60_000)

    # Used: the form is signed by who acts. The banner is on every page of the case.
    await window.page.click("li.document:has-text('申请表') button:has-text('推送签字')")
    await write_name(point)
    await window.page.wait_for_selector("text=陈小梅（代 王秀英） 签字", timeout=60_000)
    for tab in ("材料", "验收", "决定", "记录", "文书"):
        await window.page.click(f"[role=tab]:has-text('{tab}')")
        assert await banner.is_visible(), tab
    await pictures(window, "mandate-window-in-force")

    # The worker is at her home, with a tablet.
    await point.page.set_viewport_size(TABLET)
    await point.page.click("button:has-text('代办 / 上门')")
    await point.page.fill("input[name=home-place]", "桃园社区 3 栋 201")
    await point.picture("mandate-tablet-home")
    await point.page.click("button:has-text('标记为上门')")
    await banner.get_by_text("上门服务：桃园社区 3 栋 201").wait_for()
    assert await point.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await point.picture("mandate-tablet")
    await point.page.set_viewport_size({"width": 1366, "height": 768})
    await pictures(point, "mandate-point-in-force")

    await suspend_and_go_on(point, window)

    # Revoked at the point: both are told at once, and what comes after is refused.
    await point.page.click(".banner button:has-text('撤销委托')")
    await point.page.fill("input[name=reason]", "母亲改变主意")
    async for screen in point.on_each(SCREENS):
        await point.picture(f"mandate-revoke-{screen}")
    await point.page.click("[role=alertdialog] button:has-text('撤销委托')")
    for party in (point, window):
        await party.page.wait_for_selector(".banner >> text=委托书已撤销")
        await party.page.wait_for_selector(".banner >> text=母亲改变主意")
    await window.page.click("button:has-text('生成申请表')")
    await window.page.click("li.document button:has-text('推送签字')")
    await window.page.wait_for_selector("text=已撤销或已到期，之后的代办不再有效")
    await pictures(window, "mandate-window-revoked")
    await pictures(point, "mandate-point-revoked")

    await by_paper(point, window, tmp_path / "mandate.jpg")

    # The case is refused, and the acting ends with its form.
    await window.page.click("[role=tab]:has-text('决定')")
    await window.page.check("input[name=outcome] >> nth=2")
    await window.page.fill("#case-panel textarea[lang=zh-CN]", "委托已撤销，不予办理。")
    await window.page.click("button:has-text('作出决定')")
    await window.page.click("[role=alertdialog] button:has-text('不予办理')")
    await banner.get_by_text("案卷已作出决定，请出具代办办结单或终止单。").wait_for(timeout=60_000)
    await window.picture("acting-window-decided")
    await banner.get_by_role("button", name="终止代办").click()
    await window.page.fill("input[name=acting-reason]", "委托人撤销委托")
    await window.picture("acting-terminate")
    await window.page.click("[role=alertdialog] button:has-text('出具单据')")
    await point.page.wait_for_selector(".banner >> text=代办已终止", timeout=60_000)
    await point.page.wait_for_selector(".banner button:has-text('查看终止单 D3')")
    await pictures(window, "acting-window-terminated")
    await pictures(point, "acting-point-terminated")
