"""A community worker and a clerk, each at a real browser, from the ticket to the end of the call."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import pytest

from tests.journeys.conftest import TONES, Parties, Service
from tests.journeys.walk import answer, both, finish, take_ticket

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.xdist_group("browsers")]

FIGURES = Path("build/journeys/first_frame.json")


async def test_each_sees_and_hears_the_other(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    waits = []
    for _ in range(5):
        await take_ticket(point)
        await answer(window)
        await window.sees(1, within=10)
        await point.sees(2, within=10)
        waits.append(await window.page.evaluate("cw.firstFrame()"))
        if len(waits) == 1:
            await window.hears(TONES[1])
            await point.hears(TONES[2])
        await finish(window)
        await point.page.click("button:has-text('下一位群众')")
        await point.page.wait_for_selector("input[type=search]")
    FIGURES.parent.mkdir(parents=True, exist_ok=True)
    figures = {"accept_to_first_frame_ms": sorted(waits), "p50_ms": statistics.median(waits)}
    FIGURES.write_text(json.dumps(figures, indent=2))
    print(figures)


async def test_a_reload_of_either_page_comes_back_to_the_same_call(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    number = await point.page.inner_text(".big")
    await answer(window)
    await window.sees(1, within=10)
    for reloaded, sender in ((point, 2), (window, 1)):
        await reloaded.page.reload()
        print("picture back after reload", await reloaded.sees(sender, within=10))
        assert number in await reloaded.page.inner_text("main")
    await point.sees(2, within=10)


async def test_a_killed_server_loses_nothing_and_both_pages_come_back(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    number = await point.page.inner_text(".big")
    await answer(window)
    await window.sees(1, within=10)
    service.kill()
    await point.page.wait_for_selector("text=正在自动重连", timeout=15_000)
    print("second start to healthy", service.start())
    await point.page.wait_for_selector("text=正在自动重连", state="detached", timeout=20_000)
    print("picture back after the kill", await window.sees(1, within=20), await point.sees(2, within=20))
    for party in (point, window):
        assert number in await party.page.inner_text("main")
    await finish(window)
    await point.page.wait_for_selector("text=本次办理已结束")
