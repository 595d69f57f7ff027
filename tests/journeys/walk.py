"""What a community worker and a clerk do at their pages, said once for every journey."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from playwright.async_api import Page

from tests.journeys.conftest import TONES, Parties, Party, Service


async def find_item(page: Page) -> None:
    await page.fill("input[type=search]", "gljt")
    # The same item is among those that stand there before, and gone while it is pressed.
    await page.locator("text=找到 3 项").first.wait_for()
    await page.click("text=高龄津贴申领")


async def fill_in(page: Page, name: str = "王秀英", *, recorded: bool = False) -> None:
    """What the item that was found asks for."""
    await page.click("text=本人办理")
    await page.click("text=是，本区户籍")
    await page.fill("input[name=applicant]", name)
    await page.check(f"input[name=consent] >> nth={0 if recorded else 1}")


async def ask_for_times(page: Page, name: str = "王秀英") -> None:
    """To the times at which somebody can come."""
    await find_item(page)
    await fill_in(page, name)
    await page.click("button:has-text('预约时间')")


async def take_ticket(point: Party, *, recorded: bool = False) -> None:
    page = point.page
    await find_item(page)
    await fill_in(page, recorded=recorded)
    await page.click("label:has-text('年满 70 周岁')")
    await page.click("button:has-text('取号')")
    # No handle of it: that would keep the page's nodes, which a benchmark counts.
    await page.locator("text=您的号码").first.wait_for()


async def choose(page: Page, field: str, file: Path) -> None:
    """Chooses a file for a paper, looks at it, and sends it."""
    await page.set_input_files(field, file)
    await send_chosen(page)


async def send_chosen(page: Page) -> None:
    """Sends what was chosen and is looked at now."""
    await page.click("dialog.chosen button.primary")


async def answer(window: Party) -> None:
    await window.page.wait_for_selector("button:has-text('接听')", timeout=15_000)
    await window.page.click("button:has-text('接听')")


async def meet(applicant: Party, window: Party) -> None:
    """Each of the two, senders 1 and 2, sees the other move and hears their tone."""
    await applicant.sees(2, within=20)
    await window.sees(1, within=20)
    await applicant.hears(TONES[2])
    await window.hears(TONES[1])


async def call_beside_expert(service: Service, parties: Parties) -> tuple[Party, Party, Party]:
    """The point and the clerk in a call, and an expert at a page that waits to be asked."""
    point, window = await both(service, parties)
    expert = await parties.open(3)
    await expert.sign_in(service.address, "expert001")
    await expert.page.wait_for_selector("text=等待会商邀请")
    await take_ticket(point)
    await answer(window)
    return point, window, expert


async def turn_to_others(window: Party) -> None:
    """Opens what a clerk asks colleagues with."""
    await window.page.click("button:has-text('转接·会商')")
    await window.page.wait_for_selector("dialog[open]")


async def ask_colleague(window: Party, name: str, wanted: str = "高龄津贴") -> None:
    """Asks a colleague into the call, found by an item or something else."""
    await turn_to_others(window)
    await window.page.fill("dialog input[type=search]", wanted)
    await window.page.check(f"dialog label:has-text('{name}') input")
    await window.page.click("dialog button:has-text('邀请')")


async def join(colleague: Party) -> float:
    """Accepts what rings; the seconds from the press to the first picture on the large tile."""
    await colleague.page.click("button:has-text('加入')")
    # The marks of a call before are older than this press.
    await colleague.page.wait_for_function("() => cw.firstFrame() > 0")
    return float(await colleague.page.evaluate("cw.firstFrame()")) / 1000


async def leave_call(colleague: Party) -> None:
    """Leaves the call that somebody was asked into."""
    await colleague.page.click("button:has-text('离开会商')")
    await colleague.page.wait_for_selector("text=等待会商邀请")


async def finish(window: Party, outcome: str = "settled", agreed: str = "") -> None:
    await window.page.click("button:has-text('结束来访')")
    await window.page.check(f"[role=alertdialog] input[value={outcome}]")
    if agreed:
        await window.page.fill("[role=alertdialog] textarea[name=agreed]", agreed)
    await window.page.click("[role=alertdialog] button:has-text('结束来访')")


AXE_RUN = "axe.run({ rules: { 'target-size': { enabled: true } } }).then((result) => result.violations)"
"""The size of targets is WCAG 2.2 AA, and is not looked at unless it is asked for."""
AXE = Path(__file__).parents[2] / "web_client/node_modules/axe-core/axe.min.js"


async def axe_finds_nothing(party: Party, name: str) -> None:
    """`name` says in a failure what was looked at."""
    found = await axe_finds(party, name)
    assert found == [], "\n".join(found)


async def axe_finds(party: Party, name: str) -> list[str]:
    """What is wrong by the rules of axe, in words."""
    if not await party.page.evaluate("'axe' in window"):
        await party.page.evaluate(AXE.read_text() + ";0")
    # There the bar that sticks to the bottom stands in its own place, and covers nothing.
    await party.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    found = await party.page.evaluate(AXE_RUN)
    return [f"{name}: {one['id']}: {[node['html'][:160] for node in one['nodes'][:4]]}" for one in found]


SCREENS = {"phone": (390, 844), "counter": (1366, 768), "kiosk": (1080, 1920)}
"""The screens that most pages are looked at on."""
SIZES = {"1366": (1366, 768), "1920": (1920, 1080), "1080": (1080, 1920), "390": (390, 844)}


async def pictures(party: Party, name: str) -> None:
    """Keeps what the person sees on each of `SCREENS`, in English and in Chinese."""
    for language, switch in (("en", "English"), ("zh-CN", "中文")):
        await party.page.click(f"header button:has-text('{switch}')")
        async for screen in party.on_each(SCREENS):
            await party.picture(f"{name}-{screen}-{language}")


DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"
"""Resolves when the page has drawn what it now is."""


async def at_sizes(party: Party, name: str, *sizes: str) -> None:
    """Keeps what the person sees at these sizes, in both languages; nothing scrolls sideways, no control is cut off."""
    for language in ("English", "中文"):
        await party.page.click(f"header button:has-text('{language}')")
        for size in sizes:
            width, height = SIZES[size]
            await party.page.set_viewport_size({"width": width, "height": height})
            await party.page.evaluate(DRAWN)
            await party.picture(f"{name}-{size}-{'en' if language == 'English' else 'zh'}")
            assert await party.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, size)
    await party.page.set_viewport_size({"width": 1366, "height": 768})


async def scanned(page: Page) -> str:
    """What the camera of a phone reads from the QR code that is shown."""
    seen = np.frombuffer(await page.locator(".link-code svg").screenshot(), np.uint8)
    return cv2.QRCodeDetector().detectAndDecode(cv2.imdecode(seen, cv2.IMREAD_COLOR))[0]


async def open_window(window: Party, service: Service) -> None:
    await window.sign_in(service.address, "clerk001")
    await window.page.click("li:has-text('1号云窗口') button")
    await window.page.wait_for_selector("text=等待来号")


async def both(service: Service, parties: Parties) -> tuple[Party, Party]:
    point, window = await parties.open(1), await parties.open(2)
    await point.sign_in(service.address, "point001")
    await open_window(window, service)
    return point, window
