"""A call over a bad link: video, sound and recovery, measured in two browsers.

Usage: python -m tests.benchmarks.network [--short]

The community worker's browser reaches the service over `tests.support.relay` (both directions, web and media, 100 ms
of round trip); the clerk's is beside the service. Their cameras play 30 pictures a second with grain, as a real camera
has, of which the page asks 25. Prints tables, writes build/bench/network.json, and says which targets were missed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from playwright.async_api import async_playwright

from tests.benchmarks.media import machine
from tests.integration.media.coded import FRAMES, HEIGHT, WIDTH, picture, write_microphone
from tests.journeys.conftest import TONES, Parties, Party, Service, demonstrate
from tests.journeys.walk import answer, finish, open_window, take_ticket
from tests.support.relay import Relay
from tests.support.weather import Weather

OUT = Path("build/bench/network.json")
PAGE = (Path(__file__).parent / "network.js").read_text()
DELAY = 0.05
"""Seconds one way: 100 ms of round trip."""
SEED = 1
SETTLE = 5.0
GRAIN = 14
STEADY = 5
"""Pictures within 600 ms that count as moving again."""
POINT, WINDOW = 1, 2
TICKET = "main nav strong"
"""Where the point's page has the number of the call."""
SIDES = ("point", "window")

Figures = dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    calls: int
    """On a link without delay, and so many more on the one with."""
    losses: tuple[tuple[float, float | None], ...]
    seconds: float
    cuts: tuple[float, ...]


FULL = Plan(
    calls=20,
    losses=((0.0, None), (0.05, None), (0.1, None), (0.1, 3.0), (0.2, None)),
    seconds=20.0,
    cuts=(0.2, 1.0, 5.0, 15.0) * 3 + (45.0,) * 2,
)
SHORT = Plan(calls=5, losses=((0.1, None), (0.1, 3.0), (0.2, None)), seconds=10.0, cuts=(0.2, 1.0, 5.0, 15.0))


class Call:
    """A call in two browsers, one of them behind the relay."""

    def __init__(self, service: Service, relay: Relay, parties: tuple[Party, Party]) -> None:
        self.relay = relay
        self.point, self.window = parties
        self._service = service

    async def sign_in(self) -> None:
        await self.point.sign_in(f"http://127.0.0.1:{self.relay.web_port}", "point001")
        await open_window(self.window, self._service)

    async def begin(self) -> float:
        """Takes a ticket and answers it; milliseconds from accepting to the first picture at the clerk's."""
        await take_ticket(self.point)
        await answer(self.window)
        await self.window.sees(POINT, within=20)
        await self.point.sees(WINDOW, within=20)
        return float(await self.window.page.evaluate("cw.firstFrame()"))

    async def end(self) -> None:
        await finish(self.window)
        await self.point.page.click("button:has-text('下一位群众')")
        await self.point.page.wait_for_selector("input[type=search]")

    async def received(self, seconds: float) -> dict[str, Figures]:
        """How each side receives the other for so long."""
        pages = [self.point.page, self.window.page]
        await asyncio.gather(*(page.evaluate("net.painted()") for page in pages))
        before = await asyncio.gather(*(page.evaluate("net.counts()") for page in pages))
        began = time.monotonic()
        await asyncio.sleep(seconds)
        after = await asyncio.gather(*(page.evaluate("net.counts()") for page in pages))
        took = time.monotonic() - began
        painted = await asyncio.gather(*(page.evaluate("net.painted()") for page in pages))
        counted = zip(SIDES, before, after, painted, strict=True)
        return {side: _reception(old, new, times, took) for side, old, new, times in counted}

    async def cut(self, seconds: float) -> Figures:
        """Cuts the link for so long; milliseconds from its return until each side's video moves again."""
        number = await self.point.page.inner_text(TICKET)
        made = await self._connections()
        self.relay.cut()
        await asyncio.sleep(seconds)
        mended = time.time() * 1000
        self.relay.mend()
        back = await asyncio.gather(*(_moving(party, mended) for party in (self.point, self.window)))
        await asyncio.sleep(SETTLE)
        kept = await self.point.page.locator(TICKET, has_text=number).count() > 0
        kept = kept and await self.window.page.locator("button:has-text('结束来访')").count() > 0
        anew = sum(await self._connections()) - sum(made)
        return {"seconds": seconds, **dict(zip(SIDES, back, strict=True)), "made_anew": anew, "call_kept": kept}

    async def _connections(self) -> list[int]:
        return [await party.page.evaluate("net.made()") for party in (self.point, self.window)]


