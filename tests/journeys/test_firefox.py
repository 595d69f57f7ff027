"""Debian's Firefox on either side of a call with Chromium: pictures and sound both ways, and what is no longer sent."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from signalling.cli.main import main
from tests.journeys.conftest import TONES, Figures, Parties, Party, Service
from tests.journeys.test_papers import (
    FROM_A_FILE,
    UNDER_THE_CAMERA,
    alike,
    decide,
    draw,
    looked_at,
    mark_by_keyboard,
    save_evidence,
    sign,
)
from tests.journeys.test_visitor import invite
from tests.journeys.walk import answer, choose, finish, open_window, take_ticket
from tests.support.papers import photograph

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture
def service(data: Path) -> Iterator[Service]:
    """A service that offers the machine's own addresses, as by default: Firefox gives no loopback address to ICE."""
    running = Service(data, ADVERTISED_ADDRESSES="")
    running.start()
    yield running
    running.stop()


async def connected(service: Service, parties: Parties, firefox: str, *, recorded: bool = False) -> tuple[Party, Party]:
    """The point and the clerk in a call, one of them in Firefox."""
    point = await (parties.open_firefox(1) if firefox == "point" else parties.open(1))
    window = await (parties.open_firefox(2) if firefox == "window" else parties.open(2))
    await point.sign_in(service.address, "point001")
    await open_window(window, service)
    await take_ticket(point, recorded=recorded)
    await answer(window)
    return point, window


@pytest.mark.parametrize("firefox", ["point", "window"])
async def test_firefox_and_chromium_see_and_hear_each_other(service: Service, parties: Parties, firefox: str) -> None:
    point, window = await connected(service, parties, firefox)
    await window.sees(1, within=10)
    await point.sees(2, within=10)
    await window.hears(TONES[1])
    await point.hears(TONES[2])


async def test_a_visitor_in_firefox_comes_by_a_link(service: Service, parties: Parties) -> None:
    window, visitor = await parties.open(2), await parties.open_firefox(1)
    await open_window(window, service)
    link = await invite(window)
    await visitor.page.goto(link)
    await visitor.page.get_by_label("您想办什么").fill("想问高龄津贴怎么领")
    await visitor.page.get_by_label("不同意").check()
    await visitor.page.get_by_role("button", name="开始等候").click()
    await answer(window)
    await window.sees(1, within=20)
    await visitor.sees(2, within=20)
    await window.hears(TONES[1])
    await visitor.hears(TONES[2])
    await finish(window)
    await visitor.page.get_by_role("button", name="完成").click()
    await expect(visitor.page.get_by_role("button", name="开始等候")).to_be_visible()


@pytest.mark.parametrize("firefox", ["point", "window"])
async def test_what_is_no_longer_sent_is_told_within_seconds(
    service: Service, parties: Parties, figures: Figures, firefox: str
) -> None:
    told = figures[f"told of what Firefox sends no longer, at the {firefox}"] = []
    point, window = await connected(service, parties, firefox)
    sender, receiver = (point, window) if firefox == "point" else (window, point)
    number = 1 if firefox == "point" else 2
    await receiver.sees(number, within=10)

    # A paused camera is told as paused.
    await sender.page.click("button:has-text('暂停画面')")
    began = time.monotonic()
    await receiver.page.wait_for_selector("main >> text=对方暂停了画面", timeout=5_000)
    told.append(time.monotonic() - began)
    await sender.page.click("button:has-text('恢复画面')")
    await receiver.sees(number, within=5)

    # Only sound: both faces go, and come back.
    await sender.page.click("button:has-text('网络：')")
    await sender.page.click("button:has-text('只用声音')")
    began = time.monotonic()
    for party in (sender, receiver):
        await party.page.wait_for_function("() => !cw.video()", timeout=5_000)
    told.append(time.monotonic() - began)
    await sender.page.click("button:has-text('恢复全部画面')")
    await receiver.sees(number, within=10)

    if firefox == "window":
        # A screen that is no longer shared leaves its tile.
        await sender.page.click("button:has-text('共享屏幕')")
        await receiver.page.wait_for_selector(".stage .main video", timeout=10_000)
        await sender.page.click("button:has-text('停止共享')")
        began = time.monotonic()
        await receiver.page.wait_for_selector(".stage .main", state="detached", timeout=5_000)
        told.append(time.monotonic() - began)


@pytest.mark.timeout(480)
@pytest.mark.parametrize("firefox", ["point", "window"])
async def test_papers_go_their_way_with_firefox(
    service: Service, parties: Parties, firefox: str, tmp_path: Path
) -> None:
    first, second = photograph(UNDER_THE_CAMERA), photograph(FROM_A_FILE)
    (tmp_path / "first.jpg").write_bytes(first.jpeg)
    (tmp_path / "second.jpg").write_bytes(second.jpeg)
    point, window = await connected(service, parties, firefox, recorded=True)
    await point.sees(2, within=20)
    # Delivered from a file, sent back with a mark, delivered again, accepted.
    await choose(point.page, ".now input[type=file]", tmp_path / "first.jpg")
    seen, address = await looked_at(window)
    assert alike(seen, first.sheet) > 0.8
    await window.page.click(".review button:has-text('退回')")
    await mark_by_keyboard(window)
    await draw(window, ".viewer .page", [(0.2, 0.2), (0.6, 0.4)])
    await window.page.check(".reject input >> nth=0")
    await window.page.click(".reject button:has-text('确认退回')")
    await point.page.wait_for_selector(".now .marked img")
    await choose(point.page, ".now input[type=file]", tmp_path / "second.jpg")
    seen, _ = await looked_at(window, address)
    assert alike(seen, second.sheet) > 0.8
    await window.page.click(".review button:text-is('通过')")
    await point.page.wait_for_selector(".papers details li.accepted", state="attached")
    # A form is signed and sealed, the case decided and rated.
    await window.page.click("[role=tab]:has-text('文书')")
    await window.page.click("button:has-text('生成申请表')")
    await window.page.click("button:has-text('推送签字')")
    await point.page.wait_for_selector(".sign .sheets img")
    await sign(point)
    await window.page.wait_for_selector("text=王秀英 签字")
    await decide(window)
    await point.page.wait_for_selector(".decided:has-text('办理结果：予以办理')")
    await finish(window)
    await point.page.click("button:has-text('非常满意') >> nth=0")
    await point.page.wait_for_selector("text=感谢您的评价")
    if firefox == "window":
        # That Firefox saves a file is told to who drives it at times only.
        await window.page.click("button:has-text('我的案卷')")
        await window.page.click("li:has-text('王秀英') button")
        await window.page.wait_for_selector("dd:has-text('非常满意')")
        return
    await save_evidence(window, tmp_path / "evidence.zip")
    certificate = ["--certificate", str(tmp_path / "data" / "signing" / "authority.pem")]
    assert await asyncio.to_thread(main, ["verify", str(tmp_path / "evidence.zip"), *certificate]) == 0
