"""Debian's Firefox on either side of a call with Chromium: pictures and sound both ways, and what is no longer sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.conftest import TONES, Parties, Party, Service
from tests.journeys.walk import answer, open_window, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("journeys"), pytest.mark.timeout(240)]


@pytest.fixture
def service(data: Path) -> Iterator[Service]:
    """A service that offers the machine's own addresses, as by default: Firefox gives no loopback address to ICE."""
    running = Service(data, ADVERTISED_ADDRESSES="")
    running.start()
    yield running
    running.stop()


async def connected(service: Service, parties: Parties, firefox: str) -> tuple[Party, Party]:
    """The point and the clerk in a call, one of them in Firefox."""
    point = await (parties.open_firefox(1) if firefox == "point" else parties.open(1))
    window = await (parties.open_firefox(2) if firefox == "window" else parties.open(2))
    await point.sign_in(service.address, "point001")
    await open_window(window, service)
    await take_ticket(point)
    await answer(window)
    return point, window


@pytest.mark.parametrize("firefox", ["point", "window"])
async def test_firefox_and_chromium_see_and_hear_each_other(service: Service, parties: Parties, firefox: str) -> None:
    point, window = await connected(service, parties, firefox)
    await window.sees(1, within=10)
    await point.sees(2, within=10)
    await window.hears(TONES[1])
    await point.hears(TONES[2])


@pytest.mark.calm
@pytest.mark.parametrize("firefox", ["point", "window"])
async def test_what_is_no_longer_sent_is_told_within_seconds(service: Service, parties: Parties, firefox: str) -> None:
    point, window = await connected(service, parties, firefox)
    sender, receiver = (point, window) if firefox == "point" else (window, point)
    number = 1 if firefox == "point" else 2
    await receiver.sees(number, within=10)

    # A paused camera is told as paused.
    await sender.page.click("button:has-text('暂停画面')")
    await receiver.page.wait_for_selector("main >> text=对方暂停了画面", timeout=5_000)
    await sender.page.click("button:has-text('恢复画面')")
    await receiver.sees(number, within=5)

    # Only sound: both faces go, and come back.
    await sender.page.click("button:has-text('网络：')")
    await sender.page.click("button:has-text('只用声音')")
    for party in (sender, receiver):
        await party.page.wait_for_function("() => !cw.video()", timeout=5_000)
    await sender.page.click("button:has-text('恢复全部画面')")
    await receiver.sees(number, within=10)

    if firefox == "window":
        # A screen that is no longer shared leaves its tile.
        await sender.page.click("button:has-text('共享屏幕')")
        await receiver.page.wait_for_selector(".stage .screen video", timeout=10_000)
        await sender.page.click("button:has-text('停止共享')")
        await receiver.page.wait_for_selector(".stage .screen", state="detached", timeout=5_000)
