"""A recorded call is looked at again: the sign while it runs, then the replay with its jumps, all tracks in step."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from pathlib import Path
from typing import Any

import av
import pytest

from tests.journeys.conftest import TONES, Figures, Parties, Party, Service
from tests.journeys.walk import answer, both, finish, take_ticket
from tests.support.opened import clear_recordings
from tests.support.small_disk import small_disk

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

READ = """() => {
  const read = (media) => ({
    start: Number(media.dataset.start), at: media.currentTime + Number(media.dataset.start), kind: media.localName,
    ready: !media.seeking && media.readyState >= 2, paused: media.paused,
  });
  return [...document.querySelectorAll("[data-track]")].map(read);
}"""
CODES = """() => [...document.querySelectorAll("video[data-track]")].map((video) => {
  const canvas = new OffscreenCanvas(640, 360);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, 640, 360);
  let value = 0;
  for (let bit = 0; bit < 16; bit++)
    value = value * 2 + (context.getImageData(40 * bit + 20, 60, 1, 1).data[0] > 127 ? 1 : 0);
  return { sender: value >> 12, counter: value & 0xfff, at: video.currentTime + Number(video.dataset.start) };
})"""
TONE = """async () => Promise.all([...document.querySelectorAll("audio[data-track]")].map(async (audio) => {
  const context = new AudioContext(), analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  context.createMediaStreamSource(audio.captureStream()).connect(analyser);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const best = levels.reduce((top, level, index) => (level > levels[top] ? index : top), 0);
  return best * context.sampleRate / analyser.fftSize;
}))"""


def code(frame: av.VideoFrame) -> tuple[int, int]:
    """Sender and counter of a picture of a test camera."""
    luma = frame.reformat(640, 360, format="gray").to_ndarray()
    value = int("".join("1" if luma[60, 40 * bit + 20] > 127 else "0" for bit in range(16)), 2)
    return value >> 12, value & 0xFFF


def shown_at(path: Path) -> dict[int, list[tuple[float, int]]]:
    """What the file shows: for each sender, seconds and counters."""
    found: dict[int, list[tuple[float, int]]] = {}
    with av.open(str(path)) as container:
        for frame in container.decode(video=list(range(len(container.streams.video)))):
            sender, counter = code(frame)
            found.setdefault(sender, []).append((float(frame.pts * frame.time_base), counter))
    return found


async def media(window: Party) -> list[dict[str, Any]]:
    return list(await window.page.evaluate(READ))


async def settled(window: Party, at: float) -> None:
    """Waits until every track stands at this moment, or at its beginning when that is later."""
    until = time.monotonic() + 15
    while not all(one["ready"] and abs(one["at"] - max(at, one["start"])) < 0.05 for one in await media(window)):
        assert time.monotonic() < until, (at, await media(window))
        await asyncio.sleep(0.05)


async def jump(window: Party, share: float) -> float:
    """Clicks on the timeline; the second jumped to."""
    slider = window.page.locator("[role=slider]")
    box = await slider.bounding_box()
    assert box is not None
    await window.page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] - 6)
    duration = float(await window.page.evaluate("document.querySelector('[role=slider]').ariaValueMax"))
    at = (await media(window))[0]["at"]
    assert at == pytest.approx(share * duration, abs=1.5)
    await settled(window, at)
    return float(at)


async def apart(window: Party, samples: int) -> list[float]:
    """While it plays: how far the tracks are from each other, in seconds."""
    found = []
    for _ in range(samples):
        places = [one["at"] for one in await media(window)]
        found.append(max(places) - min(places))
        await asyncio.sleep(0.1)
    return found


async def open_replay(window: Party) -> None:
    await window.page.click("button:has-text('我的案卷')")
    await window.page.click("li:has-text('王秀英') button")
    await window.page.click("button:has-text('回放录像')", timeout=30_000)
    await window.page.wait_for_selector(".player video", timeout=30_000)
    await settled(window, 0.0)


async def test_the_clerk_looks_at_a_former_call_again(
    service: Service, parties: Parties, tmp_path: Path, figures: Figures
) -> None:
    point, window = await both(service, parties)
    await take_ticket(point, recorded=True)
    await answer(window)
    await window.sees(1, within=10)
    await point.sees(2, within=10)
    for party, name in ((point, "point-recording"), (window, "window-recording")):
        await party.page.wait_for_selector(".sign:has-text('正在录音录像')")
        await party.picture(name)
    await asyncio.sleep(20)
    await finish(window)
    await open_replay(window)
    await window.picture("window-replay")
    (file,) = clear_recordings(tmp_path / "data")
    filmed = await asyncio.to_thread(shown_at, file)
    assert sorted(filmed) == [1, 2]

    # Standing still: each jump, forwards and back, shows the picture that the file has there.
    for share in (0.7, 0.2, 0.9, 0.45):
        at = await jump(window, share)
        for seen in await window.page.evaluate(CODES):
            film = filmed[seen["sender"]]
            # A frame stands until the next one comes, which on a busy machine takes a while.
            near = [counter for seconds, counter in film if abs(seconds - at) < 0.11]
            near += [counter for seconds, counter in film if seconds <= at][-1:]
            assert seen["counter"] in near, (seen, at)
    await window.page.keyboard.press("ArrowRight")
    await settled(window, at + 5)
    await window.page.keyboard.press("Home")
    await settled(window, 0.0)

    # Playing: everybody in step, and both voices.
    await window.page.keyboard.press("Space")
    await asyncio.sleep(1.5)
    figures["replay: tracks apart"] = await apart(window, 40)
    assert statistics.median(figures["replay: tracks apart"]) < 0.04
    assert max(figures["replay: tracks apart"]) < 0.2
    assert {one["paused"] for one in await media(window)} == {False}
    tones = sorted(await window.page.evaluate(TONE))
    assert tones == pytest.approx(sorted((TONES[1], TONES[2])), abs=15)
    before = (await media(window))[0]["at"]
    await window.page.select_option(".player select", label="2×")
    await asyncio.sleep(3)
    assert (await media(window))[0]["at"] - before == pytest.approx(6, abs=1.0)
    await window.page.keyboard.press("Space")
    await asyncio.sleep(0.3)
    assert {one["paused"] for one in await media(window)} == {True}

    # The other picture stands large; the words are English; the replay goes when it is closed.
    await window.page.click("button.enlarge")
    await window.page.hover("[role=slider]")
    await window.page.click("button:has-text('English')")
    await window.page.hover("[role=slider]", position={"x": 300, "y": 20})
    await asyncio.sleep(0.5)
    await window.picture("window-replay-en")
    assert await window.page.locator(".strip img").count() >= 8
    await window.page.click("button:has-text('Close the replay')")
    await window.page.wait_for_selector(".film", state="detached")


async def test_both_sides_read_that_recording_paused_and_the_replay_shows_where(
    service: Service, parties: Parties, tmp_path: Path
) -> None:
    # The recorder leaves 256 MB free, so on this disk nothing is left for it until the ballast goes.
    with small_disk(tmp_path / "data" / "recordings", 300 << 20) as ballast:
        point, window = await both(service, parties)
        await take_ticket(point, recorded=True)
        await answer(window)
        await window.sees(1, within=10)
        await asyncio.sleep(4)
        with ballast.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, 60 << 20)
        for party, name in ((point, "point-recording-paused"), (window, "window-recording-paused")):
            await party.page.wait_for_selector(".sign.alarm:has-text('录制已暂停：服务器存储空间不足')", timeout=20_000)
            await party.picture(name)
        await window.sees(1, within=2)
        ballast.unlink()
        for party in (point, window):
            await party.page.wait_for_selector(".sign:has-text('正在录音录像（缺')", timeout=20_000)
        await window.picture("window-recording-resumed")
        await asyncio.sleep(4)
        await finish(window)
        await open_replay(window)
        await window.page.click("summary:has-text('缺失')")
        await window.page.wait_for_selector("li:has-text('存储空间不足，未录制')")
        assert await window.page.locator(".outage").count() == 1
        await window.picture("window-replay-outage")
        await window.page.click("li button:has-text('存储空间不足，未录制')")
        at = (await media(window))[0]["at"]
        assert at > 1
