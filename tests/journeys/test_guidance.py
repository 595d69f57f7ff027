"""A point with a document camera: the page sees by itself what is plainly wrong, and says so until it is not."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Parties, Service
from tests.journeys.walk import SCREENS, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DRAWN = """
const media = navigator.mediaDevices
if (media) {
  // Chromium has one camera, which shows the resident: the other one is drawn here, a light sheet on a dark mat.
  const [list, take] = [media.enumerateDevices.bind(media), media.getUserMedia.bind(media)]
  const canvas = document.createElement("canvas")
  Object.assign(canvas, { width: 1600, height: 1200 })
  const context = canvas.getContext("2d")
  window.sheet = { x: 560, y: 400, width: 480, height: 400, light: 215 }
  setInterval(() => {
    context.fillStyle = "rgb(30 30 32)"
    context.fillRect(0, 0, canvas.width, canvas.height)
    const { x, y, width, height, light } = window.sheet
    context.fillStyle = `rgb(${light} ${light} ${light})`
    context.fillRect(x, y, width, height)
  }, 100)
  const camera = { deviceId: "document", groupId: "", kind: "videoinput", label: "高拍仪" }
  media.enumerateDevices = async () => [...(await list()), camera]
  media.getUserMedia = async (wanted) =>
    wanted.video?.deviceId?.exact === camera.deviceId ? canvas.captureStream(10) : take(wanted)
}
"""


async def test_the_page_says_what_is_plain_to_see(service: Service, parties: Parties) -> None:
    point = await parties.open(1)
    await point.page.add_init_script(DRAWN)
    await point.sign_in(service.address, "point001")
    await take_ticket(point)
    page = point.page
    await page.click("li:has-text('近期免冠照片') button:has-text('出示这份')")
    await page.click(".now:has-text('近期免冠照片') button:has-text('拍照')")
    await page.wait_for_selector("dialog .ghost svg title:text-is('A4 纸放这里')", state="attached")
    # A small sheet, then one that reaches out of the picture, then one that nobody can see, then a good one.
    await page.wait_for_selector("dialog [role=status]:has-text('请离镜头近一点')")
    await point.picture("point-sees-small")
    await page.evaluate("Object.assign(sheet, { x: 0, y: 300, width: 900, height: 700 })")
    await page.wait_for_selector("dialog [role=status]:has-text('请放到框里')")
    await page.evaluate("Object.assign(sheet, { x: 200, y: 180, width: 1200, height: 840, light: 62 })")
    await page.wait_for_selector("dialog [role=status]:has-text('太暗了')")
    await page.evaluate("sheet.light = 215")
    await page.wait_for_selector("dialog [role=status]:has-text('把纸张放平')")
    await point.picture("point-sees-good")
    # The dialog lies before the button for large text.
    await page.evaluate("document.querySelector('.large-text').click()")
    await page.evaluate("Object.assign(sheet, { x: 0, y: 300, width: 900, height: 700 })")
    await page.wait_for_selector("dialog [role=status]:has-text('请放到框里')")
    async for screen in point.on_each(SCREENS):
        await point.picture(f"point-sees-large-{screen}")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen
