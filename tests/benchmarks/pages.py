"""What the pages cost a browser: bytes at the first load, a slow line, many cases, and how soon a press is answered.

Ends with 1 where a limit of the product is passed; figures of time mean nothing on a machine that others load.

One Chromium is a point, another a clerk's window; they go through whole calls. Figures of the browser come from the
DevTools protocol (`Performance.getMetrics`, after a collection of garbage) and from Event Timing (W3C), whose
interactions count from the press to the next paint.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.async_api import CDPSession, Page, async_playwright

from tests.integration.media.coded import write_camera, write_microphone
from tests.journeys.conftest import TONES, Parties, Party, Service, demonstrate
from tests.journeys.test_visitor import invite
from tests.journeys.walk import answer, both, finish, take_ticket
from tests.support.first_load import LIMITS
from tests.support.first_load import first_load as files_of

OUT = Path("build/bench/pages.json")
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
EVERY = 10
SLOW_READY_S = 3.0
PRESS_P75_MS = 100.0
GROWTH = 1.10
"""What a page may hold after the last case, as a share of what it held after `EVERY`: its caches are warm then."""
_INTERACTIONS = """
window.presses = new Map()
new PerformanceObserver((list) => {
  for (const one of list.getEntries())
    if (one.interactionId) presses.set(one.interactionId, Math.max(presses.get(one.interactionId) ?? 0, one.duration))
}).observe({ type: "event", durationThreshold: 16, buffered: true })
"""
_READY = """
new MutationObserver(() => {
  if (!window.readyAt && document.querySelector(WANTED)) window.readyAt = performance.now()
}).observe(document, { subtree: true, childList: true })
"""
"""Notes when it is there: a page that nobody looks at is asked by the test once a second alone."""


async def devtools(page: Page, *domains: str) -> CDPSession:
    """The page's DevTools with these domains: that of the network keeps what came, so it is not for counting memory."""
    session = await page.context.new_cdp_session(page)
    for domain in domains:
        await session.send(f"{domain}.enable")
    return session


async def first_load(parties: Parties, address: str, face: str, ready: str) -> dict[str, float]:
    """The kilobytes of a face's first page, of all that a browser without a cache fetches, and seconds on a slow line.

    The seconds are those until `ready` is there.
    """
    party = await parties.open(1)
    tools = await devtools(party.page, "Network")
    fetched = 0.0

    def count(event: dict[str, Any]) -> None:
        nonlocal fetched
        fetched += event["encodedDataLength"]

    tools.on("Network.loadingFinished", count)
    await party.page.goto(f"{address}/{face}", wait_until="networkidle")
    whole = fetched
    await tools.send("Network.clearBrowserCache")
    await tools.send("Network.emulateNetworkConditions", SLOW)
    await party.page.add_init_script(_READY.replace("WANTED", json.dumps(ready)))
    # Away from it first: another `#` alone loads nothing.
    await party.page.goto("about:blank")
    await party.page.goto(f"{address}/{face}", wait_until="commit")
    await party.page.wait_for_selector(ready)
    seconds = await party.page.evaluate("readyAt") / 1000
    await party.browser.close()
    parties.all.remove(party)
    first = sum(files_of(face.partition("#")[0]).values())
    return {
        "first_kilobytes": round(first / 1000, 1),
        "kilobytes": round(whole / 1000, 1),
        "slow_ready_s": round(seconds, 2),
    }


async def link(service: Service, parties: Parties) -> str:
    """The address of a visit, by which a clerk of the district invites."""
    clerk = await parties.open(2)
    await clerk.sign_in(service.address, "clerk002")
    await clerk.page.click("li:has-text('1号云窗口') button")
    made = await invite(clerk)
    # Who is only gone is offered tickets for a while.
    await clerk.page.get_by_role("button", name="休息").click()
    await clerk.browser.close()
    parties.all.remove(clerk)
    return made.removeprefix(f"{service.address}/")


