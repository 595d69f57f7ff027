"""An interpreter from outside comes into a call by a link: waits, is let in, and all read back each other's films."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from directory.demonstration.district import make_district
from tests.journeys.conftest import TONES, Parties, Party, Service
from tests.journeys.test_screens import LESS, check
from tests.journeys.walk import answer, at_sizes, both, finish, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

NAME = "赵雨"
NAMES = {one.account: one.name for one in make_district().staff}
SHOWN = f"{NAME} · 手语翻译"
SCREEN = 5
"""The sender that the code in the shared screen names: nobody's camera has it."""
SCREEN_TONE = 3300.0
PLAYED = f"""
const shown = navigator.mediaDevices.getDisplayMedia
navigator.mediaDevices.getDisplayMedia = async (wanted) => {{
  const [context, stream] = [new AudioContext(), await shown(wanted)]
  const tone = new OscillatorNode(context, {{ frequency: {SCREEN_TONE} }})
  const end = context.createMediaStreamDestination()
  tone.connect(end)
  tone.start()
  stream.addTrack(end.stream.getAudioTracks()[0])
  return stream
}}
"""
"""A headless browser has no tab with sound to choose: what the screen plays is a tone of the page's."""
DRAWN = (Path(__file__).parent / "fake_devices.js").read_text()


async def invite(window: Party) -> str:
    """The link that the clerk makes."""
    page = window.page
    await page.click("button:has-text('转接·会商')")
    await page.click("dialog [role=tab]:has-text('外部来宾')")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("姓名").fill(NAME)
    await dialog.get_by_label("手语翻译").check()
    await window.picture("guest-invite")
    await dialog.get_by_role("button", name="生成链接").click()
    link = await dialog.get_by_label("链接", exact=True).input_value()
    await window.picture("guest-invited")
    await page.keyboard.press("Escape")
    return link


async def let_in(window: Party, guest: Party) -> None:
    """From the link to the call."""
    await guest.page.goto(await invite(window))
    await guest.page.get_by_role("button", name="请求加入").click()
    await window.page.get_by_role("button", name="同意加入").click()


async def test_an_interpreter_from_outside_is_let_into_a_call(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    guest = await parties.open(3)
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=15)
    link = await invite(window)
    await expect(window.page.locator("#guests li")).to_contain_text("尚未到来")

    page = guest.page
    await page.goto(link)
    assert link.partition("#")[2] not in page.url
    await expect(page.get_by_role("heading", name="您受邀以手语翻译身份加入通话")).to_be_visible()
    await expect(page.get_by_text("摄像头 · 正常")).to_be_visible()
    await check(guest, "guest-lobby")
    ask = page.get_by_role("button", name="请求加入")
    await ask.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="窗口人员已知道您来了")).to_be_focused()
    await check(guest, "guest-waits", sizes=LESS)
    await expect(window.page.get_by_text(f"{SHOWN} 正在等候加入通话。")).to_be_visible()
    await window.picture("guest-knocks")
    await point.hears_nothing_of(TONES[3])

    # A second browser replaces nothing.
    stranger = await parties.open(1)
    await stranger.page.goto(link)
    await expect(stranger.page.get_by_role("alert")).to_contain_text("已在另一台设备或浏览器中使用")
    await check(stranger, "guest-second-browser", sizes=LESS)
    await stranger.browser.close()
    parties.all.remove(stranger)

    await window.page.get_by_role("button", name="同意加入").click()
    await guest.sees(2, within=15)
    await guest.sees(1, within=15, name="办事群众")
    for side in (point, window):
        await side.sees(3, within=15, name=SHOWN)
        await side.hears(TONES[3])
        await side.page.wait_for_selector(f"text=通话中还有：{SHOWN}")
    for tone in (TONES[1], TONES[2]):
        await guest.hears(tone)
    text = await page.inner_text("body")
    assert "王秀英" not in text, "nothing of the applicant"
    assert "高龄津贴" not in text, "nothing of the matter"
    await check(guest, "guest-call")
    await check(point, "guest-call-point")
    await check(window, "guest-call-window")
    # The tile of who signs is large, and does not move when somebody speaks.
    tile, stage = [
        await point.page.locator(one).bounding_box() for one in (f"figure:has(video[aria-label='{SHOWN}'])", ".tiles")
    ]
    assert tile is not None
    assert stage is not None
    assert tile["width"] * tile["height"] > 0.3 * stage["width"] * stage["height"]

    await page.get_by_role("button", name="静音").click()
    await expect(point.page.locator("figure", has_text=SHOWN).get_by_text("已静音")).to_be_attached()
    await page.get_by_role("button", name="取消静音").click()
    await window.page.click("button:has-text('保持')")
    await page.wait_for_selector("text=窗口人员已保持通话")
    await guest.hears_nothing_of(TONES[2], settles=3)
    await guest.picture("guest-held")
    await window.page.click("button:has-text('恢复通话')")
    await guest.sees(2, within=15)

    # The page is loaded anew and is in the call again; in another tab of the browser it replaces itself.
    await page.reload()
    await guest.sees(2, within=20)
    async with page.expect_popup() as opened:
        await page.evaluate("(link) => window.open(link)", link)
    other = await opened.value
    await expect(page.get_by_text("已在另一个页面打开").first).to_be_visible()
    await check(guest, "guest-replaced", sizes=LESS)
    await other.close()
    await page.get_by_role("button", name="在此页面继续").click()
    await guest.sees(2, within=20)

    await window.page.locator("#guests li").get_by_role("button", name="请其离开").click()
    await window.page.get_by_role("alertdialog").get_by_role("button", name="请其离开").click()
    await expect(page.get_by_text("通话已结束，或您已离开通话")).to_be_visible()
    await check(guest, "guest-over", sizes=LESS)
    await page.get_by_role("button", name="重试").click()
    await expect(page.get_by_role("alert")).to_contain_text("这个链接无效或已经结束")
    await point.page.wait_for_selector("text=通话中还有：", state="detached")
    await finish(window)


