"""Every face on every screen that the pages are made for, in both languages, in normal and in large text.

Nothing scrolls sideways, the words that must stay are whole and on top, large text has its sizes, axe finds nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from playwright.async_api import Page

from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.walk import answer, axe_finds, finish, take_ticket

SCREENS = {
    "phone": (390, 844),
    "zoomed": (683, 384),
    "counter": (1366, 768),
    "wide": (1920, 1080),
    "kiosk": (1080, 1920),
}
_SEEN = """(words) => {
  const found = [...document.querySelectorAll("button, h1, [role=status]")].filter(
    (one) => (one.innerText || one.ariaLabel || "").includes(words) || one.textContent.includes(words))
  return found.some((one) => {
    const box = one.getBoundingClientRect()
    const whole = box.width > 0 && box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
    return whole && one.contains(top)
  })
}"""
_HIDDEN = """() => {
  scrollTo(0, 0)
  const cut = (box) =>
    box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1
  // A dialog lies over the page, and what is long scrolls in it.
  const dialogs = [...document.querySelectorAll("dialog:modal")]
  if (dialogs.length) return dialogs.filter((one) => cut(one.getBoundingClientRect())).map((one) => one.innerText)
  const bars = "header.top, .notices, .call > footer, .stage > .frame"
  const pressed = [...document.querySelectorAll(`:is(${bars}) :is(button, a, .sign, [role=status])`)]
  return pressed.filter((one) => {
    // What scrolls is reached so, and then lies under nothing.
    one.scrollIntoView({ block: "nearest" })
    const box = one.getBoundingClientRect()
    if (box.width < 2 || !one.checkVisibility({ visibilityProperty: true })) return false
    if (box.left < -1 || box.right > innerWidth + 1) return true
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
    if (y > innerHeight) return Boolean(one.closest("footer"))
    const top = document.elementFromPoint(x, y)
    // Short news go by themselves, and can be closed.
    return !one.contains(top) && !top?.closest(".toasts, .tour")
  }).map((one) => one.innerText || one.ariaLabel || one.className)
}"""
"""What of the bars and notices is cut off, or lies under something."""
_SMALL = """() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
  const unseen = (one) => one.closest(".unseen, .words, option, svg, canvas")
  const small = []
  const pressed = "button, summary, select, a[href], input:not([type=file])"
  for (const one of document.querySelectorAll(pressed)) {
    // What is chosen is pressed by its words too; a link within a sentence is as high as the sentence (WCAG 2.5.8).
    const box = (one.matches("[type=checkbox], [type=radio]") && one.closest("label") || one).getBoundingClientRect()
    if (!shown(one) || unseen(one) || box.width <= 1 || one.matches("p a")) continue
    if (box.height < 59.5 || box.width < 59.5)
      small.push(`${box.width} × ${box.height} px: ${one.className} ${one.innerText || one.ariaLabel || one.name}`)
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement
    if (!texts.currentNode.data.trim() || !shown(one) || unseen(one)) continue
    const size = parseFloat(getComputedStyle(one).fontSize)
    if (size < 18) small.push(`${size} px: ${texts.currentNode.data.trim()}`)
  }
  return small
}"""
_WIDER = """() => [...document.querySelectorAll("[role=tabpanel], main, .card, button")].filter(
  (one) => one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1 &&
  getComputedStyle(one).textOverflow !== "ellipsis").map((one) => one.className || one.id || one.innerText)"""
"""What is wider than its place, so that a part of it is out of sight; what is cut off with dots is meant so."""
_SHARE = """() => {
  const seen = (one) => {
    const box = one.getBoundingClientRect()
    const side = (from, to, most) => Math.max(0, Math.min(to, most) - Math.max(from, 0))
    return side(box.left, box.right, innerWidth) * side(box.top, box.bottom, innerHeight)
  }
  const bars = [...document.querySelectorAll("header.top, .call > footer, .stage > .frame")].map(seen)
  const others = [...document.querySelectorAll("video:not(.mirrored)")].map(seen)
  return Math.max(0, ...others) / (innerWidth * innerHeight - bars.reduce((sum, one) => sum + one, 0))
}"""
"""How much of the screen, without the bars at its edges, the other's video takes."""
_APART = """() => {
  const [paper, pad] = [".sign .sheets", ".sign canvas"].map((one) => document.querySelector(one))
  return paper && pad ? (pad.getBoundingClientRect().bottom - paper.getBoundingClientRect().top) / innerHeight : 0
}"""
"""How many screens the document to sign and the pad take together; 0 where nothing is signed."""
_NEWS = "(document.querySelector('.toasts')?.getBoundingClientRect().height ?? 0) / innerHeight"
"""How much of the screen's height short news take."""
LESS = ("counter", "phone", "zoomed")
"""Each kind of layout: beside each other, upright, and scrolled."""
LANGUAGES = ("zh-CN", "en")
Words = dict[str, tuple[str, ...]]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