async def kept(tools: CDPSession) -> dict[str, int]:
    """Nodes, listeners and bytes of the page after its garbage was collected."""
    await tools.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in (await tools.send("Performance.getMetrics"))["metrics"]}
    return {
        "nodes": int(metrics["Nodes"]),
        "listeners": int(metrics["JSEventListeners"]),
        "heap_kilobytes": int(metrics["JSHeapUsedSize"] / 1000),
    }


async def many_cases(service: Service, parties: Parties, cases: int) -> dict[str, Any]:
    """What a point's page keeps after so many calls, and how soon both pages answered each press."""
    point, window = await both(service, parties)
    tools = await devtools(point.page, "Performance", "HeapProfiler")
    after: dict[int, dict[str, int]] = {}
    for number in range(1, cases + 1):
        await one_case(point, window)
        if number == 1 or number % EVERY == 0:
            after[number] = await kept(tools)
    pressed = [list(await party.page.evaluate("[...presses.values()]")) for party in (point, window)]
    return {"kept_after": after, "press_to_paint_ms": [figures(one) for one in pressed]}


async def one_case(point: Party, window: Party) -> None:
    """From the ticket to the next resident."""
    await take_ticket(point)
    await answer(window)
    await point.sees(2, within=15)
    await finish(window)
    await point.page.click("button:has-text('下一位群众')")
    await point.page.locator("input[type=search]").wait_for()


def figures(milliseconds: list[float]) -> dict[str, float]:
    """How many, the third quartile, and the slowest."""
    ordered = sorted(milliseconds) or [0.0]
    quartile = statistics.quantiles(ordered, n=4)[2] if len(ordered) > 1 else ordered[0]
    return {"presses": len(milliseconds), "p75": quartile, "max": ordered[-1]}


def passed(found: dict[str, Any]) -> list[str]:
    """The limits that these figures pass, in words."""
    wrong = []
    for face in ("point", "window", "visit"):
        one = found[face]
        if one["first_kilobytes"] > LIMITS[face]:
            wrong.append(f"{face}: {one['first_kilobytes']} kB, at most {LIMITS[face]}")
        if one["slow_ready_s"] > SLOW_READY_S:
            wrong.append(f"{face}: {one['slow_ready_s']} s over the slow line, at most {SLOW_READY_S}")
    for name, press in zip(("point", "window"), found["press_to_paint_ms"], strict=True):
        if press["p75"] >= PRESS_P75_MS:
            wrong.append(f"{name}: {press['p75']} ms from a press to its paint (p75), under {PRESS_P75_MS}")
    kept_after = found["kept_after"]
    warm, last = kept_after[min(EVERY, max(kept_after))], kept_after[max(kept_after)]
    grown = [name for name in warm if last[name] > warm[name] * GROWTH]
    return wrong + [f"{name} grew from {warm[name]} to {last[name]} over the cases" for name in grown]


async def measure(cases: int) -> dict[str, Any]:
    """Everything, in one service."""
    with tempfile.TemporaryDirectory() as folder:
        for sender, hertz in TONES.items():
            write_camera(Path(folder) / f"{sender}.y4m", sender)
            write_microphone(Path(folder) / f"{sender}.wav", hertz)
        service = Service(demonstrate(Path(folder) / "data"))
        service.start()
        try:
            async with async_playwright() as playwright:
                parties = Parties(playwright, Path(folder), scripts=(_INTERACTIONS,))
                found = {
                    face: await first_load(parties, service.address, face, "input[name=account]")
                    for face in ("point", "window")
                }
                found["visit"] = await first_load(parties, service.address, await link(service, parties), "textarea")
                return found | await many_cases(service, parties, cases)
        finally:
            service.stop()


async def main() -> int:
    """Measures, prints, and writes build/bench/pages.json; 1 where a limit is passed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=50)
    found = await measure(parser.parse_args().cases)
    found["load_average"] = round(os.getloadavg()[0], 1)
    print(json.dumps(found, indent=1))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1))
    wrong = passed(found)
    print("\n".join(wrong), file=sys.stderr)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
