"""SIGTERM ends the service within ten seconds in any state, and `/healthz` tells the truth in each."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.integration.signalling.test_call import APPLICANT
from tests.support.elsewhere import Elsewhere
from tests.support.recorded_call import recorded_call
from tests.support.served import DEMONSTRATION_PASSWORD, Page, seeded
from tests.support.service_process import ServiceProcess

AT_MOST = 10.0
WEDGED = "tests.support.wedged_service"
TICKET = {"item_id": "item-001", "options": [], "applicant": APPLICANT, "consent_to_recording": False}


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[ServiceProcess]:
    data = tmp_path / "data"
    shutil.copytree(await seeded(), data)
    made = ServiceProcess(data)
    yield made
    await made.stop(signal.SIGKILL)


async def signed_in(http: aiohttp.ClientSession, service: ServiceProcess, account: str) -> str:
    body = {"account": account, "password": DEMONSTRATION_PASSWORD}
    async with http.post(f"{service.address}/api/v1/sign-in", json=body) as response:
        return str((await response.json())["access_token"])


async def page(http: aiohttp.ClientSession, service: ServiceProcess, account: str) -> Page:
    token = await signed_in(http, service, account)
    return await Page.open_at(http, service.address, token)


async def open_case(http: aiohttp.ClientSession, service: ServiceProcess) -> str:
    """Takes a ticket and answers the call; the case that is open then."""
    point, window = await page(http, service, "point001"), await page(http, service, "clerk001")
    await window.do("open_window", window_id="town-01-w1")
    taken = await point.do("take_ticket", **TICKET)
    desk = await window.see("desk", state="ringing")
    await window.do("accept_offer", offer_id=desk["offer"]["offer_id"])
    await point.see("point", ticket__state="called")
    await point.do("enter_call", ticket_id=taken["ticket_id"])
    while not (desk := await window.see("desk", ticket__state="serving"))["case_id"]:
        await window.receive()
    return str(desk["case_id"])


async def health(http: aiohttp.ClientSession, service: ServiceProcess, path: str = "/healthz") -> dict[str, Any]:
    """What it says, which must come within two seconds; the machine is given one more."""
    async with http.get(service.address + path, timeout=aiohttp.ClientTimeout(3)) as response:
        body: dict[str, Any] = await response.json()
        return body | {"http": response.status}


async def opened_by_a_reader(pipe: Path) -> int:
    """Opens a named pipe for writing once somebody reads it; that reader waits until this is closed."""
    async with asyncio.timeout(60):
        while True:
            try:
                return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
            except OSError as nobody:
                if nobody.errno != errno.ENXIO:
                    raise
            await asyncio.sleep(0.05)


def locked(service: ServiceProcess) -> sqlite3.Connection:
    """Holds the database's one lock for writing, as a wedged process would."""
    connection = sqlite3.connect(service.data_dir / "cloud-window.db", isolation_level=None, timeout=10)
    connection.execute("BEGIN IMMEDIATE")
    return connection


async def test_an_idle_service_with_open_pages_ends_cleanly(
    service: ServiceProcess, http: aiohttp.ClientSession
) -> None:
    await service.start()
    said = await health(http, service)
    assert (said["status"], said["reasons"], said["database"]) == ("ok", [], "ok")
    assert (await health(http, service, "/readyz"))["http"] == 200
    point = await page(http, service, "point001")
    assert await service.stop() < AT_MOST
    assert service.process.returncode == 0
    assert await point.ended() == aiohttp.WSCloseCode.GOING_AWAY


async def test_a_locked_database_is_told_and_keeps_no_service_from_ending(
    service: ServiceProcess, http: aiohttp.ClientSession
) -> None:
    await service.start()
    point, other = await page(http, service, "point001"), await page(http, service, "point002")
    taken = await point.do("take_ticket", **TICKET)
    with closing(locked(service)):
        hanging = asyncio.create_task(other.ask("take_ticket", **TICKET))
        await asyncio.sleep(3.1)
        said = await health(http, service)
        assert (said["status"], said["database"]) == ("degraded", "down")
        assert "write_late" in said["reasons"]
        ready = await health(http, service, "/readyz")
        assert (ready["http"], ready["ready"]) == (503, False)
        assert await service.stop() < AT_MOST
        hanging.cancel()
        await asyncio.gather(hanging, return_exceptions=True)
    await service.start()
    again = await page(http, service, "point001")
    view = await again.see("point", ticket__number=taken["number"])
    assert view["ticket"]["state"] == "waiting"


