"""A supervisor at a third browser listens to a call, whispers to its clerk and joins it; who hears what is measured."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import av
import numpy as np
import pytest

from directory.demonstration.district import make_district
from tests.journeys.conftest import TONES, Parties, Party, Service
from tests.journeys.test_screens import LESS, check
from tests.journeys.walk import answer, both, finish, take_ticket
from tests.support.opened import clear_recordings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

NAME = next(one.name for one in make_district().staff if one.account == "supervisor001")
WHISPER_SECONDS = 6.0


async def listen(supervisor: Party) -> None:
    await supervisor.page.get_by_role("button", name="旁听", exact=True).click()
    await supervisor.page.wait_for_selector("text=您正在旁听")


async def test_a_supervisor_listens_whispers_and_joins(service: Service, parties: Parties, data: Path) -> None:
    point, window = await both(service, parties)
    supervisor = await parties.open(3)
    await supervisor.sign_in(service.address, "supervisor001")
    await supervisor.page.wait_for_selector("h1:has-text('现在没有通话')")
    await take_ticket(point, recorded=True)
    await answer(window)
    await window.sees(1, within=10)
    await supervisor.page.wait_for_selector("h1:has-text('请选择要旁听的通话')")
    await supervisor.picture("supervisor-calls")
    await listen(supervisor)
    assert await supervisor.sees(1, within=10)
    assert await supervisor.page.locator(".pictures video").count() == 2
    for side, name in ((point, "point"), (window, "window")):
        await side.page.wait_for_selector(f"[role=status]:has-text('督导员 {NAME} 正在旁听')")
        await side.picture(f"supervisor-told-{name}")
    await supervisor.picture("supervisor-listens")
    # Nothing goes the other way: each side still hears the other alone, and no device has been opened.
    await window.hears(TONES[1])
    await point.hears(TONES[2])
    await point.hears_nothing_of(TONES[3])
    assert await supervisor.page.evaluate("cw.kept()") == 0

    await supervisor.page.get_by_role("button", name="单独对窗口说").click()
    await supervisor.page.wait_for_selector("text=只有窗口人员听得到您")
    began = time.monotonic()
    await window.hears(TONES[3])
    await window.page.wait_for_selector(f"[role=status]:has-text('督导员 {NAME} 正在单独对您说话')")
    assert await window.page.locator(f"video[aria-label*='{NAME}']").count() == 0
    await point.hears_nothing_of(TONES[3])
    await point.page.wait_for_selector(f"[role=status]:has-text('督导员 {NAME} 正在旁听')")
    await window.picture("supervisor-whispers-window")
    await point.picture("supervisor-whispers-point")
    await check(supervisor, "supervisor-whispers", sizes=LESS)
    await asyncio.sleep(max(0.0, WHISPER_SECONDS - (time.monotonic() - began)))

    await supervisor.page.get_by_role("button", name="加入通话").click()
    await supervisor.page.wait_for_selector("text=您已加入通话")
    joined = time.monotonic()
    for side in (point, window):
        await side.page.wait_for_selector(f"text=通话中还有：{NAME} · 督导员")
        await side.page.wait_for_selector(f"text={NAME} · 督导员 已加入通话")
        await side.sees(3, within=15, name=f"{NAME} · 督导员")
        await side.hears(TONES[3])
    await point.hears(TONES[2])
    await window.hears(TONES[1])
    await supervisor.hears(TONES[1])
    await check(point, "supervisor-joined-point", sizes=(*LESS, "kiosk"))
    await check(window, "supervisor-joined-window", sizes=LESS)
    await check(supervisor, "supervisor-joined", sizes=LESS)

    await supervisor.page.get_by_role("button", name="只旁听").click()
    for side in (point, window):
        await side.page.wait_for_selector(f"text={NAME} · 督导员 已离开通话")
        await side.page.wait_for_selector(f"[role=status]:has-text('督导员 {NAME} 正在旁听')")
    heard = time.monotonic() - joined
    await point.hears_nothing_of(TONES[3], settles=3)
    await supervisor.page.click("button:has-text('退出通话')")
    for side in (point, window):
        await side.page.wait_for_selector("[role=status]:has-text('正在旁听')", state="detached")
    await listen(supervisor)
    await finish(window)
    await supervisor.page.wait_for_selector("h1:has-text('现在没有通话')")
    await _recorded_no_whisper(data, heard)


async def _recorded_no_whisper(data: Path, heard: float) -> None:
    """The supervisor's voice is in the recording for as long as they were in the call, and not while they whispered."""
    until = time.monotonic() + 30
    while not (found := clear_recordings(data)):
        assert time.monotonic() < until
        await asyncio.sleep(0.5)
    recorded = sum(seconds_of(file, TONES[3]) for file in found)
    assert 1 < recorded < heard + 1.5, (recorded, heard)


def seconds_of(file: Path, hertz: float) -> float:
    """For how long this tone is the loudest of a voice in a recording."""
    seconds = 0.0
    with av.open(str(file)) as container:
        for frame in container.decode(audio=list(range(len(container.streams.audio)))):
            samples = frame.to_ndarray().astype(np.float64)[0]
            spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
            loudest = np.argmax(spectrum) * frame.sample_rate / len(samples)
            if spectrum.max() > 1 and abs(loudest - hertz) < 60:
                seconds += frame.samples / frame.sample_rate
    return seconds
