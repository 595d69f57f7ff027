"""What a third in the call costs: one size before, two while they are three, in Chromium with cameras of 1280 x 720.

Usage: python -m tests.benchmarks.three [--calls N] [--accepts N]

The questions of decision 14, asked with three parties: how soon a call of two begins and how wide, what the change to
two sizes and back does to the picture, what goes up and down, what the encoders take. After these an expert is asked
into one call again and again, with cameras of 640 x 360: the median from the press to the first picture. Writes
build/bench/three.json; ends with 1 where that median is above 0.4 s.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from playwright.async_api import async_playwright

from directory.demonstration.district import make_district
from tests.integration.media.coded import write_camera, write_microphone
from tests.journeys.conftest import TONES, Parties, Party, Service, demonstrate
from tests.journeys.walk import answer, ask_colleague, both, call_beside_expert, finish, join, leave_call, take_ticket

OUT = Path("build/bench/three.json")
PEERS = (Path(__file__).parents[1] / "journeys/peers.js").read_text()
WIDTH, HEIGHT, RATE, FRAMES = 1280, 720, 20, 60
FIRST_FRAME = 0.4
"""Seconds from accepting to the expert's first picture, at most, as the median."""
SETTLED = 15
"""Seconds in which a sender has found out what its link carries."""
EXPERT = next(one.name for one in make_district().staff if one.account == "expert001")
Reports = list[dict[str, Any]]


