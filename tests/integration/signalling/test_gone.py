"""What was asked for is done although whoever asked goes in the middle of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from directory.demonstration import DEMONSTRATION_PASSWORD
from tests.integration.signalling.test_call import APPLICANT
from tests.support.served import Page, Served, served

TICKET = {"item_id": "item-001", "options": [], "applicant": APPLICANT, "consent_to_recording": False}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path / "data") as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


@asynccontextmanager
async def locked(data_dir: Path) -> AsyncIterator[None]:
    """Nothing can be written meanwhile."""
    path = data_dir / "cloud-window.db"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=10, check_same_thread=False)) as connection:
        # In a thread: the service in this process may have to end a transaction first.
        await asyncio.to_thread(connection.execute, "BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


async def under_way(site: Served) -> None:
    """Waits until a change is being made."""
    async with asyncio.timeout(10):
        while not site.application.acts:
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)


async def ended(site: Served) -> None:
    """Waits until none is being made any more."""
    async with asyncio.timeout(10):
        while site.application.acts:
            await asyncio.sleep(0.01)


def vanish(page: Page) -> None:
    """Goes without a word, as a page of a machine that is switched off."""
    connection = page.socket._response.connection
    assert connection is not None
    assert connection.transport is not None
    connection.transport.abort()


async def test_a_command_goes_on_when_its_page_goes(site: Served, http: aiohttp.ClientSession, tmp_path: Path) -> None:
    token = await site.sign_in(http, "point001")
    page = await Page.open(http, site, token)
    async with locked(tmp_path / "data"):
        await page.socket.send_json({"type": "take_ticket", "id": 7, **TICKET})
        await under_way(site)
        vanish(page)
        async with asyncio.timeout(10):
            while len(site.application.registry):
                await asyncio.sleep(0.01)
        assert len(site.application.acts) == 1
    await ended(site)
    again = await Page.open(http, site, token)
    await again.see("point", ticket__state="waiting")


async def test_a_sign_out_holds_although_its_page_was_closed(
    site: Served, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    body = {"account": "point001", "password": DEMONSTRATION_PASSWORD}
    async with http.post(f"{site.address}/api/v1/sign-in", json=body) as response:
        assert response.status == 200
    async with locked(tmp_path / "data"):
        leaving = asyncio.create_task(http.post(f"{site.address}/api/v1/sign-out", json={}))
        await under_way(site)
        leaving.cancel()
        await asyncio.wait([leaving])
        await asyncio.sleep(0.3)
        assert len(site.application.acts) == 1
    await ended(site)
    async with http.post(f"{site.address}/api/v1/token", json={}) as response:
        assert (response.status, (await response.json())["code"]) == (401, "session_ended")


async def test_an_end_of_the_service_waits_for_it(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with served(tmp_path / "data") as site:
        page = await Page.open(http, site, await site.sign_in(http, "point001"))
        async with locked(tmp_path / "data"):
            await page.socket.send_json({"type": "take_ticket", "id": 7, **TICKET})
            await under_way(site)
            vanish(page)
            ending = asyncio.create_task(site.application.acts.end(5.0))
            await asyncio.sleep(0.2)
            assert not ending.done()
        await ending
    with closing(sqlite3.connect(tmp_path / "data" / "cloud-window.db")) as database:
        assert database.execute("SELECT state FROM tickets").fetchall() == [("waiting",)]
