"""What a small or zoomed screen must not hide: the end of what is to be signed, and the notice about blocked sound."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import TONES, Parties, Party, Service
from tests.journeys.test_screens import SCREENS
from tests.journeys.walk import answer, open_window, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

# As a browser does before the person has touched the page.
_REFUSES_SOUND = """
const play = HTMLMediaElement.prototype.play
let refused = false
HTMLMediaElement.prototype.play = function () {
  if (this.localName !== "audio" || refused) return play.call(this)
  this.autoplay = !(refused = true)
  return Promise.reject(new DOMException("not yet", "NotAllowedError"))
}
"""
_COVERED = """() => [...document.querySelectorAll("header.top button, .notices button")].filter((one) => {
  const box = one.getBoundingClientRect()
  return !one.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2))
}).map((one) => one.innerText)"""


async def ask_to_sign(window: Party, point: Party) -> None:
    """A form is made and sent to be signed."""
    await window.page.click("[role=tab]:has-text('文书')")
    await window.page.click("button:has-text('生成申请表')")
    await window.page.click("button:has-text('推送签字')")
    await point.page.wait_for_selector(".sign .sheets img")


async def test_blocked_sound_hides_nothing_and_one_press_ends_the_document(service: Service, parties: Parties) -> None:
    point, window = await parties.open(1), await parties.open(2)
    await point.page.add_init_script(_REFUSES_SOUND)
    await point.sign_in(service.address, "point001")
    await open_window(window, service)
    await take_ticket(point)
    await point.page.set_viewport_size({"width": 390, "height": 844})
    await answer(window)
    await point.page.wait_for_selector(".notices :text('浏览器暂停了声音')")
    await point.page.click(".toasts [aria-label='关闭']")
    await point.picture("sound-blocked-phone")
    assert await point.page.evaluate(_COVERED) == []
    await point.page.click(".notices button:has-text('打开声音')")
    await point.page.wait_for_selector(".notices :text('浏览器暂停了声音')", state="detached")
    await point.hears(TONES[2])

    await ask_to_sign(window, point)
    for screen in ("phone", "zoomed", "kiosk"):
        width, height = SCREENS[screen]
        await point.page.set_viewport_size({"width": width, "height": height})
        await point.page.reload()
        await point.page.wait_for_selector(".sign .hint:has-text('请先看完文件')")
        await point.page.wait_for_selector(".sign .sheets img")
        await point.page.click(".sign button:has-text('看到文件末尾')")
        await point.page.wait_for_selector(".sign .hint:has-text('请在框内签名')", timeout=5_000)
        await point.picture(f"sign-read-{screen}")