def write_scene(path: Path, seed: int) -> None:
    """Three seconds of a moving head before a still room: soft shapes with some noise, as a webcam has it."""
    draw = np.random.default_rng(seed)
    coarse = draw.integers(60, 190, (HEIGHT // 40, WIDTH // 40)).astype(np.uint8)
    room = np.kron(coarse, np.ones((40, 40), np.uint8))
    head = np.kron(draw.integers(90, 220, (18, 16)).astype(np.uint8), np.ones((20, 20), np.uint8))
    chroma = np.full(WIDTH * HEIGHT // 2, 128, np.uint8).tobytes()
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(FRAMES):
            frame = room.astype(np.int16)
            swing = int(120 * np.sin(2 * np.pi * number / FRAMES))
            frame[180:540, 480 + swing : 800 + swing] = head
            frame += draw.integers(-4, 5, frame.shape, np.int16)
            file.write(b"FRAME\n" + np.clip(frame, 0, 255).astype(np.uint8).tobytes() + chroma)


async def reports(party: Party) -> Reports:
    """What the page's browser says of pictures, both ways."""
    found: Reports = await party.page.evaluate("cwPeers.all()")
    return found


def added(before: Reports, after: Reports, kind: str, name: str) -> float:
    """How much the sum over all streams has grown."""
    totals = [sum(one.get(name, 0) for one in all_ if one["type"] == kind) for all_ in (before, after)]
    return float(totals[1] - totals[0])


async def flow(party: Party, seconds: float = 4) -> dict[str, float]:
    """Kilobits a second up and down, and the share of a second that the encoders were busy."""
    before, began = await reports(party), time.monotonic()
    await asyncio.sleep(seconds)
    after, lasted = await reports(party), time.monotonic() - began
    return {
        "up_kbit": round(added(before, after, "outbound-rtp", "bytesSent") * 8 / lasted / 1000),
        "down_kbit": round(added(before, after, "inbound-rtp", "bytesReceived") * 8 / lasted / 1000),
        "encoding": round(added(before, after, "outbound-rtp", "totalEncodeTime") / lasted, 3),
    }


async def watch(party: Party, seconds: float) -> dict[str, float]:
    """The large picture for so long: its widths, when it was as wide as the camera, and how long it stood."""
    before, began = await reports(party), time.monotonic()
    widths: list[tuple[float, int]] = []
    while (now := time.monotonic() - began) < seconds:
        widths.append((now, await party.page.evaluate("cw.video()?.videoWidth ?? 0")))
        await asyncio.sleep(0.1)
    frozen = added(before, await reports(party), "inbound-rtp", "totalFreezesDuration")
    last_smaller = max((at for at, width in widths if width < WIDTH), default=0.0)
    least = min(width for _, width in widths)
    return {
        "first_width": widths[0][1],
        "least_width": least,
        "whole_after_s": round(last_smaller, 1),
        "frozen_s": frozen,
    }


async def call(service: Service, parties: Parties) -> dict[str, Any]:
    """A call of two, a third for a while, and the two again."""
    point, window = await both(service, parties)
    expert = await parties.open(3)
    for party in parties.all:
        await party.page.add_init_script(PEERS)
        await party.page.reload()
    await window.page.wait_for_selector("text=等待来号")
    await expert.sign_in(service.address, "expert001")
    await expert.page.wait_for_selector("text=等待会商邀请")
    await take_ticket(point)
    await answer(window)
    await window.page.wait_for_function("() => cw.firstFrame() !== null")
    found: dict[str, Any] = {"first_frame_ms": round(await window.page.evaluate("cw.firstFrame()"))}
    found["two"] = await watch(window, SETTLED)
    found["two_point"] = await flow(point)
    await ask_colleague(window, EXPERT)
    await expert.page.click("button:has-text('加入')")
    found["third_comes"] = await watch(window, SETTLED)
    found["three_point"], found["three_window"] = await asyncio.gather(flow(point), flow(window))
    found["third_first_frame_ms"] = round(await expert.page.evaluate("cw.firstFrame()"))
    await expert.page.click("button:has-text('离开会商')")
    found["third_leaves"] = await watch(window, 6)
    found["two_again_point"] = await flow(point)
    await finish(window)
    return found


class SceneParties(Parties):
    """Parties whose cameras show the scene."""

    cameras: dict[int, Path]

    async def open(
        self, sender: int, camera: Path | None = None, *, toured: bool = True, allows: Sequence[str] | None = None
    ) -> Party:
        return await super().open(sender, camera or self.cameras[sender], toured=toured, allows=allows)


async def measure(calls: int, folder: Path) -> list[dict[str, Any]]:
    """So many calls, each at browsers and a service of its own."""
    cameras = {sender: folder / f"{sender}.y4m" for sender in (1, 2, 3)}
    for sender, camera in cameras.items():
        write_scene(camera, sender)
        write_microphone(folder / f"{sender}.wav", TONES[sender])
    found = []
    for number in range(calls):
        service = Service(demonstrate(folder / f"data-{number}"))
        service.start()
        async with async_playwright() as playwright:
            parties = SceneParties(playwright, folder)
            parties.cameras = cameras
            found.append(await call(service, parties))
            print(json.dumps(found[-1]))
            for party in parties.all:
                await party.browser.close()
        service.stop()
    return found


async def accept(service: Service, parties: Parties, times: int) -> list[float]:
    """Seconds from each press to the expert's first picture, in one call that they join again and again."""
    _, window, expert = await call_beside_expert(service, parties)
    await window.sees(1, within=20)
    found = []
    for _ in range(times):
        await ask_colleague(window, EXPERT)
        # Asked and answered by people: what the question set going is over.
        await asyncio.sleep(2)
        found.append(await join(expert))
        await asyncio.sleep(1)
        await leave_call(expert)
    await finish(window)
    return found


async def measure_accepts(times: int, folder: Path) -> list[float]:
    """As `accept`, at browsers and a service of their own."""
    for sender in (1, 2, 3):
        write_camera(folder / f"{sender}.y4m", sender)
        write_microphone(folder / f"{sender}.wav", TONES[sender])
    service = Service(demonstrate(folder / "data-accepts"))
    service.start()
    async with async_playwright() as playwright:
        parties = Parties(playwright, folder)
        found = await accept(service, parties, times)
        for party in parties.all:
            await party.browser.close()
    service.stop()
    return found


def main() -> int:
    """Measures, prints and writes; 1 where the expert waits too long."""
    parser = argparse.ArgumentParser(description="A third in the call")
    parser.add_argument("--calls", type=int, default=5)
    parser.add_argument("--accepts", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        calls = asyncio.run(measure(options.calls, Path(folder)))
        accepts = asyncio.run(measure_accepts(options.accepts, Path(folder)))
    median = statistics.median(accepts)
    print(f"expert's first picture: median {median:.2f} s of {', '.join(f'{one:.2f}' for one in sorted(accepts))}")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    found = {"calls": calls, "accepts_s": [round(one, 3) for one in accepts], "accepts_median_s": round(median, 3)}
    OUT.write_text(json.dumps(found, indent=1) + "\n")
    return int(median > FIRST_FRAME)


if __name__ == "__main__":
    sys.exit(main())
