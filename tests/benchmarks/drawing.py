"""What drawing costs the service: twenty strokes a second from four parties, each sent whole or in four batches.

The service is a process of its own, the four pages are in this one. What it takes without drawing, with the same pages
open, is measured before each and told beside it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.cpu import cpu_seconds
from tests.support.elsewhere import Elsewhere
from tests.support.served import Page
from tests.support.service_process import ServiceProcess

OUT = Path("build/bench/drawing.json")
SURFACE = "point.document"
STROKES_A_SECOND = 5
"""Of each party."""
POINTS = 12
APPLICANT = {"name": "王秀英", "over_70": True, "disabled": False}
ASKED_SHARE = 0.03


async def in_call(http: aiohttp.ClientSession, address: str) -> list[Page]:
    """A point, its clerk, and two colleagues whom the clerk has asked into the call."""
    site = Elsewhere(address)
    accounts = ("point001", "clerk001", "clerk002", "expert001")
    pages = [await Page.open_at(http, address, await site.sign_in(http, account)) for account in accounts]
    point, window, *colleagues = pages
    await point.do("take_ticket", item_id="item-001", options=[], applicant=APPLICANT, consent_to_recording=False)
    desk = await window.see("desk", window_id=None)
    await window.do("open_window", window_id=desk["windows"][0]["window_id"])
    desk = await window.see("desk", state="ringing")
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    ticket_id = desk["offer"]["ticket"]["ticket_id"]
    await point.do("enter_call", ticket_id=ticket_id)
    await window.see("desk", ticket__state="serving")
    for account, colleague in zip(accounts[2:], colleagues, strict=True):
        asked = await window.do("ask_colleague", ticket_id=ticket_id, staff_id=f"staff-{account}", question="")
        await colleague.do("answer_consultation", consultation_id=asked["consultation_id"], accept=True)
    for page in pages:
        await page.see("annotations", session_id=ticket_id, may_draw=True)
    return pages


async def keep_reading(page: Page) -> None:
    """As a page does: whatever comes is taken."""
    while True:
        await page.receive()


async def draw(page: Page, began: float, seconds: float, batches: int, took: list[float]) -> None:
    """Draws strokes, one after the other, each in so many batches spread over its time."""
    chance = random.Random(id(page))
    number = time.time_ns() // 1000
    for stroke in range(int(seconds * STROKES_A_SECOND)):
        points = [chance.randrange(10_001) for _ in range(2 * POINTS)]
        for batch in range(batches):
            due = began + (stroke + batch / batches) / STROKES_A_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            part = points[2 * POINTS * batch // batches // 2 * 2 : 2 * POINTS * (batch + 1) // batches // 2 * 2]
            sent: dict[str, Any] = {"stroke": number + stroke, "line": number + stroke, "tool": "pen", "text": ""}
            asked = time.perf_counter()
            await page.do("draw", surface=SURFACE, aspect=1.5, strokes=[sent | {"points": part}])
            took.append((time.perf_counter() - asked) * 1000)


async def measured(pages: list[Page], pid: int, seconds: float, batches: int) -> dict[str, Any]:
    """The share of a core, without drawing and with it; the clerk wipes the picture before."""
    await pages[1].do("clear_picture", surface=SURFACE)
    readers = [asyncio.create_task(keep_reading(page)) for page in pages]
    cpu, since = cpu_seconds(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    idle = (cpu_seconds(pid) - cpu) / (time.perf_counter() - since)
    for reader in readers:
        reader.cancel()
    took: list[float] = []
    cpu, since = cpu_seconds(pid), time.perf_counter()
    # 300 strokes fill a picture.
    await asyncio.gather(*(draw(page, since, seconds, batches, took) for page in pages))
    core = (cpu_seconds(pid) - cpu) / (time.perf_counter() - since)
    return {
        "batches_a_stroke": batches,
        "strokes_a_second": len(pages) * STROKES_A_SECOND,
        "messages_a_second": len(pages) * STROKES_A_SECOND * batches,
        "idle_core": round(idle, 4),
        "drawing_core": round(core, 4),
        "share": round(core - idle, 4),
        "answer_p50_ms": round(statistics.median(took), 2),
        "answer_p95_ms": round(statistics.quantiles(took, n=20)[-1], 2),
    }


async def main() -> None:
    """Measures both, prints, and writes build/bench/drawing.json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=12.0)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        service = ServiceProcess(Path(folder) / "data")
        await service.start()
        try:
            async with aiohttp.ClientSession() as http:
                pages = await in_call(http, service.address)
                for _ in range(asked.rounds):
                    for batches in (1, 4):
                        found.append(await measured(pages, service.process.pid, asked.seconds, batches))
                        print(json.dumps(found[-1]))
        finally:
            await service.stop()
    shares = {
        batches: statistics.median(one["share"] for one in found if one["batches_a_stroke"] == batches)
        for batches in (1, 4)
    }
    print(f"share of a core: {shares[1]:.1%} sent whole, {shares[4]:.1%} in four batches; asked < {ASKED_SHARE:.0%}")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps({"median_share": shares, "asked": ASKED_SHARE, "rounds": found}, indent=1))


if __name__ == "__main__":
    asyncio.run(main())
