"""A district on one service: every point and every clerk with a page open, tickets taken at a steady rate.

The service runs alone on one core, the pages in this process. A case here is a ticket from `take_ticket` to
`finish_visit`, without papers and without media. Arrivals are Poisson and do not wait for the service (an open load).

Three ways from an event to a view are measured: to the page that acted; from an offer to the other clerk's page that it
rings at; from the press of `take_ticket` to the card in the queue of each other clerk, which by design is shown at most
once a second. Ends with 1 when a figure is above its limit.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from directory.demonstration import DEMONSTRATION_PASSWORD
from directory.password_hashes import password_hasher
from foundation.settings import Settings
from tests.support.served import seeded, sign_in_at
from tests.support.service_process import ServiceProcess

OUT = Path("build/bench/district.json")
ITEMS = 308
CLERKS = 78
WAITED_SECONDS = 60.0
SERVED_SECONDS = (1.0, 6.0)
OPENED_AT_ONCE = 8
PAGES_AT_AN_ADDRESS = 20
"""A site's pages share an address; the service bounds the connections of one."""

LIMITS = {"command_ms": 250.0, "event_to_view_ms": 500.0, "offer_to_view_ms": 500.0, "ticket_to_queue_ms": 1500.0}
"""Milliseconds at p99: what was asked for, and for the queue the second of its pace beside that."""
CPU_LIMIT = 60.0
"""Milliseconds of a case."""
CONNECTED_LIMIT = 30.0
"""Seconds until 366 pages are connected."""
OFFER_SECONDS = Settings().offer_seconds

Views = dict[str, Any]


class Measured:
    """Seconds of each command and each way from an event to a view; refusals; events and bytes that pages got."""

    def __init__(self) -> None:
        self.commands: defaultdict[str, list[float]] = defaultdict(list)
        self.views: list[float] = []
        """To the page that acted."""
        self.offers: list[float] = []
        """From the offer to the page of the clerk it rings at."""
        self.pressed: dict[str, float] = {}
        """When each ticket was asked for, by `perf_counter`."""
        self.cards: list[tuple[str, float]] = []
        """Each ticket that a clerk's queue showed, and when."""
        self.refused: Counter[str] = Counter()
        self.events = 0
        self.bytes = 0
        self.cases = 0
        self.unserved = 0

    @property
    def queues(self) -> list[float]:
        """From the press to the card in each queue."""
        return [at - self.pressed[one] for one, at in self.cards if one in self.pressed]


class Page:
    """One page: commands with their latencies, the newest view of each topic."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, measured: Measured) -> None:
        self.views: Views = {}
        self._socket = socket
        self._measured = measured
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._changed = asyncio.Event()
        self._seen: set[str] = set()
        """Offers and cards that this page has shown."""
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, address: str, account: str, measured: Measured) -> Page:
        """Signs in and opens the WebSocket."""
        token = await sign_in_at(http, address, account)
        page = cls(await http.ws_connect(f"{address}/api/v1/socket", max_msg_size=0), measured)
        await page.do("authenticate", token=token, language="zh-CN")
        return page

    async def do(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The answer to a command."""
        number = len(self._answers) + 1
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        await self._socket.send_str(json.dumps({"type": kind, "id": number, **fields}))
        async with asyncio.timeout(WAITED_SECONDS):
            got: dict[str, Any] = await answer
        if got["type"] == "done":
            self._measured.commands[kind].append(time.perf_counter() - began)
        else:
            self._measured.refused[f"{kind} {got['code']}"] += 1
        return got

    async def until(self, holds: Callable[[Views], Any], seconds: float = WAITED_SECONDS) -> bool:
        """Waits until the views are so; False when that takes too long."""
        try:
            async with asyncio.timeout(seconds):
                while not holds(self.views):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                return
            got = json.loads(message.data)
            self._measured.bytes += len(message.data)
            if got["type"] == "event":
                self._measured.events += 1
                self.views[got["topic"]] = got["data"]
                self._note(got["topic"], got["data"])
                self._changed.set()
            else:
                self._answers[got["id"]].set_result(got)

    def _note(self, topic: str, view: Views) -> None:
        """Measures what others have caused."""
        if topic == "desk" and (offer := view["offer"]) and offer["offer_id"] not in self._seen:
            self._seen.add(offer["offer_id"])
            made_at = datetime.fromisoformat(offer["until"]).timestamp() - OFFER_SECONDS
            self._measured.offers.append(time.time() - made_at)
        elif topic == "queue":
            shown = {one["ticket_id"] for one in view["changed"]} - self._seen
            self._seen |= shown
            # Of a queue that is shown whole, at first, nothing is new.
            if not view["whole"]:
                self._measured.cards += [(one, time.perf_counter()) for one in shown]