async def test_four_parties_and_a_shared_screen(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    expert, guest = await parties.open(3), await parties.open(4)
    await expert.sign_in(service.address, "expert001")
    await expert.page.wait_for_selector("text=等待会商邀请")
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=15)
    await window.page.click("button:has-text('转接·会商')")
    await window.page.fill("dialog input[type=search]", "高龄津贴")
    await window.page.check(f"dialog label:has-text('{NAMES['expert001']}') input")
    await window.page.click("dialog button:has-text('邀请')")
    await expert.page.click("button:has-text('加入')")
    await expert.sees(1, within=15)
    await let_in(window, guest)
    everybody = {1: point, 2: window, 3: expert, 4: guest}
    await window.page.get_by_role("button", name="多方").click()
    for number, party in everybody.items():
        others = everybody.keys() - {number}
        await party.sees_all(others, within=20)
        for other in others:
            await party.hears(TONES[other])
    for party in (point, window, expert):
        await party.page.wait_for_selector(f"text=通话中还有：{NAMES['expert001']} · 会商、{SHOWN}")
    # The browser's own screen has no code: what is shared is drawn in the page; its camera stays what it is.
    await window.page.evaluate(
        f"(() => {{ const camera = navigator.mediaDevices.getUserMedia; const SENDER = {SCREEN}\n{DRAWN}\n"
        f"navigator.mediaDevices.getUserMedia = camera\n{PLAYED} }})()"
    )
    await window.page.get_by_role("button", name="共享屏幕").click()
    for party in (point, guest):
        await party.page.wait_for_selector(".tiles.shared")
    await expert.page.wait_for_selector(f"video[aria-label='{NAMES['clerk001']}的屏幕']")
    await expert.sees(SCREEN, within=20, name=f"{NAMES['clerk001']}的屏幕")
    for party in (point, guest):
        await party.sees_all({SCREEN}, within=20)
    # Its sound goes out with the clerk's voice, and also without it.
    await window.page.get_by_role("button", name="静音", exact=True).click()
    for party in (point, expert, guest):
        await party.hears(SCREEN_TONE)
        await party.hears_nothing_of(TONES[2])
    await window.page.get_by_role("button", name="取消静音").click()
    await at_sizes(point, "four-point", "1366", "1920", "1080", "390")
    await at_sizes(guest, "four-guest", "1366", "1920", "1080", "390")
    await at_sizes(window, "four-window", "1366", "1920", "1080")
    await at_sizes(expert, "four-expert", "1366")
    await finish(window)
    await expect(guest.page.get_by_text("通话已结束，或您已离开通话")).to_be_visible()
