"""Papers, signature, decision, rating and evidence through two real browsers."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import cv2
import numpy as np
import pytest

from signalling.cli.main import main
from tests.journeys.conftest import Parties, Party, Service
from tests.journeys.test_screens import IN_CALL, SCREENS, check
from tests.journeys.walk import answer, axe_finds_nothing, choose, finish, open_window, take_ticket
from tests.support.papers import Bytes, Floats, Photograph, Scene, photograph

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

UNDER_THE_CAMERA = Scene(seed=21, size=(1920, 1080), fill=0.8, table="dark", turn=2, tilt=0.03, offset=(-0.02, 0.0))
FROM_A_FILE = Scene(seed=22, sheet="form", table="dark")
HINTED = {"zh-CN": "请放到框里", "en": "It shines"}
SIZE = (310, 438)
"""The size at which two pictures of a paper are compared: small enough to forgive a pixel of warping."""


def write_document_camera(path: Path, paper: Photograph) -> None:
    """A camera under which a paper lies: one second of the same frame, in the format that the browser plays."""
    height, width = paper.pixels.shape[:2]
    frame = cv2.cvtColor(paper.pixels, cv2.COLOR_RGB2YUV_I420).tobytes()
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F5:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(5):
            file.write(b"FRAME\n" + frame)


def alike(one: Bytes, other: Bytes) -> float:
    """The correlation of two pictures of a page, 1 for the same."""
    pair = [
        cv2.resize(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), SIZE, interpolation=cv2.INTER_AREA)
        for picture in (one, other)
    ]
    return float(np.corrcoef(pair[0].ravel(), pair[1].ravel())[0, 1])


async def looked_at(window: Party, replaced: str = "") -> tuple[Bytes, str]:
    """The pixels of the page that lies open on the clerk's stage, once it is another than `replaced`."""
    handle = await window.page.wait_for_function(
        """(former) => {
          const picture = document.querySelector(".viewer .page img")
          return picture?.complete && picture.naturalWidth && picture.src !== former ? picture : null
        }""",
        arg=replaced,
    )
    encoded = await handle.evaluate(
        """(picture) => {
          const canvas = new OffscreenCanvas(picture.naturalWidth, picture.naturalHeight)
          canvas.getContext("2d").drawImage(picture, 0, 0)
          return canvas.convertToBlob({ type: "image/png" }).then(
            (blob) => new Promise((resolve) => {
              const reader = new FileReader()
              reader.onload = () => resolve(reader.result.split(",")[1])
              reader.readAsDataURL(blob)
            }),
          )
        }"""
    )
    pixels = cv2.imdecode(np.frombuffer(base64.b64decode(encoded), np.uint8), cv2.IMREAD_COLOR_RGB)
    return pixels, str(await handle.evaluate("(picture) => picture.src"))


async def draw(party: Party, selector: str, places: list[tuple[float, float]]) -> None:
    """Draws a line with the mouse, in shares of the element."""
    box = await party.page.locator(selector).bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    await party.wake()
    mouse = party.page.mouse
    await mouse.move(*points[0])
    await mouse.down()
    for point in points[1:]:
        await mouse.move(*point, steps=4)
    await mouse.up()


async def outlined(point: Party) -> Floats:
    """Where the outline lies in the camera's picture, as shares of it: its left, top, right and bottom."""
    seen = await point.page.evaluate(
        """() => {
          const box = (one) => ((it) => [it.x, it.y, it.width, it.height])(one.getBoundingClientRect())
          const [video, layer] = ["dialog video", "dialog .ghost svg"].map((one) => document.querySelector(one))
          const place = ["x", "y", "width", "height"].map((one) => +layer.querySelector(".place").getAttribute(one))
          return { video: box(video), size: [video.videoWidth, video.videoHeight], layer: box(layer), place }
        }"""
    )
    tile, size = np.array(seen["video"], np.float32), np.array(seen["size"], np.float32)
    # Worked out here by itself: the picture lies whole in the middle of its tile.
    shown = size * (tile[2:] / size).min()
    corner = tile[:2] + (tile[2:] - shown) / 2
    left, top, width, height = seen["place"]
    at = np.array([[left, top], [left + width, top + height]], np.float32) + np.array(seen["layer"][:2], np.float32)
    return ((at - corner) / shown).ravel().astype(np.float32)


def in_common(outline: Floats, paper: Photograph) -> float:
    """How much of the outline and the paper is in both, of what is in either; 0 where the paper reaches beyond it."""
    width, height = paper.scene.size
    left, top, right, bottom = outline * np.array([width, height, width, height], np.float32)
    (low_x, low_y), (high_x, high_y) = paper.corners.min(0), paper.corners.max(0)
    if low_x < left or low_y < top or high_x > right or high_y > bottom:
        return 0.0
    return float(cv2.contourArea(paper.corners) / ((right - left) * (bottom - top)))