async def test_a_start_that_waits_for_the_database_ends(service: ServiceProcess) -> None:
    with closing(locked(service)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0004'")
        connection.execute("DROP TABLE hall_cameras")
        connection.execute("COMMIT")
        connection.execute("BEGIN IMMEDIATE")
        await service.spawn()
        await asyncio.sleep(4)
        assert service.process.returncode is None
        assert await service.stop() < AT_MOST


async def test_a_loop_that_hangs_is_ended_by_force(service: ServiceProcess) -> None:
    # Reading it waits for a writer that never comes, in the thread of the loop.
    pipe = service.data_dir / "signing" / "signing.sealed"
    pipe.unlink()
    os.mkfifo(pipe)
    await service.spawn()
    held = await opened_by_a_reader(pipe)
    await asyncio.sleep(0.5)
    assert await service.stop() < AT_MOST
    os.close(held)
    assert service.process.returncode == 1
    assert "ended_by_force" in service.said()


async def test_a_thread_that_hangs_and_a_download_that_nobody_reads_keep_nothing(
    service: ServiceProcess, http: aiohttp.ClientSession
) -> None:
    await service.start()
    case_id = await open_case(http, service)
    assert await service.stop() < AT_MOST
    # The next start delivers this upload, and waits for its bytes in a thread for ever.
    pipe = service.data_dir / "uploads" / "waits.part"
    os.mkfifo(pipe)
    with closing(sqlite3.connect(service.data_dir / "cloud-window.db")) as database:
        database.execute(
            "INSERT INTO uploads (id, staff_id, staff_name, case_id, material_id, length, sha256, capture,"
            " metadata_header, state, expires_at) VALUES ('waits', 's', x'00', ?, 'm', 0, '', 'file', '',"
            " 'receiving', '2999-01-01 00:00:00.000000')",
            (case_id,),
        )
        database.commit()
    await service.start()
    held = await opened_by_a_reader(pipe)
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 2000)
    assert await service.stop() < AT_MOST
    assert "ended_by_force" in service.said()
    assert '"uvloop_' in service.said()
    os.close(held)
    writer.close()
    del reader


async def test_a_loop_that_hangs_while_it_serves_is_ended_by_force(
    service: ServiceProcess, http: aiohttp.ClientSession
) -> None:
    service.program = WEDGED
    await service.start()
    await page(http, service, "point001")
    service.process.send_signal(signal.SIGUSR1)
    await asyncio.sleep(0.5)
    with pytest.raises(TimeoutError):
        await health(http, service)
    assert await service.stop() < AT_MOST
    assert service.process.returncode == 1
    assert "ended_by_force" in service.said()


async def test_pages_that_do_not_read_keep_no_service_from_ending(
    service: ServiceProcess, http: aiohttp.ClientSession
) -> None:
    await service.start()
    for account in ("point001", "point002", "clerk001", "clerk002", "supervisor001"):
        deaf = await page(http, service, account)
        connection = deaf.socket._response.connection
        assert connection is not None
        assert connection.transport is not None
        connection.transport.pause_reading()
    assert await service.stop() < AT_MOST
    assert service.process.returncode == 0


async def test_a_recording_under_way_is_sealed_and_made_playable_by_the_next_start(service: ServiceProcess) -> None:
    await service.start()
    recordings = service.data_dir / "recordings"
    async with recorded_call(Elsewhere(service.address), 20.0) as call:
        await call.begin(consent=True)
        async with asyncio.timeout(20):
            while not list(recordings.glob("*/*/*.part")):
                await asyncio.sleep(0.1)
        await asyncio.sleep(2.0)
        assert await service.stop() < AT_MOST
    assert service.process.returncode == 0
    assert not list(recordings.glob("*/*/*.part"))
    assert list(recordings.glob("*/*/*.seg"))
    await service.start()
    async with asyncio.timeout(30):
        while not list(recordings.glob("*/*/acknowledged")):
            await asyncio.sleep(0.1)


async def test_a_task_that_the_service_cannot_do_without_ends_it(
    service: ServiceProcess, http: aiohttp.ClientSession
) -> None:
    service.program = WEDGED
    await service.start()
    with closing(sqlite3.connect(service.data_dir / "cloud-window.db")) as database:
        database.execute("DROP TABLE outbox")
    # Whether this is still answered is a matter of moments.
    with suppress(aiohttp.ClientError):
        await signed_in(http, service, "point001")
    async with asyncio.timeout(20):
        await service.process.wait()
    assert service.process.returncode == 1
    told = service.said()
    assert told.count('"event": "task_failed"') == 3
    assert '"event": "task_hopeless"' in told
    assert '"hopeless": true' in told
