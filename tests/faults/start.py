"""Starts on damaged data, and shows that it serves and what it names: `make fault-start`.

Usage: python -m tests.faults.start [--rounds 10] [--damages 50] [--seed 1]

A service is used: cases from ticket to evidence, a day of everything else (`busy_day`), a recorded call, half an
upload; it is killed in a second recorded call. Then, in each round, so many rows and files of a copy of its data are
damaged, with a seed, and the service is started on it as an operator does. It must become ready, serve a whole new
case (ticket, papers, signature, decision, evidence that verifies), list the clerk's cases, and name in its log and in
`cloud-window doctor` every damage that it meets at the start. Prints a line a round and writes
build/bench/fault-start.json; 1 when a round fails.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from foundation.set_aside import read_set_aside
from tests.faults.busy_day import busy_day, wait_at_home
from tests.faults.damage import Damage, Damaged, counts
from tests.support.elsewhere import Elsewhere
from tests.support.recorded_call import recorded_call
from tests.support.served import DEMONSTRATION_PASSWORD, seeded
from tests.support.service_process import ServiceProcess
from tests.support.smoke import walk
from tests.support.tus import upload_metadata

OUT = Path("build/bench/fault-start.json")
_CALL_SECONDS = 8.0
_TO_OTHERS = """
UPDATE tickets SET worker_id = 'staff-point002', clerk_id = 'staff-clerk002' WHERE state = 'serving';
UPDATE case_files SET worker_id = 'staff-point002', clerk_id = 'staff-clerk002' WHERE outcome IS NULL;
UPDATE tickets SET kept_for = 'staff-clerk002', kept_until = '2099-01-01 00:00:00.000000'
    WHERE state = 'callback_scheduled';
UPDATE desks SET clerk_id = 'staff-clerk002', site_id = 'district', path = '/district', window_id = 'district-w1';
"""
"""Gives the call under way and who is to be called back to other people, so that those who walk a new case are free."""
_TAKE_UP_SECONDS = 60.0


@dataclass
class Round:
    """What one start on damaged data gave."""

    seed: int
    damages: dict[str, int]
    start_seconds: float = 0.0
    set_aside: int = 0
    verified: bool = False
    """A new case was served, and its evidence verifies."""
    unnamed: list[str] = field(default_factory=list)
    """Damages that the start meets and did not name."""
    wrong: list[str] = field(default_factory=list)
    """What else was not as it must be."""

    @property
    def clean(self) -> bool:
        """Whether all went as it must."""
        return self.verified and not self.unnamed and not self.wrong


async def used_data(folder: Path, cases: int) -> None:
    """Data of a service that was used and then killed in the middle of a recorded call."""
    shutil.copytree(await seeded(), folder)
    service = ServiceProcess(folder, WRAP_UP_SECONDS="0")
    await service.start()
    for _ in range(cases):
        assert await _quiet_walk(service.address) == 0
    await busy_day(service.address)
    site = Elsewhere(service.address)
    async with recorded_call(site, _CALL_SECONDS) as call:
        await call.begin(consent=True)
        await call.sending
        await call.finish()
        await call.window.page.do("close_window")
    async with recorded_call(site, _CALL_SECONDS) as call:
        await call.begin(consent=True)
        await _half_an_upload(call)
        await wait_at_home(service.address)
        await call.sending
        await service.stop(signal.SIGKILL)
    with closing(sqlite3.connect(folder / "cloud-window.db")) as database:
        database.executescript(_TO_OTHERS)


async def _half_an_upload(call: Any) -> None:
    page = call.window.page
    while not page.views["desk"]["case_id"]:
        await page.receive()
    case_id = page.views["desk"]["case_id"]
    await page.do("watch", case_id=case_id)
    view = await page.see(f"case:{case_id}", state="open")
    await half_upload(call, case_id, view["materials"][0]["material_id"])


async def half_upload(call: Any, case_id: str, material_id: str) -> None:
    """Begins an upload and sends a part of it."""
    metadata = upload_metadata(case_id=case_id, material_id=material_id, sha256="0" * 64, capture="file")
    headers = {"Authorization": f"Bearer {call.point.token}", "Tus-Resumable": "1.0.0"}
    more = {"Upload-Length": "5000", "Upload-Metadata": metadata}
    async with call.http.post(f"{call.site.address}/api/v1/uploads", headers=headers | more) as created:
        assert created.status == 201, await created.text()
        location = call.site.address + created.headers["Location"]
    more = {"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    async with call.http.patch(location, headers=headers | more, data=b"x" * 3000) as response:
        assert response.status == 204, await response.text()


async def start_on(data: Path, seed: int, count: int) -> Round:
    """Damages the data, starts on it, and looks."""
    done = Damage(data, seed).do(count)
    found = Round(seed=seed, damages=counts(done))
    service = ServiceProcess(data)
    try:
        found.start_seconds = round(await service.start(), 2)
        await _look(service, done, found)
    except Exception as error:
        found.wrong.append(f"{type(error).__name__}: {str(error)[-1500:]}")
    finally:
        if await service.stop() > 10.0 or service.process.returncode != 0:
            found.wrong.append(f"ended with {service.process.returncode}")
    return found


async def _look(service: ServiceProcess, done: list[Damaged], found: Round) -> None:
    found.verified = await _quiet_walk(service.address) == 0
    await _taken_up(service, done)
    async with aiohttp.ClientSession() as http:
        async with http.get(f"{service.address}/healthz") as answer:
            health = await answer.json()
        if failing := [code for code in health["reasons"] if code not in ("disk_low",)]:
            found.wrong.append(f"healthz: {failing}")
        found.wrong += await _own_cases(http, service)
    found.set_aside = health["set_aside"]
    found.unnamed = _unnamed(service, done)
    # What runs for ever has met a damage that it cannot pass: it would end the service in the end.
    found.wrong += _restarted(service.said())
    shown = await _doctor(service)
    if found.set_aside and "FAIL  set aside" not in shown:
        found.wrong.append("doctor is silent")


async def _taken_up(service: ServiceProcess, done: list[Damaged]) -> None:
    """Waits until the start has met all that it meets: recordings take a while, since each costs a process."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_TAKE_UP_SECONDS):
            while _unnamed(service, done):
                await asyncio.sleep(0.5)