async def guided(window: Party, point: Party, paper: Photograph) -> None:
    """The clerk says how a paper should lie; the point shows it, and its outline turns until it encloses the paper."""
    await window.page.click(".material:has-text('近期免冠照片') button[title='远程拍摄']")
    await point.page.click("dialog button:has-text('用人像摄像头拍摄')")
    await point.page.wait_for_selector("dialog .ghost svg title:text-is('A4 纸放这里')", state="attached")
    lying = in_common(await outlined(point), paper)
    await window.page.wait_for_selector("fieldset:has-text('提示对方怎样摆放')")
    await window.picture("window-guides")
    await window.page.focus("fieldset button:text-is('竖放')")
    await window.page.keyboard.press("Enter")
    await point.page.wait_for_selector("dialog [role=status]:has-text('请竖着放')")
    await window.page.wait_for_selector("fieldset [role=status]:has-text('已提示：请竖着放')")
    standing = in_common(await outlined(point), paper)
    print("of the outline and the paper in common, lying and standing:", lying, standing)
    assert lying < 0.6
    assert standing > 0.75
    for party in (window, point):
        await axe_finds_nothing(party, "guided")
    for hint, (language, words) in zip(("放框里", "反光"), HINTED.items(), strict=True):
        await window.page.click(f"fieldset button:text-is('{hint}')")
        await point.page.wait_for_selector(f"dialog [role=status]:has-text('{words}')")
        async for screen in point.on_each(SCREENS):
            await point.picture(f"point-guided-{screen}-{language}")
            assert in_common(await outlined(point), paper) > 0.75, screen
            assert await point.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), screen
        # The dialog lies before the button that turns the page to the other language.
        await point.page.evaluate("document.querySelector('.top .acts button[lang]').click()")
    await point.page.click("dialog button:has-text('取消')")


async def sign(point: Party) -> None:
    """Reads to the end, is told that a line is no name, and writes something like one: strokes that go up and down."""
    page = point.page
    await page.wait_for_selector(".sign .hint:has-text('请先看完文件')")
    await draw(point, ".sign canvas", [(0.2, 0.3), (0.6, 0.7)])
    assert await page.is_disabled(".sign button:has-text('重写')"), "the pad takes no stroke before"
    await point.picture("point-sign-unread")
    await page.click(".sign button:has-text('看到文件末尾')")
    await page.wait_for_selector(".sign .hint:has-text('请在框内签名')")
    await draw(point, ".sign canvas", [(0.2, 0.5), (0.8, 0.5)])
    await page.wait_for_selector(".sign .hint:has-text('只有一条直线')")
    assert await page.is_disabled(".sign button:has-text('确认签名')")
    await page.click(".sign button:has-text('重写')")
    for left in (0.15, 0.4, 0.65):
        waves = [(left + 0.02 * step, 0.3 if step % 2 else 0.7) for step in range(9)]
        await draw(point, ".sign canvas", waves)
    await point.picture("point-sign")
    await point.page.click(".sign button:has-text('确认签名')")


async def mark_by_keyboard(window: Party) -> None:
    """Draws a mark with arrows alone: it moves, grows, and is set with Enter."""
    await window.page.focus(".viewer .sheet.marking")
    for key in ("ArrowDown", "ArrowDown", "Shift+ArrowRight", "Enter"):
        await window.page.keyboard.press(key)
    box = await window.page.locator(".viewer .mark").evaluate("(one) => [one.style.top, one.style.width]")
    assert [float(share.rstrip("%")) for share in box] == pytest.approx([43, 31])
    await window.page.wait_for_selector("text=已在第 1 页圈注")


async def decide(window: Party) -> None:
    page = window.page
    await page.click("[role=tab]:has-text('决定')")
    await page.check("input[name=outcome] >> nth=0")
    await page.click("button:has-text('作出决定')")
    await page.click("[role=alertdialog] button:has-text('予以办理')")
    await page.wait_for_selector("#case-panel button:has-text('通知书')")


async def save_evidence(window: Party, path: Path) -> None:
    """Opens the finished case from the clerk's own list and saves its evidence package."""
    page = window.page
    await page.click("button:has-text('我的案卷')")
    await page.click("li:has-text('王秀英') button")
    await page.wait_for_selector("dd:has-text('非常满意')")
    await page.wait_for_selector("button:has-text('录像')")
    await window.picture("window-own-cases")
    async with page.expect_download() as download:
        await page.click("button:has-text('证据包')")
    await (await download.value).save_as(path)


