"""Three departments on one case: a list told at the point, due over a holiday, answered, struck out and sealed."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import expect

from directory.demonstration.district import make_district
from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_screens import check
from tests.journeys.walk import answer, both, choose, finish, send_chosen, take_ticket
from tests.support.hours import keep_years, today, working_day
from tests.support.papers import Scene, photograph

pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]

NAMES = {one.account: one.name for one in make_district().staff}
CIVIL, SOCIAL, POLICE = (
    next(one.name_zh for one in make_district().offered.departments if one.id == wanted)
    for wanted in ("civil", "social", "police")
)
HOLIDAYS = [today() + timedelta(days=ahead) for ahead in range(3, 7)]
"""Four days, of which two at least are none of a weekend."""
SAME = "身份证背面看不清"


@pytest.fixture
def data(demonstration: Path, tmp_path: Path) -> Path:
    """An installation with holidays in the days to come, whenever the test runs."""
    folder = Path(shutil.copytree(demonstration, tmp_path / "data"))
    keep_years(folder, 3, HOLIDAYS)
    return folder


async def add(party: Party, department: str, text: str, *, material: bool = False, place: bool = False) -> None:
    """Adds a finding of the department in the case that lies open."""
    page = party.page
    card = page.get_by_role("region", name=department)
    await card.get_by_role("button", name="提出意见").click()
    await card.locator("textarea").fill(text)
    await card.locator("input[maxlength='200']").fill("请重新拍摄后提交")
    if material:
        await card.locator("select").select_option(index=1)
    if place:
        await page.focus(".viewer .sheet.marking")
        for key in ("ArrowDown", "Shift+ArrowRight", "Enter"):
            await page.keyboard.press(key)
        await expect(card.get_by_text("已框出位置")).to_be_visible()
        await party.picture("findings-place")
    await card.get_by_role("button", name="保存意见").click()
    await expect(card.get_by_text(text)).to_be_visible()


async def open_asked(party: Party) -> None:
    """Opens the case from the list of those that ask for findings."""
    await party.page.get_by_role("region", name="请您提意见的案卷").get_by_role("button").click()
    await party.page.wait_for_selector(".matter >> text=居民身份证")
    await party.page.click("[role=tab]:has-text('验收')")


async def said(party: Party, department: str) -> None:
    card = party.page.get_by_role("region", name=department)
    await card.get_by_role("button", name="意见已提完").click()
    await expect(card.get_by_text("意见已提完").first).to_be_visible()


async def decide(party: Party, department: str, opinion: str) -> None:
    card = party.page.get_by_role("region", name=department)
    await card.get_by_role("button", name="作出结论").click()
    await card.get_by_label(opinion, exact=True).check()
    await card.get_by_role("button", name="提交结论").click()
    await expect(card.get_by_text("已作结论")).to_be_visible()


async def strike(party: Party, department: str, text: str) -> None:
    row = party.page.get_by_role("region", name=department).get_by_role("listitem").filter(has_text=text)
    await row.get_by_role("button", name="核销").click()
    await expect(row.get_by_text("已核销")).to_be_visible()


async def answer_by_phone(parties: Parties, link: str, paper: Path) -> None:
    """The one list is there, and nothing else of the case; one is answered with a file, a wrong link refused."""
    phone = await parties.open(4)
    page = phone.page
    await page.set_viewport_size({"width": 390, "height": 844})
    await page.goto(link)
    card = page.get_by_role("listitem").filter(has_text="户口簿首页印章较淡")
    await expect(card.get_by_text("待答复")).to_be_visible()
    assert "#" not in page.url
    assert "王秀英" not in await page.inner_text("body")
    send = card.get_by_role("button", name="提交答复")
    await expect(send).to_be_disabled()
    await check(phone, "findings-phone", sizes=("phone",))
    await page.set_viewport_size({"width": 390, "height": 844})
    await card.locator("input[type=file]").last.set_input_files(paper)
    await send_chosen(page)
    await expect(card.get_by_text("第 1 页")).to_be_visible()
    await send.click()
    await expect(card.get_by_text("已答复，等待确认")).to_be_visible()
    await expect(card.get_by_text("答复：见附页。")).to_be_visible()
    await phone.picture("findings-phone-answered")
    await page.goto(f"{link[: link.rindex('#')]}#ACDEFGHJKMACDEFGHJKM")
    await expect(page.get_by_text("这个补正链接或补正码无效")).to_be_visible()


async def test_three_departments_one_list_and_one_sealed_answer(
    service: Service, parties: Parties, tmp_path: Path
) -> None:
    (tmp_path / "card.jpg").write_bytes(photograph(Scene(seed=5, sheet="card")).jpeg)
    point, window = await both(service, parties)
    await take_ticket(point, recorded=True)
    await answer(window)
    await window.sees(1, within=20)
    await choose(point.page, ".now input[type=file]", tmp_path / "card.jpg")
    await window.page.wait_for_selector(".viewer .page img")

    await window.page.click("[role=tab]:has-text('验收')")
    for name in (SOCIAL, POLICE):
        await window.page.check(f"label:has-text('{name}') input")
    await window.picture("findings-open")
    await window.page.click("button:has-text('发起联合验收')")
    await expect(window.page.get_by_role("region", name=POLICE)).to_be_visible()
    await add(window, CIVIL, SAME, material=True, place=True)
    await said(window, CIVIL)

    # One after another: whose findings are asked for opens the case from the list, without a window and without a call.
    expert = await parties.open(3)
    await expert.sign_in(service.address, "expert001")
    await open_asked(expert)
    await add(expert, SOCIAL, "缺少参保缴费证明")
    await add(expert, SOCIAL, f"{SAME}。", material=True)
    await said(expert, SOCIAL)
    other = await parties.open(2)
    await other.sign_in(service.address, "clerk002")
    await open_asked(other)
    await add(other, POLICE, "户口簿首页印章较淡")
    await said(other, POLICE)
    await expect(point.page.get_by_text(SAME)).to_have_count(0)
    await check(window, "findings-window")
    await check(expert, "findings-expert")

    await window.page.click("#case-panel button:has-text('一次性告知')")
    await window.page.click("[role=alertdialog] button:has-text('一次性告知')")
    slip = window.page.get_by_role("dialog", name="需要补正的内容")
    link = await slip.get_by_label("链接").input_value()
    await window.picture("findings-slip")
    await slip.get_by_role("button", name="关闭").last.click()
    told = point.page.locator(".told")
    day = working_day(today(), 10, HOLIDAYS)
    await expect(told).to_contain_text(f"请在 {day.year}年{day.month}月{day.day}日 前答复（还有 10 个工作日）")
    cards = told.locator("li.card")
    await expect(cards).to_have_count(3)
    shared = cards.filter(has_text=SAME)
    await expect(shared).to_have_count(1)
    await expect(shared).to_contain_text(f"提出部门：{CIVIL}、{SOCIAL}")
    await expect(shared.locator("i")).to_be_visible()

    await shared.get_by_role("button", name="答复").click()
    await expect(shared.locator("textarea")).to_be_focused()
    await shared.locator("textarea").fill("背面已重新拍摄")
    await shared.locator("fieldset input").first.check()
    await check(point, "findings-point")
    await shared.get_by_role("button", name="提交答复").click()
    await expect(shared).to_contain_text("已答复，等待确认")

    # From home, by the link, on a phone: what is answered there is answered for the point, too.
    await answer_by_phone(parties, link, tmp_path / "card.jpg")
    await expect(cards.filter(has_text="户口簿首页印章较淡")).to_contain_text("（附 1 页）")

    # The call ends; what is missing comes later, at the point, without a new number.
    await finish(window)
    await point.page.click("button:has-text('下一位群众')")
    waiting = point.page.get_by_role("region", name="待补正的案卷")
    await expect(waiting).to_contain_text("还有 1 项要补正")
    await check(point, "findings-home")
    await waiting.get_by_role("button", name="补正").click()
    proof = cards.filter(has_text="缺少参保缴费证明")
    await proof.get_by_role("button", name="答复").click()
    await proof.locator("textarea").fill("证明已补交")
    await proof.get_by_role("button", name="提交答复").click()
    await expect(proof).to_contain_text("已答复，等待确认")
    await check(point, "findings-supplement")
    await window.page.click("button:has-text('我的案卷')")
    await window.page.click("li:has-text('王秀英') button")
    await window.page.wait_for_selector(".matter >> text=居民身份证")
    await window.page.click("[role=tab]:has-text('验收')")

    # Struck out one by one by who made them; the list at the point says so once both have.
    await strike(window, CIVIL, SAME)
    await expect(shared).to_contain_text("已答复，等待确认")
    await strike(expert, SOCIAL, SAME)
    await expect(shared).to_contain_text("已通过")
    await strike(expert, SOCIAL, "缺少参保缴费证明")
    await decide(window, CIVIL, "同意")
    await decide(expert, SOCIAL, "附条件同意")
    # What it says must be mended stands: it can only refuse.
    await decide(other, POLICE, "不同意")
    await window.page.click("#case-panel button:has-text('出具综合答复')")
    await window.page.click("[role=alertdialog] button:has-text('出具综合答复')")
    await expect(window.page.get_by_text("综合答复在“文书”中。")).to_be_visible(timeout=60_000)
    await window.picture("findings-concluded")
    await point.page.wait_for_selector("button:has-text('打印综合答复')")
    await window.page.click("[role=tab]:has-text('文书')")
    async with window.page.expect_download() as download:
        await window.page.locator("#case-panel li", has_text="联合验收综合答复").get_by_role("button").last.click()
    await (await download.value).save_as(tmp_path / "answer.pdf")
    command = ["pdftotext", tmp_path / "answer.pdf", "-"]
    text = "".join(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    for words in (
        CIVIL,
        SOCIAL,
        POLICE,
        "附条件同意",
        SAME,
        "背面已重新拍摄（附1页）",
        "证明已补交",
        f"补正期限：{day}",
    ):
        assert words in text, words
    for account in ("clerk001", "expert001", "clerk002"):
        assert NAMES[account] in text
    assert text.count(SAME) == 1
    found = subprocess.run(["pdfsig", tmp_path / "answer.pdf"], capture_output=True, text=True, check=False).stdout
    assert len(re.findall(r"Signature #\d+", found)) == 3
