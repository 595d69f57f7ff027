"""A media server on this machine, and browsers that are parties of a call."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import uvloop
from aiohttp import web
from playwright.async_api import Page, async_playwright

from foundation.clock import SystemClock
from foundation.tasks import Tasks
from rtc_server.sessions.interface import MediaEvent, MediaOffer, MediaSettings, SlotKind, SourceKind
from rtc_server.sessions.server import MediaServer
from tests.integration.media.coded import write_camera, write_microphone

PAGE = Path(__file__).parent / "page"
TONES = {1: 440.0, 2: 1000.0, 3: 2000.0}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--allow-loopback-in-peer-connection",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loop that the product runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture
async def media() -> AsyncIterator[MediaServer]:
    tasks = Tasks()
    server = MediaServer(MediaSettings(host="127.0.0.1", port=0), SystemClock(), tasks, secrets.token_bytes)
    await server.start()
    yield server
    await server.close()
    await tasks.close()


@pytest.fixture
def events(media: MediaServer) -> list[MediaEvent]:
    heard: list[MediaEvent] = []
    media.subscribe(heard.append)
    return heard


@pytest.fixture
async def site(media: MediaServer) -> AsyncIterator[str]:
    async def connect(request: web.Request) -> web.Response:
        body = await request.json()
        offer = MediaOffer(
            sdp=body["sdp"],
            sources={mid: SourceKind(kind) for mid, kind in body["sources"].items()},
            slots={mid: SlotKind(kind) for mid, kind in body["slots"].items()},
        )
        answer = await media.connect(body["participant"], offer)
        return web.Response(text=answer.sdp)

    application = web.Application()
    application.router.add_post("/connect", connect)
    application.router.add_static("/", PAGE)
    runner = web.AppRunner(application)
    await runner.setup()
    listener = web.TCPSite(runner, "127.0.0.1", 0)
    await listener.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/peer.html"
    await runner.cleanup()


@pytest.fixture(scope="session")
def devices(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("devices")
    for sender, hertz in TONES.items():
        write_camera(directory / f"{sender}.y4m", sender)
        write_microphone(directory / f"{sender}.wav", hertz)
    return directory


class Parties:
    """Opens one browser for each party: a browser has but one camera file."""

    def __init__(self, chromium, site: str, devices: Path) -> None:
        self._chromium = chromium
        self._site = site
        self._devices = devices

    async def open(self, sender: int) -> Page:
        camera = [f"--use-file-for-fake-video-capture={self._devices / f'{sender}.y4m'}"]
        microphone = [f"--use-file-for-fake-audio-capture={self._devices / f'{sender}.wav'}"]
        browser = await self._chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS + camera + microphone)
        page = await browser.new_page()
        page.on("console", lambda message: print(sender, message.text))
        page.on("pageerror", lambda error: print(sender, error))
        await page.goto(self._site)
        return page


@pytest.fixture
async def parties(site: str, devices: Path) -> AsyncIterator[Parties]:
    async with async_playwright() as playwright:
        yield Parties(playwright.chromium, site, devices)