async def test_from_the_paper_to_the_evidence(service: Service, parties: Parties, tmp_path: Path) -> None:
    under, filed = photograph(UNDER_THE_CAMERA), photograph(FROM_A_FILE)
    write_document_camera(tmp_path / "paper.y4m", under)
    (tmp_path / "form.jpg").write_bytes(filed.jpeg)
    point, window = await parties.open(1, tmp_path / "paper.y4m"), await parties.open(2)
    await point.sign_in(service.address, "point001")
    await open_window(window, service)
    await take_ticket(point, recorded=True)
    await answer(window)
    await point.sees(2, within=60)

    await guided(window, point, under)
    # The clerk has the document camera opened; the worker presses; the clerk sees the paper that lies there.
    await window.page.click(".material >> nth=0 >> button[title='远程拍摄']")
    # The browser has one camera, and it shows the resident: it is not called a document camera, but may be used.
    await point.page.wait_for_selector("dialog:has-text('没有找到高拍仪')")
    await point.picture("point-no-document-camera")
    await point.page.click("dialog button:has-text('用人像摄像头拍摄')")
    await point.page.wait_for_selector("dialog .ghost svg title:text-is('证件放这里')", state="attached")
    await point.page.wait_for_function("() => document.querySelector('dialog video')?.videoWidth > 0")
    await point.page.click("dialog button:text-is('拍照')")
    await point.page.wait_for_selector("dialog img")
    await point.picture("point-still")
    await point.page.click("dialog button:has-text('重拍')")
    await point.page.click("dialog button:text-is('拍照')")
    await point.page.click("dialog button:has-text('使用这张')")
    await point.page.wait_for_selector("dialog", state="detached")
    seen, address = await looked_at(window)
    likeness = alike(seen, under.sheet), alike(seen, filed.sheet)
    print("likeness of the page seen to the paper shown, and to another:", likeness)
    assert likeness[0] > 0.8
    assert likeness[1] < 0.5

    # Rejected with a mark, taken again from a file, accepted.
    await window.page.click(".review button:has-text('退回')")
    await mark_by_keyboard(window)
    await draw(window, ".viewer .page", [(0.2, 0.2), (0.6, 0.4)])
    await window.page.check(".reject input >> nth=0")
    await window.page.fill(".reject textarea", "请放平")
    await window.page.click(".reject button:has-text('确认退回')")
    await point.page.wait_for_selector("text=已退回：看不清，请重新拍摄。 请放平")
    await point.page.wait_for_selector(".now .marked img")
    mark = await point.page.locator(".now .mark").evaluate("(one) => [one.style.left, one.style.width]")
    assert [float(share.rstrip("%")) for share in mark] == pytest.approx([20, 40], abs=1)
    await window.picture("window-rejected")
    await point.picture("point-rejected")
    await choose(point.page, ".now input[type=file]", tmp_path / "form.jpg")
    seen, _ = await looked_at(window, address)
    assert alike(seen, filed.sheet) > 0.8
    assert alike(seen, under.sheet) < 0.5
    await window.page.click(".review button:text-is('通过')")
    await point.page.wait_for_selector(".papers details li.accepted", state="attached")

    # The receipt for what was delivered can be printed at the point.
    await window.page.click("[role=tab]:has-text('文书')")
    await window.page.click("button:has-text('开具收件回执')")
    async with point.page.context.expect_page() as printed:
        await point.page.click("button:has-text('打印收件回执')")
    await (await printed.value).close()

    # A form is made, shown to the resident, signed and sealed.
    await window.page.click("button:has-text('生成申请表')")
    await window.page.click("button:has-text('推送签字')")
    await point.page.wait_for_selector(".sign .sheets img")
    await check(point, "sign", IN_CALL)
    await sign(point)
    await window.page.wait_for_selector("text=王秀英 签字")
    await window.picture("window-sealed")
    await point.page.wait_for_selector(".sign .sheets", state="detached")

    await decide(window)
    # The decision is told while the call goes on, and in the resident's language.
    await point.page.wait_for_selector(".decided:has-text('办理结果：予以办理')")
    await point.picture("point-decided")
    await point.page.click(".top .acts button[lang]")
    await point.page.wait_for_selector(".decided:has-text('It is approved.')")
    await point.page.wait_for_selector(".decided:has-text('经审核，予以办理。')")
    for screen in ("phone", "kiosk", "counter"):
        width, height = SCREENS[screen]
        await point.page.set_viewport_size({"width": width, "height": height})
        await point.picture(f"point-decided-{screen}-en")
    await point.page.click(".top .acts button[lang]")
    await finish(window)
    await point.page.wait_for_selector("text=办理结果：予以办理")
    await point.picture("point-finished")
    await point.page.click("button:has-text('非常满意') >> nth=0")
    await point.page.wait_for_selector("text=感谢您的评价")
    await save_evidence(window, tmp_path / "evidence.zip")
    certificate = ["--certificate", str(tmp_path / "data" / "signing" / "authority.pem")]
    assert await asyncio.to_thread(main, ["verify", str(tmp_path / "evidence.zip"), *certificate]) == 0
