"""A community worker and a clerk, each at a real browser, from the ticket to the end of the call."""

from __future__ import annotations

import asyncio
import re
import urllib.request

import pytest

from tests.journeys.conftest import TONES, Figures, Parties, Service
from tests.journeys.walk import answer, both, finish, take_ticket

CALLS = 4

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


async def test_each_sees_and_hears_the_other(service: Service, parties: Parties, figures: Figures) -> None:
    point, window = await both(service, parties)
    waits = figures["accept to first frame"] = []
    for _ in range(CALLS):
        await take_ticket(point)
        await answer(window)
        await window.sees(1, within=10)
        await point.sees(2, within=10)
        waits.append(await window.page.evaluate("cw.firstFrame()") / 1000)
        if len(waits) == 1:
            await window.hears(TONES[1])
            await point.hears(TONES[2])
        await finish(window)
        await point.page.click("button:has-text('下一位群众')")
        await point.page.wait_for_selector("input[type=search]")
    assert [await party.page.evaluate("cw.kept()") for party in (point, window)] == [0, 0]


async def test_a_reload_of_either_page_comes_back_to_the_same_call(
    service: Service, parties: Parties, figures: Figures
) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    number = await point.page.inner_text(".big")
    await answer(window)
    await window.sees(1, within=10)
    back = figures["picture back after a reload"] = []
    for reloaded, sender in ((point, 2), (window, 1)):
        await reloaded.page.reload()
        back.append(await reloaded.sees(sender, within=10))
        assert number in await reloaded.page.inner_text("main")
    await point.sees(2, within=10)


async def test_a_killed_server_loses_nothing_and_both_pages_come_back(
    service: Service, parties: Parties, figures: Figures
) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    number = await point.page.inner_text(".big")
    await answer(window)
    await window.sees(1, within=10)
    service.kill()
    await point.page.wait_for_selector("text=正在自动重连", timeout=15_000)
    figures["kill -9: second start to healthy"] = [service.start()]
    await point.page.wait_for_selector("text=正在自动重连", state="detached", timeout=20_000)
    back = [await window.sees(1, within=20), await point.sees(2, within=20)]
    figures["kill -9: picture back after the pages are connected"] = back
    for party in (point, window):
        assert number in await party.page.inner_text("main")
    await finish(window)
    await point.page.wait_for_selector("text=本次办理已结束")


async def test_both_pages_say_how_the_network_does_and_report_it(service: Service, parties: Parties) -> None:
    point, window = await both(service, parties)
    await take_ticket(point)
    await answer(window)
    await window.sees(1, within=10)
    for party, name in ((point, "point"), (window, "window")):
        await party.page.click("button:has-text('网络：')")
        panel = party.page.get_by_role("region", name="通话质量")
        while (await panel.locator("dt:has-text('对方画面') + dd").inner_text()).startswith("0 "):
            await asyncio.sleep(0.5)
        assert re.fullmatch(r"\d+ ms", await panel.locator("dt:has-text('往返时延') + dd").inner_text())
        await party.picture(f"quality-{name}")
        await party.page.keyboard.press("Escape")
        assert await panel.count() == 0
    reports = [f'cloud_window_page_loss_count{{direction="down",face="{face}"}}' for face in ("point", "window")]
    async with asyncio.timeout(30):
        while not all(report in _metrics(service) for report in reports):
            await asyncio.sleep(1)


def _metrics(service: Service) -> str:
    with urllib.request.urlopen(f"{service.address}/metrics", timeout=5) as answered:
        return str(answered.read().decode())