async def faults_of(page: Page, where: str, words: tuple[str, ...], share: float, large: bool) -> list[str]:
    """What is wrong with the screen as it stands, in words."""
    found = [f"{what} is cut off or covered" for what in await page.evaluate(_HIDDEN)]
    found += [f"{what} is wider than its place" for what in await page.evaluate(_WIDER)]
    found += [f"{word} is not in sight" for word in words if not await page.evaluate(_SEEN, word)]
    if not await page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        found.append("it scrolls sideways")
    if await page.evaluate(_NEWS) > 0.4:
        found.append("news cover the page")
    if await page.evaluate(_APART) > 2:
        found.append("document and pad are more than one scroll apart")
    if (seen := await page.evaluate(_SHARE)) < share:
        found.append(f"the other has {seen:.2f} of it")
    if large:
        found += await page.evaluate(_SMALL)
    return [f"{where}: {one}" for one in found]


async def check(
    party: Party, name: str, words: Words | None = None, share: float = 0.0, sizes: Sequence[str] = tuple(SCREENS)
) -> None:
    """The screen that is open, at these sizes, in both languages and sizes of text; the words stay in sight.

    The other's video takes at least `share` of it.
    """
    page = party.page
    found: list[str] = []
    for language in LANGUAGES:
        for large in (False, True):
            for screen in sizes:
                width, height = SCREENS[screen]
                await page.set_viewport_size({"width": width, "height": height})
                where = f"{name}-{screen}-{language}{'-large' if large else ''}"
                await party.picture(f"screen-{where}")
                found += await faults_of(page, where, (words or {}).get(language, ()), share, large)
                # What lies where is one in both languages; reading it all is slow.
                if language == LANGUAGES[0] or screen == sizes[0]:
                    found += await axe_finds(party, where)
            await page.set_viewport_size({"width": 1366, "height": 768})
            await page.evaluate("document.querySelector('.large-text').click()")
        # A dialog lies before the buttons of the header.
        await page.evaluate("document.querySelector('header button[lang]').click()")
        await page.wait_for_function("(tag) => document.documentElement.lang !== tag", arg=language)
    assert found == [], "\n".join(found)


IN_CALL: Words = {"zh-CN": ("静音", "正在录音录像"), "en": ("Mute", "Recording")}


async def test_every_screen_of_a_visit_fits(service: Service, parties: Parties) -> None:
    point, window = await parties.open(1), await parties.open(2)
    await point.page.goto(service.address)
    await point.page.wait_for_selector("button[type=submit]")
    await check(point, "sign-in")
    await point.sign_in(service.address, "point001")
    await point.page.wait_for_selector("input[type=search]")
    await check(point, "point-choose")
    await window.sign_in(service.address, "clerk001")
    await window.page.wait_for_selector("li:has-text('1号云窗口') button")
    await check(window, "window-choose")

    await take_ticket(point, recorded=True)
    await check(point, "point-waiting")
    await window.page.click("li:has-text('1号云窗口') button")
    await window.page.wait_for_selector("button:has-text('接听')")
    await answer(window)
    await point.sees(2, within=20)
    for party in (point, window):
        await party.page.wait_for_selector("text=正在录音录像")
    await check(point, "point", IN_CALL, share=0.4)
    await check(window, "window", IN_CALL, share=0.4)

    supervisor = await parties.open(1)
    await supervisor.sign_in(service.address, "supervisor001")
    await supervisor.page.wait_for_selector("h1:has-text('请选择要旁听的通话')")
    await check(supervisor, "supervisor-idle")
    await supervisor.page.click("button:text-is('旁听')")
    await supervisor.sees(1, within=20)
    await check(supervisor, "supervisor")

    await finish(window)
    await point.page.wait_for_selector("text=本次办理已结束")
    await check(point, "point-finished")
    await window.page.wait_for_selector("text=等待来号")
    await check(window, "window-idle")
