"""A whole visit by the keys alone, on both sides: every step is reached with Tab, and the focus is never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from directory.demonstration import DEMONSTRATION_PASSWORD
from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_papers import draw
from tests.support.papers import Scene, photograph

FURTHEST = 80
_FOCUSED = """() => {
  const one = document.activeElement
  if (!one || one === document.body) return null
  const label = one.labels?.[0]?.innerText ?? ""
  return [one.innerText, one.ariaLabel, one.title, label, one.name].filter(Boolean).join(" ")
}"""

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


async def reach(party: Party, words: str, *, exactly: bool = False) -> None:
    """Goes on with Tab until what has the focus says the words, among others or exactly."""
    said: list[str | None] = []
    for _ in range(FURTHEST):
        now = await party.page.evaluate(_FOCUSED)
        if now is not None and (words == now if exactly else words in now):
            return
        said.append(now)
        await party.page.keyboard.press("Tab")
    raise AssertionError(f"{words} is not reached: {said}")


async def press(party: Party, words: str, key: str = "Enter") -> None:
    """Reaches it and presses it."""
    await reach(party, words)
    await party.page.keyboard.press(key)


async def turn_to(party: Party, first: str, tab: str) -> None:
    """Tabs are one stop; the arrows choose among them."""
    await reach(party, first)
    for _ in range(FURTHEST):
        if tab in (await party.page.evaluate(_FOCUSED) or ""):
            return
        await party.page.keyboard.press("ArrowRight")
    raise AssertionError(f"{tab} is not reached from {first}")


async def kept(*parties: Party) -> None:
    """The focus is on something for each: who works with the keys is not sent back to the top."""
    for party in parties:
        await party.page.wait_for_function("() => document.activeElement !== document.body", timeout=5_000)


async def sign_in(party: Party, service: Service, account: str) -> None:
    await party.page.goto(service.address)
    await party.page.wait_for_selector("input[name=account]:focus")
    await party.page.keyboard.type(account)
    await party.page.keyboard.press("Tab")
    await party.page.keyboard.type(DEMONSTRATION_PASSWORD)
    await party.page.keyboard.press("Enter")


async def take_ticket(point: Party) -> None:
    page = point.page
    await page.wait_for_selector("input[type=search]:focus")
    await page.keyboard.type("gljt")
    await page.wait_for_selector("button:has-text('高龄津贴申领')")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("text=本人办理")
    await press(point, "本人办理", "Space")
    await press(point, "是，本区户籍", "Space")
    await reach(point, "applicant")
    await page.keyboard.type("王秀英")
    # A group of radios is one stop; the arrows choose in it.
    await press(point, "同意录制", "ArrowRight")
    await press(point, "取号")
    await page.wait_for_selector("text=您的号码")
    await kept(point)


async def deliver(point: Party, paper: Path) -> None:
    """From a file, which the browser's own dialog chooses, and which is looked at before it is sent."""
    async with point.page.expect_file_chooser() as asked:
        await press(point, "选择文件", "Space")
    await (await asked.value).set_files(paper)
    await point.page.wait_for_selector("dialog.chosen button.primary:focus")
    await point.page.keyboard.press("Enter")
    await point.page.wait_for_selector("dialog.chosen", state="detached")
    await kept(point)


async def send_back(window: Party) -> None:
    """With a mark, which the arrows move and Enter sets, and a reason."""
    await press(window, "退回")
    await window.page.wait_for_selector(".reject")
    await kept(window)
    await window.page.focus(".viewer .sheet.marking")
    for key in ("ArrowDown", "Shift+ArrowRight", "Enter"):
        await window.page.keyboard.press(key)
    await window.page.wait_for_selector("text=已在第 1 页圈注")
    await kept(window)
    await reach(window, "reason-")
    await window.page.keyboard.press("Space")
    await press(window, "确认退回")
    await window.page.wait_for_selector(".reject", state="detached")
    await kept(window)


async def in_a_call(service: Service, parties: Parties) -> tuple[Party, Party]:
    """From the two sign-ins to the call."""
    point, window = await parties.open(1), await parties.open(2)
    await sign_in(point, service, "point001")
    await sign_in(window, service, "clerk001")
    await window.page.wait_for_selector("li:has-text('1号云窗口')")
    await press(window, "开窗")
    await window.page.wait_for_selector("text=等待来号")
    await kept(window)
    await take_ticket(point)
    await window.page.wait_for_selector("button:has-text('接听')")
    await window.page.keyboard.press("Enter")
    await point.sees(2, within=15)
    await kept(point, window)
    return point, window


async def test_papers_and_a_signature_by_the_keys(service: Service, parties: Parties, tmp_path: Path) -> None:
    papers = [tmp_path / f"{seed}.jpg" for seed in (22, 23)]
    for paper, seed in zip(papers, (22, 23), strict=True):
        paper.write_bytes(photograph(Scene(seed=seed, sheet="form", table="dark")).jpeg)
    point, window = await in_a_call(service, parties)

    await deliver(point, papers[0])
    await window.page.wait_for_selector(".review")
    await send_back(window)
    await point.page.wait_for_selector(".now .marked img")
    await kept(point)
    await press(point, "窗口")
    await point.page.keyboard.press("Escape")
    await kept(point)
    await deliver(point, papers[1])
    await window.page.wait_for_selector(".review button:text-is('通过')")
    await press(window, "通过")
    await point.page.wait_for_selector(".papers details li.accepted", state="attached")
    await kept(point, window)

    await turn_to(window, "材料 2/", "文书")
    await press(window, "生成申请表")
    await window.page.wait_for_selector("button:has-text('推送签字')")
    await kept(window)
    await press(window, "推送签字")
    await point.page.wait_for_selector(".sign .sheets img")
    await kept(point, window)
    await press(point, "看到文件末尾")
    await point.page.wait_for_selector(".sign .hint:has-text('请在框内签名')")
    await kept(point)
    # Declining asks first; whoever does not mean it is where they were.
    await press(point, "不签")
    await point.page.wait_for_selector("[role=alertdialog]")
    await point.page.keyboard.press("Escape")
    await kept(point)
    # A name is written by hand; the keys do the rest.
    for left in (0.15, 0.4, 0.65):
        await draw(point, ".sign canvas", [(left + 0.02 * step, 0.3 if step % 2 else 0.7) for step in range(9)])
    await point.page.focus(".sign h2")
    await press(point, "确认签名")
    await window.page.wait_for_selector("text=王秀英 签字")
    await point.page.wait_for_selector("section.sign", state="detached")
    await kept(point, window)


async def test_a_visit_by_the_keys_alone(service: Service, parties: Parties) -> None:
    point, window = await in_a_call(service, parties)

    # The clerk decides and finishes; the worker rates for the resident and goes on.
    await turn_to(window, "材料 1/", "决定")
    await window.page.wait_for_selector("input[name=outcome]")
    await press(window, "outcome", "Space")
    await press(window, "作出决定")
    await window.page.wait_for_selector("[role=alertdialog]")
    await press(window, "予以办理")
    await window.page.wait_for_selector("#case-panel button:has-text('通知书')")
    await kept(window)
    await press(window, "结束来访")
    await window.page.wait_for_selector("[role=alertdialog]")
    await reach(window, "结束来访", exactly=True)
    await window.page.keyboard.press("Enter")
    await point.page.wait_for_selector("text=本次办理已结束")
    await kept(point, window)
    await press(point, "非常满意")
    await point.page.wait_for_selector("text=感谢您的评价")
    await kept(point)
    await press(point, "下一位群众")
    await point.page.wait_for_selector("input[type=search]:focus")