def _reception(before: Figures, after: Figures, painted: list[float], seconds: float) -> Figures:
    def grown(name: str) -> float:
        return float(after.get(name, 0) - before.get(name, 0))

    gaps = [later - earlier for earlier, later in itertools.pairwise(painted)]
    return {
        "frames_per_second": grown("video.framesDecoded") / seconds,
        "painted_per_second": len(painted) / seconds,
        "longest_freeze_ms": max(gaps, default=seconds * 1000),
        "concealed": grown("audio.concealedSamples") / max(1.0, grown("audio.totalSamplesReceived")),
        "recovered_sound_packets": grown("audio.fecPacketsReceived"),
        "asked_again": grown("video.nackCount"),
        "key_frames": grown("video.keyFramesDecoded"),
        "held_ms": 1000 * grown("video.jitterBufferDelay") / max(1.0, grown("video.jitterBufferEmittedCount")),
        "sent_kbit": grown("sent.video.bytesSent") * 8 / seconds / 1000,
        "height": after.get("height"),
    }


async def _moving(party: Party, since: float, within: float = 40.0) -> float | None:
    """Milliseconds from `since` (wall clock) until pictures move; None when they do not."""
    seen: list[float] = []
    end = time.monotonic() + within
    while time.monotonic() < end:
        seen += [at for at in await party.page.evaluate("net.painted()") if at >= since]
        for first, last in zip(seen, seen[STEADY:], strict=False):
            if last - first < 600:
                return first - since
        await asyncio.sleep(0.1)
    return None


