"""Takes the pictures of README and of the guides anew: `python -m tests.journeys.pictures`.

A real call with real photographs: the cameras show people (public domain and CC0, they come with scikit-image), the
papers are those of the tests.
"""

from __future__ import annotations

import asyncio
import tempfile
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from playwright.async_api import async_playwright
from skimage import data

from tests.integration.media.coded import write_microphone
from tests.journeys.conftest import TONES, Parties, Party, Service
from tests.journeys.test_visitor import PHONE, invite
from tests.journeys.walk import answer, both, choose, finish, take_ticket
from tests.support.papers import Scene, photograph

PICTURES = Path("docs/pictures")
GUIDES = Path("web_client/src/faces/guide/pictures")
LISTEN = {"zh-CN": "旁听", "en": "Listen"}
WIDTH, HEIGHT = 960, 540


def write_person(path: Path, photo: np.ndarray) -> None:
    """A camera in front of which somebody sits still."""
    photo = photo if photo.ndim == 3 else np.repeat(photo[:, :, None], 3, axis=2)
    background = cv2.GaussianBlur(cv2.resize(photo, (WIDTH, HEIGHT)), (0, 0), 40)
    side = cv2.resize(photo, (HEIGHT, HEIGHT), interpolation=cv2.INTER_CUBIC)
    left = (WIDTH - HEIGHT) // 2
    background[:, left : left + HEIGHT] = side
    frame = cv2.cvtColor(background, cv2.COLOR_RGB2YUV_I420).tobytes()
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for _ in range(10):
            file.write(b"FRAME\n" + frame)


async def call(folder: Path, service: Service, parties: Parties) -> tuple[Party, Party]:
    """A call in which two papers have been delivered, one of them accepted."""
    card, form = folder / "card.jpg", folder / "form.jpg"
    card.write_bytes(photograph(Scene(seed=5, sheet="card")).jpeg)
    form.write_bytes(photograph(Scene(seed=6, sheet="form")).jpeg)
    point, window = await both(service, parties)
    await take_ticket(point, recorded=True)
    await answer(window)
    await window.page.wait_for_selector(".material")
    await choose(point.page, ".now input[type=file]", card)
    await window.page.click(".review button:text-is('通过')", timeout=30_000)
    await choose(point.page, ".now input[type=file]", form)
    await window.page.wait_for_selector(".toast, .viewer .page img", timeout=30_000)
    await asyncio.sleep(6)
    return point, window


async def speak(party: Party, language: str) -> None:
    """Turns a page to a language."""
    await party.page.evaluate("(tag) => { localStorage['cloud-window-language'] = tag }", language)
    await party.page.reload()


async def guide_picture(party: Party, name: str, language: str) -> None:
    """A role's page in a call, for its guide."""
    await party.page.wait_for_selector("video")
    await asyncio.sleep(6)
    taken = Image.open(BytesIO(await party.page.screenshot()))
    taken.save(GUIDES / f"{name}.{language}.webp", quality=80, method=6)


async def visit(parties: Parties, window: Party) -> None:
    """A visitor on a phone, invited by the clerk of the call before."""
    await speak(window, "zh-CN")
    await finish(window)
    link = await invite(window)
    visitor = await parties.open(1)
    await visitor.page.set_viewport_size(PHONE)
    await visitor.page.goto(link)
    await visitor.page.check("input[name=consent] >> nth=1")
    await visitor.page.click("button[type=submit]")
    await window.page.click("button:has-text('接听')")
    await visitor.page.wait_for_selector(".stage video")
    await asyncio.sleep(8)
    await visitor.page.screenshot(path=PICTURES / "visitor.png")


async def take() -> None:
    """Takes them."""
    folder = Path(tempfile.mkdtemp())
    for sender, photo in ((1, data.astronaut()), (2, data.camera())):
        write_person(folder / f"{sender}.y4m", photo)
        write_microphone(folder / f"{sender}.wav", TONES[sender])
    service = Service(folder / "data")
    service.start()
    try:
        async with async_playwright() as playwright:
            parties = Parties(playwright, folder)
            point, window = await call(folder, service, parties)
            await point.page.screenshot(path=PICTURES / "point.png")
            await window.page.screenshot(path=PICTURES / "window.png")
            for language in ("zh-CN", "en"):
                for name, party in (("point", point), ("window", window)):
                    await speak(party, language)
                    await guide_picture(party, name, language)
                supervisor = await parties.open(1)
                await supervisor.sign_in(service.address, "supervisor001")
                # The sign-in has a main part of its own: reloaded at once, the page would not be signed in yet.
                await supervisor.page.wait_for_selector("main.supervision")
                await speak(supervisor, language)
                listen = supervisor.page.locator(f"button:text-is('{LISTEN[language]}')")
                await listen.or_(supervisor.page.locator("video").first).first.wait_for()
                # The account may still listen from its page before.
                if await listen.count():
                    await listen.click()
                await guide_picture(supervisor, "supervisor", language)
            await visit(parties, window)
            for party in parties.all:
                await party.browser.close()
    finally:
        service.stop()


if __name__ == "__main__":
    asyncio.run(take())