async def _own_cases(http: aiohttp.ClientSession, service: ServiceProcess) -> list[str]:
    """The clerk's list of cases, and each of them: refused in words, or shown."""
    body = {"account": "clerk001", "password": DEMONSTRATION_PASSWORD}
    async with http.post(f"{service.address}/api/v1/sign-in", json=body) as answer:
        headers = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
    wrong = []
    async with http.get(f"{service.address}/api/v1/cases", headers=headers) as answer:
        if answer.status != 200:
            return [f"list of cases: {answer.status} {await answer.text()}"]
        cases = (await answer.json())["cases"]
    for case in cases:
        async with http.get(f"{service.address}/api/v1/cases/{case['case_id']}/evidence", headers=headers) as answer:
            if answer.status >= 500 and (await answer.json())["code"] == "internal_error":
                wrong.append(f"case {case['case_id']}: internal_error")
    return wrong


def _unnamed(service: ServiceProcess, done: list[Damaged]) -> list[str]:
    aside = {(one.kind, one.identifier) for one in read_set_aside(service.data_dir)}
    log = service.said()
    missing = [one for one in done if one.told and (one.kind, one.identifier) not in aside]
    missing = [one for one in missing if ("recordings_of_ticket", one.with_case) not in aside]
    # An upload that its sender would have been refused is refused and forgotten, and named in the log alone.
    missing = [one for one in missing if f'"upload": "{one.identifier}"' not in log]
    unlogged = [one for one in done if one.told and one.identifier not in log]
    return sorted({f"{one.kind} {one.identifier}" for one in (*missing, *unlogged)})


def _restarted(log: str) -> list[str]:
    """Why supervised work has failed, and which: each of them would end the service in the end."""
    lines = log.splitlines()
    named = {json.loads(one)["task"] for one in lines if '"task_restarted"' in one or '"task_hopeless"' in one}
    return [one[:3000] for one in lines if any(f'"task": "{name}", "event": "task_failed"' in one for name in named)]


async def _doctor(service: ServiceProcess) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "signalling.cli.main", "doctor"),
        env=os.environ | {"DATA_DIR": str(service.data_dir)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    shown, _ = await process.communicate()
    return shown.decode()


async def _quiet_walk(address: str) -> int:
    with contextlib.redirect_stdout(io.StringIO()):
        return await walk(address)


async def rounds(folder: Path, number: int, damages: int, seed: int, cases: int = 3) -> list[Round]:
    """So many starts, each on damages of its own."""
    await used_data(folder / "used", cases)
    found = []
    for one in range(number):
        data = folder / f"round{one}"
        shutil.copytree(folder / "used", data)
        found.append(await start_on(data, seed + one, damages))
        shutil.rmtree(data)
    return found


def main() -> int:
    """Runs the full form."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--damages", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(rounds(Path(folder), arguments.rounds, arguments.damages, arguments.seed))
    for one in found:
        print(f"{'clean' if one.clean else 'LEFT'} {asdict(one)}")
    damaged = sum(sum(one.damages.values()) for one in found)
    print(f"{sum(one.clean for one in found)} of {len(found)} starts clean on {damaged} damages")
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps([asdict(one) for one in found], indent=2))
    return int(not all(one.clean for one in found))


if __name__ == "__main__":
    sys.exit(main())