def write_grainy_camera(path: Path, sender: int) -> None:
    """The coded camera at 30 pictures a second, with as much to encode as a face before a wall."""
    chance = np.random.default_rng(sender)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F30:1 Ip A1:1 C420jpeg\n".encode())
        chroma = np.full(WIDTH * HEIGHT // 2, 128, np.uint8).tobytes()
        for number in range(FRAMES):
            luma = picture(sender << 12 | number, number)
            lower = luma[HEIGHT // 2 + 20 :]
            grain = chance.integers(-GRAIN, GRAIN + 1, lower.shape)
            lower[:] = np.clip(lower.astype(np.int16) + grain, 0, 255).astype(np.uint8)
            file.write(b"FRAME\n" + luma.tobytes() + chroma)


@contextlib.asynccontextmanager
async def calling(folder: Path) -> AsyncIterator[Call]:
    """A service, a relay and two browsers, not yet signed in."""
    for sender, hertz in list(TONES.items())[:2]:
        write_grainy_camera(folder / f"{sender}.y4m", sender)
        write_microphone(folder / f"{sender}.wav", hertz)
    service = Service(demonstrate(folder / "data"))
    service.start()
    media = int(service._environment["MEDIA_PORT"])
    relay = Relay(("127.0.0.1", int(service.address.rpartition(":")[2])), ("127.0.0.1", media), SEED)
    try:
        await relay.open()
        relay.change(Weather(delay=DELAY))
        async with async_playwright() as playwright:
            parties = Parties(playwright, folder)
            opened = await parties.open(POINT), await parties.open(WINDOW)
            over = json.dumps([f"127.0.0.1 {media}", f"127.0.0.1 {relay.media_port}"])
            for party, ports in zip(opened, (over, "null"), strict=True):
                await party.page.add_init_script(PAGE.replace("RELAYED", ports))
            yield Call(service, relay, opened)
            for party in opened:
                await party.browser.close()
    finally:
        await relay.close()
        service.stop()


async def measure(plan: Plan, folder: Path) -> Figures:
    """Everything, in one call after the first ones."""
    async with calling(folder) as call:
        await call.sign_in()
        near, far = [await _waits(call, delay, plan.calls) for delay in (0.0, DELAY)]
        await call.begin()
        losses = [await _loss(call, loss, burst, plan.seconds) for loss, burst in plan.losses]
        call.relay.change(Weather(delay=DELAY))
        cuts = []
        for seconds in plan.cuts:
            await asyncio.sleep(SETTLE)
            cuts.append(await call.cut(seconds) | {"load": os.getloadavg()[0]})
            show_cut(cuts[-1])
    return {"accept_to_first_picture_ms": near, "with_100_ms": far, "losses": losses, "cuts": cuts}


async def _waits(call: Call, delay: float, calls: int) -> list[float]:
    """Milliseconds from accepting to the first picture of so many calls, shortest first."""
    call.relay.change(Weather(delay=delay))
    waits = []
    for _ in range(calls):
        waits.append(await call.begin())
        await call.end()
    waits.sort()
    print(
        f"accept to first picture, {2000 * delay:.0f} ms of round trip added: p50 {median(waits):.0f} ms,"
        f" p95 {percentile(waits, 0.95):.0f} ms of {[round(wait) for wait in waits]}",
        flush=True,
    )
    return waits


async def _loss(call: Call, loss: float, burst: float | None, seconds: float) -> Figures:
    call.relay.change(Weather(delay=DELAY))
    await asyncio.sleep(SETTLE)
    weather = Weather(loss=loss, burst=burst, delay=DELAY)
    call.relay.change(weather)
    await asyncio.sleep(SETTLE)
    began, ours = time.monotonic(), time.process_time()
    figures: Figures = {"weather": asdict(weather), **await call.received(seconds), "load": os.getloadavg()[0]}
    figures["relay_cpu"] = (time.process_time() - ours) / (time.monotonic() - began)
    show_loss(figures)
    return figures


def show_loss(figures: Figures) -> None:
    """One link for each side."""
    weather = figures["weather"]
    runs = f", runs of {weather['burst']:.0f}" if weather["burst"] else ""
    for side in SIDES:
        got = figures[side]
        print(
            f"loss {weather['loss']:4.0%}{runs:12} {side:7} {got['frames_per_second']:5.1f} pictures/s"
            f" ({got['painted_per_second']:4.1f} painted), longest freeze {got['longest_freeze_ms']:5.0f} ms,"
            f" sound concealed {got['concealed']:6.2%}, held {got['held_ms']:3.0f} ms, load {figures['load']:.1f}",
            flush=True,
        )


def show_cut(cut: Figures) -> None:
    """One link."""
    sides = ", ".join(f"{side} {_milliseconds(cut[side])}" for side in SIDES)
    print(
        f"cut {cut['seconds']:4.1f} s: moving again after {sides}; connections made anew {cut['made_anew']},"
        f" call {'kept' if cut['call_kept'] else 'LOST'}, load {cut['load']:.1f}",
        flush=True,
    )


def _milliseconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.0f} ms"


def missed(figures: Figures) -> list[str]:
    """The targets that were not met, in words."""
    found = []
    near, far = figures["accept_to_first_picture_ms"], figures["with_100_ms"]
    for what, wait, limit in (
        ("p50 of accept to first picture", median(near), 300),
        ("p95 of accept to first picture", percentile(near, 0.95), 600),
        ("p50 of accept to first picture with 100 ms of round trip", median(far), 600),
    ):
        if wait > limit:
            found.append(f"{what}: {wait:.0f} > {limit} ms")
    for one in figures["losses"]:
        loss, burst = one["weather"]["loss"], one["weather"]["burst"]
        least = 15 if loss > 0.1 else 20
        for side in SIDES:
            got, where = one[side], f"{side} at {loss:.0%}{' in runs' if burst else ''}"
            if got["frames_per_second"] < least:
                found.append(f"{where}: {got['frames_per_second']:.1f} < {least} pictures a second")
            if loss <= 0.1 and got["longest_freeze_ms"] > 500:
                found.append(f"{where}: frozen for {got['longest_freeze_ms']:.0f} ms")
            if loss <= 0.1 and got["concealed"] >= 0.05:
                found.append(f"{where}: {got['concealed']:.1%} of the sound concealed")
    found += [f"call lost in a cut of {cut['seconds']} s" for cut in figures["cuts"] if not cut["call_kept"]]
    for longest, limit, cuts in ((15.0, 1000, (0.0, 15.0)), (60.0, 3000, (15.1, 60.0))):
        times = _recoveries(figures, *cuts)
        if times and percentile(times, 0.95) > limit:
            found.append(f"p95 of recovery after cuts to {longest:.0f} s: {percentile(times, 0.95):.0f} > {limit} ms")
    return found


def _recoveries(figures: Figures, least: float, most: float) -> list[float]:
    cuts = [cut for cut in figures["cuts"] if least <= cut["seconds"] <= most]
    return [float("inf") if cut[side] is None else cut[side] for cut in cuts for side in SIDES]


def percentile(values: list[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main() -> int:
    """Measures, prints and writes; 1 when a target was missed."""
    parser = argparse.ArgumentParser(description="A call over a bad link")
    parser.add_argument("--short", action="store_true", help="two minutes, for a first look")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measure(SHORT if options.short else FULL, Path(folder)))
    failures = missed(figures)
    result = {"machine": machine(), "engine": "userland relay", "short": options.short, "missed": failures}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(result | figures, indent=1) + "\n")
    for failure in failures:
        print(f"missed: {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
