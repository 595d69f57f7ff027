"""A camera that lives on and gives nothing, as a telephone call leaves it on iOS: told as paused, opened again."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import _FAKE_DEVICES, Parties, Service
from tests.journeys.walk import answer, both, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_a_camera_that_stalls_is_told_as_paused_and_opened_again(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await point.page.add_init_script(f"const SENDER = 1\n{_FAKE_DEVICES}")
    await point.page.reload()
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=20)
    # The telephone rings: the track goes on living, nothing comes of it, and nothing can be opened for a while.
    await point.page.evaluate("cwDevices.stall()")
    await window.page.wait_for_selector("main >> text=对方暂停了画面", timeout=30_000)
    await point.page.wait_for_selector("text=摄像头停了")
    await point.picture("camera-dead")
    # It is hung up.
    await point.page.evaluate("cwDevices.free()")
    await window.sees(1, within=40)
    await window.page.wait_for_selector("main >> text=对方暂停了画面", state="detached", timeout=15_000)
    await point.page.wait_for_selector("text=摄像头停了", state="detached", timeout=15_000)