def ticket_state(views: Views) -> str | None:
    """The state of the point's ticket."""
    return ((views.get("point") or {}).get("ticket") or {}).get("state")


async def serve_for_ever(clerk: Page, number: int, dice: random.Random, measured: Measured) -> None:
    """A clerk: answers what rings, works some seconds, finishes."""
    await clerk.until(lambda views: "desk" in views)
    windows = clerk.views["desk"]["windows"]
    await clerk.do("open_window", window_id=windows[number % len(windows)]["window_id"])
    while True:
        await clerk.until(lambda views: views["desk"]["offer"] or views["desk"]["ticket"], 3600)
        if offer := clerk.views["desk"]["offer"]:
            began = time.perf_counter()
            got = await clerk.do("accept_offer", offer_id=offer["offer_id"])
            told = await clerk.until(partial(_answered, offer["offer_id"]), 20)
            if told and got["type"] == "done":
                measured.views.append(time.perf_counter() - began)
        if ticket := clerk.views["desk"]["ticket"]:
            await asyncio.sleep(dice.uniform(*SERVED_SECONDS))
            await clerk.do("finish_ticket", ticket_id=ticket["ticket_id"])
            await clerk.until(lambda views: not views["desk"]["ticket"], 20)
            await clerk.do("end_wrap_up")


def _answered(offer_id: str, views: Views) -> bool:
    """Whether the desk shows another thing than this offer."""
    return (views["desk"]["offer"] or {}).get("offer_id") != offer_id


async def one_case(point: Page, dice: random.Random, measured: Measured) -> None:
    """A resident's visit: the ticket, the call, the end."""
    began = time.perf_counter()
    got = await point.do(
        "take_ticket",
        item_id=f"item-{dice.randint(1, ITEMS):03}",
        options=[],
        consent_to_recording=False,
        applicant={"name": "测试", "over_70": dice.random() < 0.2, "disabled": False},
    )
    if got["type"] != "done":
        return
    ticket = {"ticket_id": got["result"]["ticket_id"]}
    measured.pressed[ticket["ticket_id"]] = began
    if await point.until(ticket_state, 5):
        measured.views.append(time.perf_counter() - began)
    if not await point.until(lambda views: ticket_state(views) in ("called", "serving")):
        measured.unserved += 1
        await point.do("cancel_ticket", **ticket)
        return
    await point.do("enter_call", **ticket)
    await point.until(lambda views: ticket_state(views) == "completed")
    await point.do("finish_visit", **ticket)
    await point.until(lambda views: ticket_state(views) is None, 20)
    measured.cases += 1


async def arrivals(points: list[Page], rate: float, seconds: float, dice: random.Random, measured: Measured) -> None:
    """Cases begin at `rate` a second; each takes a point that is free, and one that finds none is left out."""
    free, running = list(points), set[asyncio.Task[None]]()
    dice.shuffle(free)
    end = due = time.perf_counter()
    end += seconds
    while due < end:
        due += dice.expovariate(rate)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if not free:
            measured.unserved += 1
            continue
        point = free.pop(0)
        task = asyncio.create_task(one_case(point, dice, measured))
        task.add_done_callback(partial(_back, free, point))
        task.add_done_callback(running.discard)
        running.add(task)
    if running:
        await asyncio.wait(running, timeout=2 * WAITED_SECONDS)


