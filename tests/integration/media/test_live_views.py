"""Cameras of the house shown to browsers: read once however many watch, and not at all while nobody does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import Page

import rtc_server.sessions.live_views as module
from rtc_server.cameras.values import Camera, CameraState
from rtc_server.sessions.errors import ParticipantUnknown
from rtc_server.sessions.interface import LiveView, MediaEvent, SlotsChanged, SourceKind
from rtc_server.sessions.server import MediaServer
from tests.integration.media.coded import write_film
from tests.integration.media.conftest import Parties
from tests.integration.media.test_browsers import sees
from tests.support.cameras import rtsp_camera

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]
SENDER = 9


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    """Numbered pictures in H.264, a key frame every second second."""
    path = tmp_path_factory.mktemp("films") / "hall.mp4"
    write_film(path, SENDER)
    return Camera(id="film", address=f"file://{path}")


async def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.02)


async def watcher(media: MediaServer, parties: Parties, name: str, sender: int = 1) -> Page:
    page = await parties.open(sender)
    await page.evaluate(f"start('{name}', 0)")
    await until(lambda: (view := media.view(name)) is not None and view.up)
    return page


async def pictures(page: Page) -> int:
    """How many pictures the first face slot has shown."""
    heard = (await page.evaluate("bandwidth()")).get("in7", {})
    return int(heard.get("frames") or 0)


async def test_who_waits_watches_the_hall_until_the_session_begins(
    media: MediaServer, events: list[MediaEvent], parties: Parties, film: Camera
) -> None:
    one, _ = await watcher(media, parties, "one"), await watcher(media, parties, "two", 2)
    await media.watch("one", film)
    assert media.live_view("one") == LiveView(camera_id="film", state=CameraState.OPENING)
    await sees(one, "face0", SENDER, 20)
    assert media.live_view("one") == LiveView(camera_id="film", state=CameraState.LIVE)
    (shown,) = [slot for slot in media.slots("one") if slot.source is SourceKind.HALL]
    assert shown.participant_id == "camera:film"
    assert SlotsChanged(participant_id="one") in events
    media.admit("case", "one")
    media.admit("case", "two")
    assert media.live_view("one") is None
    await sees(one, "face0", 2)
    # In a session nobody watches a hall.
    await media.watch("one", film)
    assert media.live_view("one") is None


async def test_a_camera_is_read_once_and_not_while_nobody_watches(
    media: MediaServer, parties: Parties, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LINGER_SECONDS", 1.0)
    async with rtsp_camera(profile="high", gop="50") as camera:
        hall = Camera(id="hall", address=camera.address)
        one, two = await watcher(media, parties, "one"), await watcher(media, parties, "two", 2)
        assert camera.opened == 0
        for name, page in (("one", one), ("two", two)):
            await media.watch(name, hall)
            async with asyncio.timeout(20):
                while await pictures(page) < 30:
                    await asyncio.sleep(0.1)
        assert camera.opened == 1
        await media.watch("one", None)
        assert media.live_view("one") is None
        seen = await pictures(two)
        await asyncio.sleep(1.5)
        assert await pictures(two) > seen
        media.disconnect("two")
        await until(lambda: camera.clients == 0)
        assert media._sessions.live._readings == {}
        with pytest.raises(ParticipantUnknown):
            await media.watch("two", hall)


async def test_main_profile_with_parameter_sets_in_the_stream_is_shown(media: MediaServer, parties: Parties) -> None:
    async with rtsp_camera(profile="main", sets="-1") as camera:
        one = await watcher(media, parties, "one")
        await media.watch("one", Camera(id="hall", address=camera.address))
        async with asyncio.timeout(20):
            while await pictures(one) < 60:
                await asyncio.sleep(0.1)


@pytest.mark.calm
async def test_who_comes_late_has_caught_up_long_before_the_next_key_frame(
    media: MediaServer, parties: Parties
) -> None:
    """Key frames are 20 s apart: whoever shows more than one picture had all those since the last one."""
    async with rtsp_camera(gop="500") as camera:
        hall = Camera(id="hall", address=camera.address)
        one, two = await watcher(media, parties, "one"), await watcher(media, parties, "two", 2)
        await media.watch("one", hall)
        async with asyncio.timeout(20):
            while await pictures(one) < 100:
                await asyncio.sleep(0.1)
        await media.watch("two", hall)
        async with asyncio.timeout(8):
            while await pictures(two) < await pictures(one):
                await asyncio.sleep(0.1)
        seen = await pictures(two)
        await asyncio.sleep(1)
        assert await pictures(two) > seen + 10, "and it goes on"


async def test_a_camera_that_is_not_there_says_so_and_comes_when_it_is(
    media: MediaServer, events: list[MediaEvent], parties: Parties
) -> None:
    async with rtsp_camera() as camera:
        port, address = str(camera.port), camera.address
    one = await watcher(media, parties, "one")
    await media.watch("one", Camera(id="hall", address=address))
    await until(lambda: media.live_view("one") == LiveView(camera_id="hall", state=CameraState.UNREACHABLE))
    async with rtsp_camera(port=port):
        await until(lambda: media.live_view("one") == LiveView(camera_id="hall", state=CameraState.LIVE))
        async with asyncio.timeout(10):
            while await pictures(one) < 10:
                await asyncio.sleep(0.1)
