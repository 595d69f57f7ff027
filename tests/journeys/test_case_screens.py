"""The screens within a whole case, on the screens that they are made for: papers, dialogs, decisions, former cases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.media.coded import RATE, write_film
from tests.journeys.conftest import Parties, Service
from tests.journeys.test_papers import decide, draw
from tests.journeys.test_screens import LESS, Words, check
from tests.journeys.walk import answer, both, choose, fill_in, find_item, finish, take_ticket
from tests.support.papers import Scene, photograph

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

LONG = "欧阳" + "阿卜杜热合曼" * 9 + "王秀英阿"
SIGNS: Words = {"zh-CN": ("静音", "正在旁听"), "en": ("Mute", "is listening")}
_NO_CAMERA = """
const given = MediaDevices.prototype.getUserMedia
MediaDevices.prototype.getUserMedia = function (wanted) {
  if (wanted?.video) return Promise.reject(new DOMException("none", "NotFoundError"))
  return given.call(this, wanted)
}
"""


@pytest.fixture
def service(data: Path) -> Iterator[Service]:
    """A service whose offers and wrap-ups last as long as they are looked at."""
    running = Service(data, OFFER_SECONDS="300", WRAP_UP_SECONDS="300")
    running.start()
    yield running
    running.stop()


def paper(folder: Path, seed: int) -> Path:
    path = folder / f"{seed}.jpg"
    path.write_bytes(photograph(Scene(seed=seed, sheet="form", table="dark")).jpeg)
    return path


async def test_a_case_at_the_point(service: Service, parties: Parties, tmp_path: Path) -> None:
    point, window = await both(service, parties)
    page = point.page
    await find_item(page)
    await page.wait_for_selector("text=本人办理")
    await check(point, "item-form", sizes=LESS)
    await page.evaluate("location.hash = ''")
    await page.wait_for_selector("input[type=search]")
    await take_ticket(point)
    await answer(window)
    await point.sees(2, within=20)
    await choose(page, ".now input[type=file]", paper(tmp_path, 22))
    await page.wait_for_selector(".papers .shown .pages img")
    await check(point, "delivered", sizes=LESS)
    await page.click(".papers .shown >> nth=0 >> .pages > li button >> nth=0")
    await page.wait_for_selector("dialog.page .view img")
    await check(point, "page-dialog", sizes=LESS)
    await page.keyboard.press("Escape")
    await window.page.click(".review button:has-text('退回')")
    await draw(window, ".viewer .page", [(0.2, 0.2), (0.6, 0.4)])
    await window.page.check(".reject input >> nth=0")
    await window.page.click(".reject button:has-text('确认退回')")
    await page.wait_for_selector(".now .marked img")
    await check(point, "rejected", sizes=LESS)
    await window.page.click(".material >> nth=1 >> button[title='远程拍摄']")
    await page.wait_for_selector("dialog:has-text('没有找到高拍仪')")
    await check(point, "camera-dialog", sizes=LESS)
    await page.keyboard.press("Escape")
    await window.page.click("button:has-text('保持')")
    await page.get_by_role("status").filter(has_text="互不可见、互不可闻").wait_for()
    await check(point, "hold", sizes=LESS)
    await window.page.click("button:has-text('恢复通话')")
    await decide(window)
    await page.wait_for_selector(".decided")
    await check(point, "decided", sizes=LESS)


async def test_a_case_at_the_window(service: Service, parties: Parties, tmp_path: Path) -> None:
    point, window = await both(service, parties)
    page = window.page
    await take_ticket(point, recorded=True)
    await page.wait_for_selector("button:has-text('接听')")
    await check(window, "offer", sizes=LESS)
    await answer(window)
    await point.sees(2, within=20)
    await choose(point.page, ".now input[type=file]", paper(tmp_path, 23))
    await page.wait_for_selector(".viewer .page img")
    await check(window, "review", sizes=LESS)
    await page.click(".review button:has-text('退回')")
    await page.wait_for_selector(".reject")
    await check(window, "reject-form", sizes=LESS)
    for tab, name in (("文书", "documents"), ("决定", "decision"), ("记录", "record")):
        await page.click(f"[role=tab]:has-text('{tab}')")
        await check(window, f"tab-{name}", sizes=("counter", "zoomed"))
    await page.click("button:has-text('文字交流')")
    await check(window, "chat", sizes=("counter", "zoomed"))
    await page.keyboard.press("Escape")
    await page.click("button:has-text('结束来访')")
    await page.wait_for_selector("[role=alertdialog]")
    await check(window, "finish-dialog", sizes=LESS)
    await page.keyboard.press("Escape")
    await finish(window)
    await page.wait_for_selector("text=整理中")
    await check(window, "wrap-up", sizes=LESS)


async def test_former_cases_and_settings(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    page = window.page
    await page.get_by_role("button", name="设置").click()
    await page.wait_for_selector("dialog")
    await check(window, "settings", sizes=LESS)
    await page.keyboard.press("Escape")
    await take_ticket(point, recorded=True)
    await answer(window)
    await point.sees(2, within=20)
    await page.wait_for_selector("text=正在录音录像")
    await page.wait_for_timeout(4_000)
    await finish(window)
    await page.click("button:has-text('我的案卷')")
    await page.wait_for_selector("li:has-text('王秀英') button")
    await check(window, "own-cases", sizes=LESS)
    await page.click("li:has-text('王秀英') button")
    await page.click("button:has-text('回放录像')", timeout=30_000)
    await page.wait_for_selector(".player video", timeout=30_000)
    await check(window, "replay", sizes=LESS)


async def test_signs_trouble_and_long_names_stay_in_sight(service: Service, parties: Parties, tmp_path: Path) -> None:
    write_film(tmp_path / "room.mp4", 9, frames=20 * RATE, group=8 * RATE)
    service.command("camera", "add", "point-001", "室内", "Room", said=f"file://{tmp_path}/room.mp4\n")
    point, window, supervisor = await parties.open(1), await parties.open(2), await parties.open(3)
    await point.page.add_init_script(_NO_CAMERA)
    await point.sign_in(service.address, "point001")
    await window.sign_in(service.address, "clerk001")
    await window.page.click("li:has-text('1号云窗口') button")
    await find_item(point.page)
    await fill_in(point.page, LONG)
    await point.page.click("button:has-text('取号')")
    await answer(window)
    await point.sees(2, within=20)
    await window.page.click("button[aria-label='看室内']")
    await point.page.wait_for_selector("text=窗口工作人员可以看到整个房间")
    await supervisor.sign_in(service.address, "supervisor001")
    await supervisor.page.click("button:text-is('旁听')")
    await point.page.wait_for_selector("text=正在旁听")
    await point.page.wait_for_selector(".notices :text('没有摄像头')")
    await check(point, "all-signs", SIGNS)
    await check(window, "long-name", SIGNS, sizes=LESS)
    await check(supervisor, "long-name-supervisor", sizes=LESS)