def _back(free: list[Page], point: Page, _ended: asyncio.Task[None]) -> None:
    free.append(point)


async def prepare(data_dir: Path, workers: int) -> list[str]:
    """The demonstration's database with one password for all and so many workers; their accounts."""
    shutil.copytree(await seeded(), data_dir)
    with closing(sqlite3.connect(data_dir / "cloud-window.db")) as target:
        # At its full cost, which the demonstration of the tests has not.
        target.execute("UPDATE staff SET password_hash = ?", (password_hasher().hash(DEMONSTRATION_PASSWORD),))
        columns = [row[1] for row in target.execute("PRAGMA table_info(staff)")]
        kept = ", ".join(one for one in columns if one not in ("id", "account"))
        known = [row[0] for row in target.execute("SELECT account FROM staff WHERE account LIKE 'point%'")]
        points = len(known)
        for number in range(points, workers):
            like = known[number % points]
            target.execute(
                f"INSERT INTO staff (id, account, {kept}) SELECT ?, ?, {kept} FROM staff WHERE account = ?",
                (f"staff-more{number:04}", f"more{number:04}", like),
            )
            known.append(f"more{number:04}")
        target.commit()
    return known[:workers]


def cpu_seconds(pid: int) -> float:
    """Processor time of all threads of a process so far."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def hash_seconds() -> float:
    """Processor time of verifying one password."""
    hasher = password_hasher()
    known = hasher.hash("password")
    began = time.process_time()
    for _ in range(5):
        hasher.verify(known, "password")
    return (time.process_time() - began) / 5


def figures(seconds: list[float]) -> dict[str, float]:
    """Milliseconds: the middle and the slow end."""
    ordered = sorted(seconds) or [0.0]
    at = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(ordered[min(len(ordered) - 1, int(len(ordered) * q))] * 1000, 1) for name, q in at.items()}


def loop_seconds() -> float:
    """Processor time of five million additions in a loop: how fast this machine is at the moment."""
    began, total = time.process_time(), 0
    for number in range(5_000_000):
        total += number
    return time.process_time() - began


def sites(pages: int) -> list[aiohttp.ClientSession]:
    """A client for each site that so many pages need, each with a loopback address of its own."""
    addresses = [f"127.0.{1 + site // 250}.{1 + site % 250}" for site in range(-(-pages // PAGES_AT_AN_ADDRESS))]
    return [aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, local_addr=(one, 0))) for one in addresses]


async def open_all(
    clients: list[aiohttp.ClientSession], address: str, accounts: list[str], measured: Measured
) -> list[Page]:
    """A page for each account, some at a time, from all addresses in turn."""
    pages: list[Page] = []
    for at in range(0, len(accounts), OPENED_AT_ONCE):
        batch = list(enumerate(accounts))[at : at + OPENED_AT_ONCE]
        opening = (Page.open(clients[number % len(clients)], address, one, measured) for number, one in batch)
        pages += await asyncio.gather(*opening)
    return pages


@dataclass
class Run:
    """What one run used, beside what its pages measured."""

    measured: Measured
    connected: float = 0.0
    """Seconds until the last page was connected."""
    took: float = 0.0
    used: float = 0.0
    """Processor seconds of the service."""
    health: dict[str, Any] = field(default_factory=dict)


async def measure(pages: int, rate: float, seconds: float) -> dict[str, Any]:
    """One run with so many pages, some of them clerks'."""
    run = Run(Measured())
    clerks = min(CLERKS, pages // 3 + 1)
    with tempfile.TemporaryDirectory() as folder:
        workers = await prepare(Path(folder) / "data", pages - clerks)
        service = ServiceProcess(Path(folder) / "data")
        try:
            await service.start()
            cores = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(service.process.pid, cores[:1])
            os.sched_setaffinity(0, cores[1:] or cores)
            accounts = workers + [f"clerk{number:03}" for number in range(1, clerks + 1)]
            await load(service, accounts, len(workers), run, arriving=(rate, seconds))
        finally:
            await service.stop()
    return {"pages": pages, "asked_a_second": rate} | summary(run, pages)


async def load(
    service: ServiceProcess, accounts: list[str], workers: int, run: Run, *, arriving: tuple[float, float]
) -> None:
    """Connects a page for each account, the first of them workers', and lets cases arrive at a rate for some time."""
    dice, measured, pid = random.Random(7), run.measured, service.process.pid
    async with AsyncExitStack() as leaving:
        clients = [await leaving.enter_async_context(one) for one in sites(len(accounts))]
        began = time.perf_counter()
        opened = await open_all(clients, service.address, accounts, measured)
        run.connected = time.perf_counter() - began
        desks = enumerate(opened[workers:])
        serving = [asyncio.create_task(serve_for_ever(page, number, dice, measured)) for number, page in desks]
        await asyncio.sleep(3)
        measured.commands.clear()
        measured.events = measured.bytes = 0
        used, began = cpu_seconds(pid), time.perf_counter()
        await arrivals(opened[:workers], *arriving, dice, measured)
        run.took, run.used = time.perf_counter() - began, cpu_seconds(pid) - used
        for task in serving:
            task.cancel()
        async with clients[0].get(f"{service.address}/healthz") as answer:
            run.health = await answer.json()


def summary(run: Run, pages: int) -> dict[str, Any]:
    """The figures of a run."""
    measured = run.measured
    cases = max(1, measured.cases)
    return {
        "connected_s": round(run.connected, 1),
        "argon2_share": round(hash_seconds() * pages / run.connected, 2),
        "cases": measured.cases,
        "cases_a_second": round(measured.cases / run.took, 2),
        "unserved": measured.unserved,
        "cpu_ms_a_case": round(run.used / cases * 1000, 1),
        "loop_ms": round(loop_seconds() * 1000),
        "cpu_of_a_core": round(run.used / run.took, 2),
        "events_a_case": round(measured.events / cases, 1),
        "kilobytes_a_case": round(measured.bytes / cases / 1000, 1),
        "command_ms": figures([one for taken in measured.commands.values() for one in taken]),
        "event_to_view_ms": figures(measured.views),
        "offer_to_view_ms": figures(measured.offers),
        "ticket_to_queue_ms": figures(measured.queues),
        "commands_ms": {kind: figures(taken) for kind, taken in sorted(measured.commands.items())},
        "refused": dict(measured.refused),
        "health": run.health["reasons"],
        "resident_mb": round(run.health["resident_memory_bytes"] / 1e6),
    }


def over(found: dict[str, Any]) -> list[str]:
    """The figures of a run that are above their limits."""
    slow = [name for name, limit in LIMITS.items() if found[name]["p99"] > limit]
    dear = ["cpu_ms_a_case"] if found["cpu_ms_a_case"] > CPU_LIMIT else []
    late = ["connected_s"] if found["pages"] <= 366 and found["connected_s"] > CONNECTED_LIMIT else []
    return slow + dear + late


async def main() -> int:
    """Measures with each number of pages, prints, and writes build/bench/district.json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", nargs="+", type=int, default=[92, 366, 2000])
    parser.add_argument("--rate", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=300.0)
    asked = parser.parse_args()
    found = []
    for pages in asked.pages:
        made = await measure(pages, asked.rate, asked.seconds)
        found.append(made | {"over": over(made)})
        print(json.dumps(found[-1], indent=1), flush=True)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(found, indent=1))
    return int(any(one["over"] for one in found))


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
